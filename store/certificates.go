package store

import (
	"context"
	"fmt"

	"certloop/reconciler/api"
)

// Get reads record, status, issuance and the policies in one request, as a consistent snapshot. No reader can see half
// of a write of status and issuance.
func (s *Store) Get(ctx context.Context, name string) (api.Object, error) {
	o, err := s.get(ctx, name)
	if err != nil {
		return api.Object{}, fmt.Errorf("read certificate %s: %w", name, err)
	}
	return o, nil
}

func (s *Store) get(ctx context.Context, name string) (o api.Object, err error) {
	items, err := s.snapshot(ctx, itemKey(name, api.KindCertificate),
		itemKey(api.StatusPartition(name), api.KindCertificateStatus), itemKey(api.IssuancePartition(name), api.KindIssuance),
		policySetKey, servedKey(name))
	if err != nil {
		return o, err
	}
	o.Record, o.Policies = decodeRecord(items[0]), decodePolicySet(items[3])
	if o.Status, err = decode[api.CertificateStatus](items[1]); err != nil {
		return o, err
	}
	if o.Issuance, err = decode[api.Issuance](items[2]); err != nil {
		return o, err
	}
	o.Served = decodeServed(items[4])
	return o, nil
}

// Write implements ports.Certificates. A change of one item is a single conditional write, of more a transaction. With
// Forget only Name and the fields of Forget are used. A write without changes succeeds.
func (s *Store) Write(ctx context.Context, w api.Write) error {
	if w.Forget {
		if err := s.forget(ctx, w); err != nil {
			return fmt.Errorf("forget certificate %s: %w", w.Name, err)
		}
		return nil
	}
	changes, err := changesOf(w)
	if err == nil {
		err = s.apply(ctx, changes)
	}
	if err != nil {
		return fmt.Errorf("write certificate %s: %w", w.Name, err)
	}
	bump(w)
	return nil
}

func changesOf(w api.Write) ([]change, error) {
	var changes []change
	if st := w.Status; st != nil {
		put, err := encodeStatus(w.Name, st, api.NextVersion(st.Version))
		if err != nil {
			return nil, err
		}
		changes = append(changes, change{put: put, when: unchanged(st.Version)})
	}
	if i := w.Issuance; i != nil {
		c, err := issuanceChange(w.Name, i)
		if err != nil {
			return nil, err
		}
		changes = append(changes, c)
	}
	if l := w.Ledger; l != nil {
		put, err := encodeLedger(w.LedgerOf, l)
		if err != nil {
			return nil, err
		}
		changes = append(changes, change{put: put, when: unchangedLedger(l.Version)})
	}
	return changes, nil
}

func issuanceChange(name string, i *api.Issuance) (change, error) {
	c := change{key: itemKey(api.IssuancePartition(name), api.KindIssuance), when: unchanged(i.Version)}
	if i.IsEmpty() {
		return c, nil
	}
	var err error
	c.put, err = encodeIssuance(name, i, api.NextVersion(i.Version))
	return c, err
}

// bump sets the versions in w to the stored ones; a deleted issuance has none.
func bump(w api.Write) {
	if w.Status != nil {
		w.Status.Version = api.NextVersion(w.Status.Version)
	}
	switch {
	case w.Issuance == nil:
	case w.Issuance.IsEmpty():
		w.Issuance.Version = 0
	default:
		w.Issuance.Version = api.NextVersion(w.Issuance.Version)
	}
	if w.Ledger != nil {
		w.Ledger.Version = max(w.Ledger.Version, 0) + 1
	}
}
