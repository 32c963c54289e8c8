package sandbox

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	streams "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"

	"certloop/reconciler"
	"certloop/reconciler/api"
	"certloop/reconciler/plan"
)

// Record is a record as users write it: the plain values of its attributes.
type Record map[string]any

// Put writes a record as users do: with one PutItem.
func (c Clients) Put(ctx context.Context, r Record) error {
	item, err := attributevalue.MarshalMap(map[string]any(r))
	if err != nil {
		return err
	}
	_, err = c.DynamoDB.PutItem(ctx, &dynamodb.PutItemInput{TableName: aws.String(Table), Item: item})
	return err
}

// Delete deletes one item.
func (c Clients) Delete(ctx context.Context, name string, kind api.Kind) error {
	_, err := c.DynamoDB.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: aws.String(Table), Key: itemKey(name, kind)})
	return err
}

// Item reads one item as JSON. It returns nil if there is none.
func (c Clients) Item(ctx context.Context, name string, kind api.Kind) ([]byte, error) {
	out, err := c.DynamoDB.GetItem(ctx, &dynamodb.GetItemInput{TableName: aws.String(Table), Key: itemKey(name, kind), ConsistentRead: aws.Bool(true)})
	if err != nil || out.Item == nil {
		return nil, err
	}
	var plain map[string]any
	if err := attributevalue.UnmarshalMap(out.Item, &plain); err != nil {
		return nil, err
	}
	return json.Marshal(plain)
}

// Status reads a certificate's status. It returns nil if there is none.
func (c Clients) Status(ctx context.Context, name string) (*api.CertificateStatus, error) {
	return read[api.CertificateStatus](ctx, c, name, api.KindCertificateStatus)
}

// AccountStatus reads an account's status. It returns nil if there is none.
func (c Clients) AccountStatus(ctx context.Context, name string) (*api.AccountStatus, error) {
	return read[api.AccountStatus](ctx, c, name, api.KindAccountStatus)
}

func read[T any](ctx context.Context, c Clients, name string, kind api.Kind) (*T, error) {
	body, err := c.Item(ctx, name, kind)
	if err != nil || body == nil {
		return nil, err
	}
	status := new(T)
	return status, json.Unmarshal(body, status)
}

// itemKey returns the key of the item of that kind under the name. A status is in a partition of its own.
func itemKey(name string, kind api.Kind) map[string]types.AttributeValue {
	if kind == api.KindCertificateStatus || kind == api.KindAccountStatus {
		name = api.StatusPartition(name)
	}
	return map[string]types.AttributeValue{
		"name": &types.AttributeValueMemberS{Value: name}, "kind": &types.AttributeValueMemberS{Value: string(kind)},
	}
}

// Invoke invokes the function directly, as the command line and Terraform do. The error is the function's.
func (s *Sandbox) Invoke(ctx context.Context, event string) (answer reconciler.Answer, err error) {
	return answerOf[reconciler.Answer](ctx, s, event)
}

// Check returns what the function sees of everything that its work depends on.
func (s *Sandbox) Check(ctx context.Context) ([]plan.Check, error) {
	answer, err := answerOf[reconciler.Checks](ctx, s, `{"action":"check"}`)
	return answer.Checks, err
}

func answerOf[T any](ctx context.Context, s *Sandbox, event string) (answer T, err error) {
	payload, functionError, err := s.invoke(ctx, []byte(event))
	if err != nil {
		return answer, err
	}
	if functionError {
		var failure struct {
			ErrorMessage string `json:"errorMessage"`
		}
		if err := json.Unmarshal(payload, &failure); err != nil {
			return answer, fmt.Errorf("the function failed with %s", payload)
		}
		return answer, fmt.Errorf("%s", failure.ErrorMessage)
	}
	return answer, json.Unmarshal(payload, &answer)
}

func (s *Sandbox) seenRecord(r streams.Record) {
	if s.options.Seen != nil {
		body, err := json.Marshal(r)
		if err != nil {
			body = []byte(err.Error())
		}
		s.options.Seen(string(body))
	}
}
