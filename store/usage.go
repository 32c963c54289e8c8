package store

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"certloop/reconciler/api"
)

// attrRecords is the set of the records that a policy has admitted.
const attrRecords = "records"

func usageKey(policy string) item {
	return itemKey(api.PolicyUsagePartition(policy), api.KindPolicyUsage)
}

// Admit admits record under the policy in one conditional update, if it is admitted already or if the policy has
// admitted fewer than most. It is idempotent, so a lost reply needs no care.
func (s *Store) Admit(ctx context.Context, policy, record string, most int) (bool, error) {
	_, err := s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: usageKey(policy),
		UpdateExpression: aws.String("ADD #records :set"),
		ConditionExpression: aws.String("attribute_not_exists(#records) OR contains(#records, :record) OR " +
			"size(#records) < :most"),
		ExpressionAttributeNames: map[string]string{"#records": attrRecords},
		ExpressionAttributeValues: item{
			":set":    &types.AttributeValueMemberSS{Value: []string{record}},
			":record": stringValue(record),
			":most":   &types.AttributeValueMemberN{Value: strconv.Itoa(most)},
		},
	})
	if _, full := refused(err); full {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("admit %s under policy %s: %w", record, policy, s.classify(err))
	}
	return true, nil
}

// Dismiss revokes the admission of record; without one it does nothing. An item without records is deleted.
func (s *Store) Dismiss(ctx context.Context, policy, record string) error {
	if err := s.dismiss(ctx, policy, record); err != nil {
		return fmt.Errorf("dismiss %s from policy %s: %w", record, policy, s.classify(err))
	}
	return nil
}

func (s *Store) dismiss(ctx context.Context, policy, record string) error {
	names := map[string]string{"#records": attrRecords}
	out, err := s.client.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.table, Key: usageKey(policy),
		UpdateExpression:          aws.String("DELETE #records :set"),
		ConditionExpression:       aws.String("attribute_exists(#records)"),
		ExpressionAttributeNames:  names,
		ExpressionAttributeValues: item{":set": &types.AttributeValueMemberSS{Value: []string{record}}},
		ReturnValues:              types.ReturnValueAllNew,
	})
	// After a lost reply the set may be deleted already while its item is left.
	if _, none := refused(err); err != nil && !none {
		return err
	}
	if err == nil && len(admitted(out.Attributes)) > 0 {
		return nil
	}
	_, err = s.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{
		TableName: &s.table, Key: usageKey(policy),
		ConditionExpression: aws.String("attribute_not_exists(#records)"), ExpressionAttributeNames: names,
	})
	if _, again := refused(err); again {
		return nil // another record was admitted meanwhile
	}
	return err
}

// admitted returns the records in a usage item, sorted; none if there is no item.
func admitted(it item) []string {
	set, ok := it[attrRecords].(*types.AttributeValueMemberSS)
	if !ok {
		return nil
	}
	return slices.Sorted(slices.Values(set.Value))
}
