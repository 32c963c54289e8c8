package store

import (
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"certloop/reconciler/api"
)

// maxWaiting bounds the bytes of items that wait for their other half. Statuses and records of ordinary size need a
// tenth of it for 10,000 certificates.
const maxWaiting = 64 << 20

// join pairs records with their statuses, which arrive in any order, and releases a pair as soon as it is complete.
//
// A half waits in its wire form, which is a fraction of its decoded size. If there is no room for a half, only its key
// waits, and the pair is read again when the other half arrives. So maxWaiting and the keys bound the memory, whatever
// the table holds.
type join struct {
	waiting map[api.Key]half
	room    int
	read    func(api.Key) (pair, error)
}

// pair is a record and its status, or nil.
type pair struct{ record, status item }

// half is one item of a pair; body is nil if it must be read again.
type half struct {
	role role
	body []byte
}

func newJoin(room int, read func(api.Key) (pair, error)) *join {
	return &join{waiting: map[api.Key]half{}, room: room, read: read}
}

// take adds the next item. complete reports whether l is to be listed now.
func (j *join) take(it item) (l api.Listed, complete bool, err error) {
	key, role := keyOf(it)
	switch role {
	case roleNone:
		return l, false, nil
	case roleUnknown:
		return api.Listed{Key: key, Unknown: true}, true, nil
	case roleUsage:
		return api.Listed{Key: key, Admitted: admitted(it)}, true, nil
	case roleServed:
		return api.Listed{Key: key, Served: decodeServed(it)}, true, nil
	case roleRecord, roleStatus: // are listed together
	}
	first, waits := j.waiting[key]
	if !waits {
		return l, false, j.keep(key, role, it)
	}
	p, err := j.release(key, first)
	if err != nil {
		return l, false, err
	}
	return listedOf(key, p.with(role, it)), true, nil
}

func (j *join) keep(key api.Key, role role, it item) error {
	body, err := attributevalue.MarshalMapJSON(it)
	if err != nil {
		return err
	}
	if len(body) > j.room {
		body = nil
	}
	j.room -= len(body)
	j.waiting[key] = half{role, body}
	return nil
}

// release returns the half that waited under the key, and frees its room.
func (j *join) release(key api.Key, h half) (pair, error) {
	delete(j.waiting, key)
	if h.body == nil {
		return j.read(key)
	}
	j.room += len(h.body)
	it, err := attributevalue.UnmarshalMapJSON(h.body)
	return pair{}.with(h.role, it), err
}

// rest lists what waits for a half that does not exist.
func (j *join) rest(yield func(api.Listed, error) bool) {
	for key, h := range j.waiting {
		p, err := j.release(key, h)
		if !yield(listedOf(key, p), err) || err != nil {
			return
		}
	}
}

func (p pair) with(role role, it item) pair {
	if role == roleStatus {
		p.status = it
	} else {
		p.record = it
	}
	return p
}

// listedOf decodes a pair. It omits a status that cannot be decoded; Get of that name reports what is wrong with it.
func listedOf(key api.Key, p pair) api.Listed {
	l := api.Listed{Key: key, Record: decodeRecord(p.record)}
	switch key.Kind {
	case api.KindAccount:
		l.AccountStatus, _ = decode[api.AccountStatus](p.status)
	case api.KindPolicy:
		l.PolicyStatus, _ = decode[api.PolicyStatus](p.status)
	default:
		l.Status, _ = decode[api.CertificateStatus](p.status)
	}
	return l
}
