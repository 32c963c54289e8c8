package store

import (
	"strings"

	"certloop/reconciler/api"
)

// role is the meaning of an item for the loop.
type role int

const (
	// roleNone: the item belongs to no key. It is an issuance, a claim or the policy set. Or it is a status outside the
	// partitions of statuses, which a writer of records can write and which nothing reads.
	roleNone role = iota
	// roleRecord and roleStatus: the declaration, and what the controller found and did.
	roleRecord
	roleStatus
	// roleUsage: the records that a policy admitted.
	roleUsage
	// roleServed: what the endpoints of a certificate serve.
	roleServed
	// roleUnknown: an item of an unknown kind, or a policy outside the partitions of policies.
	roleUnknown
)

// keyOf returns the role of an item, and the key of the record that it belongs to; for an unknown item it returns its
// own key.
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
	case api.KindServedStatus:
		key, role := statusKey(kind, partition)
		if role == roleStatus {
			role = roleServed
		}
		return key, role
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

// recordKey returns the key of the item that users or administrators write.
func recordKey(key api.Key) item {
	if key.Kind == api.KindPolicy {
		return policyKey(key.Name)
	}
	return itemKey(key.Name, key.Kind)
}

// statusItemKey returns the key of a record's status.
func statusItemKey(key api.Key) item {
	switch key.Kind {
	case api.KindPolicy:
		return policyStatusKey(key.Name)
	case api.KindAccount:
		return itemKey(api.StatusPartition(key.Name), api.KindAccountStatus)
	}
	return itemKey(api.StatusPartition(key.Name), api.KindCertificateStatus)
}
