package store

import (
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"certloop/reconciler/api"
)

// maxActions is how many actions DynamoDB accepts in one transaction.
const maxActions = 100

// forget deletes status, issuance and claims in one transaction; if it fails, nothing is deleted. Claims that do not
// fit are released after it. If that is interrupted, they stay without harm: their owner's record is deleted, so
// another record that wants the ARN replaces it.
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

// withClaims makes the changes and deletes the claims of record, in one transaction. A claim of another record cancels
// the transaction; it is left out, and the rest is sent again.
func (s *Store) withClaims(ctx context.Context, changes []change, arns []string, record string) error {
	for len(changes)+len(arns) > 0 {
		all := slices.Clone(changes)
		for _, arn := range arns {
			all = append(all, release(arn, record))
		}
		err := s.transact(ctx, all)
		others := claimsOfOthers(err, len(changes))
		if len(others) == 0 {
			return err
		}
		arns = without(arns, others)
	}
	return nil
}

// claimsOfOthers returns the indexes of the claims whose condition failed, if nothing else failed. It returns none if
// the first actions, which are not claims, or any other reason contributed.
func claimsOfOthers(err error, first int) []int {
	var cancelled *types.TransactionCanceledException
	if !errors.As(err, &cancelled) {
		return nil
	}
	var others []int
	for i, r := range cancelled.CancellationReasons {
		switch code := aws.ToString(r.Code); {
		case code == "" || code == "None":
		case code == reasonConditionFailed && i >= first:
			others = append(others, i-first)
		default:
			return nil
		}
	}
	return others
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
