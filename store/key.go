package store

import (
	"strings"

	"certloop/reconciler/api"
)

// role is what an item is to the loop.
type role int

const (
	// roleNone: nobody's key. It is an issuance, a claim or the policy set; or a status that does not lie where statuses do,
	// which whoever may write a record can write, and which nothing believes.
	roleNone role = iota
	// roleRecord and roleStatus: what is wanted, and what was found and done.
	roleRecord
	roleStatus
	// roleUsage: the records that a policy admitted.
	roleUsage
	// roleUnknown: an item of a kind that nobody knows, or a policy outside of the partitions of policies.
	roleUnknown
)

// keyOf returns what an item is, and the key of the record that it belongs to; of an unknown item, its own key.
func keyOf(it item) (api.Key, role) {
	partition, kind := text(it, attrName), api.Kind(text(it, attrKind))
	switch kind {
	case api.KindCertificate, api.KindAccount:
		return api.Key{Kind: kind, Name: partition}, roleRecord
	case api.KindPolicy:
		if name, ok := api.PolicyOfPartition(partition); ok {
			return api.Key{Kind: kind, Name: name}, roleRecord
		}
		return api.Key{Kind: kind, Name: partition}, roleUnknown
	case api.KindPolicyStatus:
		return policyStatusOf(partition)
	case api.KindPolicyUsage:
		if name, ok := strings.CutPrefix(partition, api.PolicySetPartition); ok {
			return api.Key{Kind: kind, Name: name}, roleUsage
		}
		return api.Key{}, roleNone
	case api.KindCertificateStatus:
		return statusKey(api.KindCertificate, partition)
	case api.KindAccountStatus:
		return statusKey(api.KindAccount, partition)
	}
	if api.IsKnownKind(kind) {
		return api.Key{}, roleNone
	}
	return api.Key{Kind: kind, Name: partition}, roleUnknown
}

func statusKey(of api.Kind, partition string) (api.Key, role) {
	name, ok := api.RecordOfStatus(partition)
	if !ok {
		return api.Key{}, roleNone
	}
	return api.Key{Kind: of, Name: name}, roleStatus
}

func policyStatusOf(partition string) (api.Key, role) {
	record, ok := api.RecordOfStatus(partition)
	name, isPolicy := api.PolicyOfPartition(record)
	if !ok || !isPolicy {
		return api.Key{}, roleNone
	}
	return api.Key{Kind: api.KindPolicy, Name: name}, roleStatus
}

// recordKey is the key of the item that users or administrators write.
func recordKey(key api.Key) item {
	if key.Kind == api.KindPolicy {
		return policyKey(key.Name)
	}
	return itemKey(key.Name, key.Kind)
}

// statusItemKey is the key of the status of a record.
func statusItemKey(key api.Key) item {
	switch key.Kind {
	case api.KindPolicy:
		return policyStatusKey(key.Name)
	case api.KindAccount:
		return itemKey(api.StatusPartition(key.Name), api.KindAccountStatus)
	}
	return itemKey(api.StatusPartition(key.Name), api.KindCertificateStatus)
}
