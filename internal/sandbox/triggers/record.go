package triggers

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
)

// lambdaRecords returns stream records in the form in which Lambda passes them on.
func lambdaRecords(arn string, records []types.Record) []map[string]any {
	out := make([]map[string]any, len(records))
	for i, r := range records {
		out[i] = lambdaRecord(arn, r)
	}
	return out
}

func lambdaRecord(arn string, r types.Record) map[string]any {
	return map[string]any{
		"eventID": aws.ToString(r.EventID), "eventName": string(r.EventName), "eventVersion": "1.1",
		"eventSource": "aws:dynamodb", "awsRegion": "us-east-1", "eventSourceARN": arn,
		"dynamodb": map[string]any{
			"ApproximateCreationDateTime": float64(aws.ToTime(r.Dynamodb.ApproximateCreationDateTime).Unix()),
			"Keys":                        stringAttributes(r.Dynamodb.Keys),
			"SequenceNumber":              aws.ToString(r.Dynamodb.SequenceNumber),
			"SizeBytes":                   aws.ToInt64(r.Dynamodb.SizeBytes),
			"StreamViewType":              string(r.Dynamodb.StreamViewType),
		},
	}
}

// stringAttributes returns the attributes of type S. This table's stream of keys has no other types.
func stringAttributes(attributes map[string]types.AttributeValue) map[string]any {
	out := map[string]any{}
	for name, v := range attributes {
		if s, ok := v.(*types.AttributeValueMemberS); ok {
			out[name] = map[string]any{"S": s.Value}
		}
	}
	return out
}
