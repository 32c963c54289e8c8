package store

import "certloop/reconciler/api"

// role is what an item is to the loop.
type role int

const (
	// roleNone: nobody's key. It is an issuance, a claim or a policy; or a status that does not lie where statuses do,
	// which whoever may write a record can write, and which nothing believes.
	roleNone role = iota
	// roleRecord and roleStatus: what is wanted, and what was found and done.
	roleRecord
	roleStatus
	// roleUnknown: an item of a kind that nobody knows.
	roleUnknown
)

// keyOf returns what an item is, and the key of the record that it belongs to; of an unknown item, its own key.
func keyOf(it item) (api.Key, role) {
	partition, kind := text(it, attrName), api.Kind(text(it, attrKind))
	switch kind {
	case api.KindCertificate, api.KindAccount:
		return api.Key{Kind: kind, Name: partition}, roleRecord
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

// statusOf returns the kind of the status of a record of that kind.
func statusOf(record api.Kind) api.Kind {
	if record == api.KindAccount {
		return api.KindAccountStatus
	}
	return api.KindCertificateStatus
}
