package store

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"certloop/reconciler/api"
)

// Get reads record, status and issuance in two strongly consistent requests.
//
// The issuance is read after the status. A writer that changes both does so in one transaction, so a reader that
// gets in between holds the older status with the newer issuance, and its next write of the status is a Conflict. The
// other way round it would hold a status of good version with an order it cannot see, and place a second one.
func (s *Store) Get(ctx context.Context, name string) (api.Object, error) {
	o, err := s.get(ctx, name)
	if err != nil {
		return api.Object{}, fmt.Errorf("read certificate %s: %w", name, err)
	}
	return o, nil
}

func (s *Store) get(ctx context.Context, name string) (o api.Object, err error) {
	items, err := s.query(ctx, name, api.KindCertificate)
	if err != nil {
		return o, err
	}
	if it := items[api.KindCertificate]; it != nil {
		o.Record = decodeRecord(it)
	}
	if it := items[api.KindCertificateStatus]; it != nil {
		if o.Status, err = decode[api.CertificateStatus](it); err != nil {
			return o, err
		}
	}
	items, err = s.query(ctx, api.IssuancePartition(name), api.KindIssuance)
	if err != nil {
		return o, err
	}
	if it := items[api.KindIssuance]; it != nil {
		o.Issuance, err = decode[api.Issuance](it)
	}
	return o, err
}

// query reads the items of one partition whose kind begins with prefix (Certificate and CertificateStatus, but not an
// account of the same name), by kind, strongly consistent.
func (s *Store) query(ctx context.Context, partition string, prefix api.Kind) (map[api.Kind]item, error) {
	pages := dynamodb.NewQueryPaginator(s.client, &dynamodb.QueryInput{
		TableName:                 &s.table,
		ConsistentRead:            aws.Bool(true),
		KeyConditionExpression:    aws.String("#name = :name AND begins_with(#kind, :kind)"),
		ExpressionAttributeNames:  map[string]string{"#name": attrName, "#kind": attrKind},
		ExpressionAttributeValues: item{":name": stringValue(partition), ":kind": stringValue(string(prefix))},
	})
	found := map[api.Kind]item{}
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, s.classify(err)
		}
		for _, it := range page.Items {
			found[api.Kind(text(it, attrKind))] = it
		}
	}
	return found, nil
}

// Write applies w as reconciler.Certificates says. One item that changes costs a single conditional write, two a
// transaction. With Forget only Name and the fields of Forget count; a write of nothing succeeds.
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
		put, err := encodeStatus(w.Name, st, st.Version+1)
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
	return changes, nil
}

func issuanceChange(name string, i *api.Issuance) (change, error) {
	c := change{key: itemKey(api.IssuancePartition(name), api.KindIssuance), when: unchanged(i.Version)}
	if i.IsEmpty() {
		return c, nil
	}
	var err error
	c.put, err = encodeIssuance(name, i, i.Version+1)
	return c, err
}

// bump makes the versions in w those that are now stored; an issuance that was deleted has none.
func bump(w api.Write) {
	if w.Status != nil {
		w.Status.Version++
	}
	switch {
	case w.Issuance == nil:
	case w.Issuance.IsEmpty():
		w.Issuance.Version = 0
	default:
		w.Issuance.Version++
	}
}
