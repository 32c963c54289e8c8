package store

import (
	"context"
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"certloop/reconciler/api"
)

// flightAttributes are the attributes of an issuance that tell where it stands. The sealed key and the chain are not read.
var flightAttributes = []string{"version", "digest", "renewal_of", "force", "account", "domains", "created_at", "order_url", "published",
	"finalized_at", "serial", "not_before", "not_after", "imports"}

// Flight reads where the issuance of a certificate stands, without its sealed key and chain; nil if there is none in flight.
func (s *Store) Flight(ctx context.Context, name string) (*api.Issuance, error) {
	names := map[string]string{}
	for i, attribute := range flightAttributes {
		names[fmt.Sprintf("#a%d", i)] = attribute
	}
	placeholders := make([]string, 0, len(names))
	for i := range flightAttributes {
		placeholders = append(placeholders, fmt.Sprintf("#a%d", i))
	}
	out, err := s.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &s.table, Key: itemKey(api.IssuancePartition(name), api.KindIssuance), ConsistentRead: aws.Bool(true),
		ProjectionExpression: aws.String(strings.Join(placeholders, ", ")), ExpressionAttributeNames: names,
	})
	if err != nil {
		return nil, fmt.Errorf("read the issuance of certificate %s: %w", name, s.classify(err))
	}
	if len(out.Item) == 0 {
		return nil, nil
	}
	return decode[api.Issuance](out.Item)
}
