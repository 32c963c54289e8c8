package sandbox

import (
	"context"
	"errors"
	"net/netip"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	route53types "github.com/aws/aws-sdk-go-v2/service/route53/types"

	acmfake "certloop/providers/acm/fake"
	"certloop/reconciler/api"
)

// imported passes on what ACM holds to the services that use it.
func (s *Sandbox) imported(arn string, m acmfake.Material) {
	if err := s.Fronts.Imported(arn, m.Leaf, m.Chain, m.Key); err != nil {
		s.log.Error("import", "err", err)
	}
}

// Served reads what the endpoints of a certificate serve. It returns nil if they were never probed.
func (c Clients) Served(ctx context.Context, name string) (*api.ServedStatus, error) {
	return read[api.ServedStatus](ctx, c, api.StatusPartition(name), api.KindServedStatus)
}

// ProbeNow makes the endpoints of a certificate due, as if the time of their next probe had come. Without a probe ahead it
// changes nothing.
func (c Clients) ProbeNow(ctx context.Context, name string) error {
	now := &types.AttributeValueMemberN{Value: strconv.FormatInt(time.Now().Unix(), 10)}
	_, err := c.DynamoDB.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: aws.String(Table), Key: itemKey(api.StatusPartition(name), api.KindServedStatus),
		UpdateExpression: aws.String("SET due_at = :now"), ConditionExpression: aws.String("due_at > :now"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":now": now},
	})
	var notAhead *types.ConditionalCheckFailedException
	if errors.As(err, &notAhead) {
		return nil
	}
	return err
}

// PointTo makes a name of a hosted zone lead to these addresses, as a record of Route 53.
func (c Clients) PointTo(ctx context.Context, zoneID, name string, addresses ...string) error {
	byType := map[route53types.RRType][]route53types.ResourceRecord{}
	for _, a := range addresses {
		kind := route53types.RRTypeA
		if ip, err := netip.ParseAddr(a); err == nil && ip.Is6() {
			kind = route53types.RRTypeAaaa
		}
		byType[kind] = append(byType[kind], route53types.ResourceRecord{Value: aws.String(a)})
	}
	var changes []route53types.Change
	for kind, records := range byType {
		changes = append(changes, route53types.Change{Action: route53types.ChangeActionUpsert,
			ResourceRecordSet: &route53types.ResourceRecordSet{Name: aws.String(name), Type: kind, TTL: aws.Int64(60), ResourceRecords: records}})
	}
	return c.ChangeRecords(ctx, zoneID, changes...)
}
