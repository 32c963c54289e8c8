package store

import (
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"certloop/reconciler/api"
)

// maxActions is how many actions DynamoDB takes in one transaction.
const maxActions = 100

// forget deletes status, issuance and claims in one transaction: a forget that fails takes nothing away. Claims beyond
// what fits are released after it. Where that is interrupted they stay, and harm nobody: the owner's record is gone, so
// whoever wants the ARN replaces it.
func (s *Store) forget(ctx context.Context, w api.Write) error {
	claims := slices.Compact(slices.Sorted(slices.Values(w.ForgetClaims)))
	changes := []change{
		{key: itemKey(api.StatusPartition(w.Name), api.KindCertificateStatus), when: unchanged(w.ForgetVersion)},
		{key: itemKey(api.IssuancePartition(w.Name), api.KindIssuance)},
	}
	for len(changes) > 0 || len(claims) > 0 {
		n := min(len(claims), maxActions-len(changes))
		if err := s.withClaims(ctx, changes, claims[:n], w.Name); err != nil {
			return err
		}
		changes, claims = nil, claims[n:]
	}
	return nil
}

// withClaims makes the changes and deletes the claims of record, in one transaction. A claim that turns out to be
// another's cancels the transaction; it is left out and the rest sent again.
func (s *Store) withClaims(ctx context.Context, changes []change, arns []string, record string) error {
	for len(changes)+len(arns) > 0 {
		all := slices.Clone(changes)
		for _, arn := range arns {
			all = append(all, release(arn, record))
		}
		err := s.transact(ctx, all)
		foreign := foreignClaims(err, len(changes))
		if len(foreign) == 0 {
			return err
		}
		arns = without(arns, foreign)
	}
	return nil
}

// foreignClaims are the indexes of the claims whose condition failed, where nothing else went wrong: none where the
// first actions, which are not claims, or any other reason had a part in it.
func foreignClaims(err error, first int) []int {
	var cancelled *types.TransactionCanceledException
	if !errors.As(err, &cancelled) {
		return nil
	}
	var foreign []int
	for i, r := range cancelled.CancellationReasons {
		switch code := aws.ToString(r.Code); {
		case code == "" || code == "None":
		case code == reasonConditionFailed && i >= first:
			foreign = append(foreign, i-first)
		default:
			return nil
		}
	}
	return foreign
}

func without(list []string, indexes []int) []string {
	var out []string
	for i, v := range list {
		if !slices.Contains(indexes, i) {
			out = append(out, v)
		}
	}
	return out
}
