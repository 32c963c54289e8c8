package store

import (
	"context"
	"fmt"
	"iter"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"certloop/reconciler/api"
)

// All scans the table, strongly consistent: that costs a cent a day for 20,000 certificates, and spares every reader
// the thought of a status older than the record beside it. The items of one partition come one after the other, by
// kind, but a page may end between them: a name is complete only when the next one comes.
//
// A status that cannot be decoded is left out of its Listed rather than ending the listing; Get of that name says
// what is wrong with it.
func (s *Store) All(ctx context.Context) iter.Seq2[api.Listed, error] { return s.list(ctx, true) }

// Glance is All, eventually consistent, which costs half (docs/aws-and-acme.md has the sum). Unless something is being
// written, it gives the same.
func (s *Store) Glance(ctx context.Context) iter.Seq2[api.Listed, error] { return s.list(ctx, false) }

func (s *Store) list(ctx context.Context, consistent bool) iter.Seq2[api.Listed, error] {
	return func(yield func(api.Listed, error) bool) {
		var name []api.Listed // what is known so far of the name at hand, one per kind of record
		for it, err := range s.scan(ctx, consistent) {
			if err != nil {
				yield(api.Listed{}, fmt.Errorf("list the table: %w", err))
				return
			}
			if len(name) > 0 && name[0].Key.Name != text(it, attrName) {
				if !yieldAll(name, yield) {
					return
				}
				name = nil
			}
			name = add(name, it)
		}
		yieldAll(name, yield)
	}
}

func yieldAll(list []api.Listed, yield func(api.Listed, error) bool) bool {
	for _, l := range list {
		if !yield(l, nil) {
			return false
		}
	}
	return true
}

// add adds the item to the Listed of its key: the last one, or a new one, because Account and AccountStatus come
// before Certificate and CertificateStatus.
func add(name []api.Listed, it item) []api.Listed {
	key, ok := keyOf(it)
	if !ok {
		return name
	}
	if n := len(name); n == 0 || name[n-1].Key != key {
		name = append(name, api.Listed{Key: key})
	}
	l := &name[len(name)-1]
	switch api.Kind(text(it, attrKind)) {
	case api.KindCertificateStatus:
		l.Status, _ = decode[api.CertificateStatus](it)
	case api.KindAccountStatus:
		l.AccountStatus, _ = decode[api.AccountStatus](it)
	default:
		l.Record = decodeRecord(it)
	}
	return name
}

// scan leaves issuances and claims out: they are nobody's key, and an issuance holds a sealed key.
func (s *Store) scan(ctx context.Context, consistent bool) iter.Seq2[item, error] {
	pages := dynamodb.NewScanPaginator(s.client, &dynamodb.ScanInput{
		TableName:                &s.table,
		ConsistentRead:           &consistent,
		FilterExpression:         aws.String("NOT (#kind IN (:issuance, :claim))"),
		ExpressionAttributeNames: map[string]string{"#kind": attrKind},
		ExpressionAttributeValues: item{
			":issuance": stringValue(string(api.KindIssuance)),
			":claim":    stringValue(string(api.KindClaim)),
		},
	})
	return s.items(pages.HasMorePages, func() ([]item, error) {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		return page.Items, nil
	})
}
