package store

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"certloop/reconciler/api"
)

// ClaimARN makes record the owner of arn in one conditional write, if the owner is nobody, record or replace. It is
// idempotent, so a lost reply needs no care.
func (s *Store) ClaimARN(ctx context.Context, arn, record, replace string) (string, error) {
	claim := itemKey(api.ClaimPartition(arn), api.KindClaim)
	claim[attrOwner] = stringValue(record)
	when := claimable(record, replace)
	_, err := s.client.PutItem(ctx, &dynamodb.PutItemInput{
		TableName: &s.table, Item: claim, ConditionExpression: when.expression,
		ExpressionAttributeNames: when.names, ExpressionAttributeValues: when.values,
		ReturnValuesOnConditionCheckFailure: types.ReturnValuesOnConditionCheckFailureAllOld,
	})
	if found, ok := refused(err); ok {
		return text(found, attrOwner), nil
	}
	if err != nil {
		return "", fmt.Errorf("claim %s for %s: %w", arn, record, s.classify(err))
	}
	return record, nil
}

// ClaimOwner returns the record that has the claim on arn, read consistently, or "".
func (s *Store) ClaimOwner(ctx context.Context, arn string) (string, error) {
	items, err := s.snapshot(ctx, itemKey(api.ClaimPartition(arn), api.KindClaim))
	if err != nil {
		return "", fmt.Errorf("read the claim on %s: %w", arn, err)
	}
	return text(items[0], attrOwner), nil
}

// ReleaseARN deletes the claim on arn if record has it; otherwise it does nothing.
func (s *Store) ReleaseARN(ctx context.Context, arn, record string) error {
	err := s.deleteOne(ctx, release(arn, record))
	if _, another := refused(err); another || err == nil {
		return nil
	}
	return fmt.Errorf("release %s of %s: %w", arn, record, err)
}

// release deletes the claim if record has it. For a claim that does not exist the condition holds.
func release(arn, record string) change {
	return change{key: itemKey(api.ClaimPartition(arn), api.KindClaim), when: claimable(record, "")}
}
