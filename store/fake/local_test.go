package fake_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go"
	"pgregory.net/rapid"

	"certloop/internal/sandbox/dynamodblocal"
	"certloop/reconciler/api"
	"certloop/store"
	"certloop/store/fake"
)

func clientOf(url string) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{Region: "us-east-1", BaseEndpoint: aws.String(url), RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", "")})
}

func start(t *testing.T) *dynamodb.Client {
	t.Helper()
	server := httptest.NewServer(fake.New(fake.Config{}))
	t.Cleanup(server.Close)
	return clientOf(server.URL)
}

// pair is the fake beside Amazon's own emulator, each with a table of the same name.
type pair struct{ fake, local *dynamodb.Client }

func (p pair) create(t rapid.TB, table string) {
	t.Helper()
	for _, c := range []*dynamodb.Client{p.fake, p.local} {
		if _, err := c.CreateTable(context.Background(), store.TableDefinition(table)); err != nil {
			t.Fatal(err)
		}
	}
}

// TestAnswers_AreThoseOfDynamoDBLocal sends the same random requests to both.
func TestAnswers_AreThoseOfDynamoDBLocal(t *testing.T) {
	both, tables := pair{start(t), clientOf(dynamodblocal.ForTest(t).URL)}, 0
	rapid.Check(t, func(r *rapid.T) {
		tables++
		g := &generator{T: r, table: fmt.Sprintf("compared-%d", tables)}
		both.create(r, g.table)
		for range rapid.IntRange(3, 12).Draw(r, "requests") {
			send := g.request()
			ours, theirs := send(both.fake), send(both.local)
			if !ours.same(theirs) {
				r.Fatalf("%s\nthe fake answers   %+v\nDynamoDB Local says %+v", g.sent, ours, theirs)
			}
		}
	})
}

// answer is what must be the same: the output without metadata, or the error without its wording.
type answer struct {
	Out, Code string
	Item      string
	Reasons   []string
	// Wording is shown and not compared.
	Wording string
}

func (a answer) same(o answer) bool {
	a.Wording, o.Wording = "", ""
	return reflect.DeepEqual(a, o)
}

func text(v any) string {
	body, _ := json.Marshal(v)
	return string(body)
}

func answered(out any, err error) (a answer) {
	var refused smithy.APIError
	if errors.As(err, &refused) {
		a.Code, a.Wording = refused.ErrorCode(), refused.ErrorMessage()
	} else if err != nil {
		a.Code = err.Error()
	}
	var failed *types.ConditionalCheckFailedException
	if errors.As(err, &failed) {
		a.Item = canonical(failed.Item)
	}
	var cancelled *types.TransactionCanceledException
	if errors.As(err, &cancelled) {
		for _, reason := range cancelled.CancellationReasons {
			a.Reasons = append(a.Reasons, aws.ToString(reason.Code)+" "+canonical(reason.Item))
			if aws.ToString(reason.Code) == "ValidationError" {
				// DynamoDB cancels the transaction (API Reference, TransactWriteItems), its local emulator refuses the request.
				return answer{Code: "ValidationException", Wording: a.Wording}
			}
		}
	}
	if err == nil {
		a.Out = text(out)
	}
	return a
}

// canonical writes an item with its attributes and the elements of its sets in order.
func canonical(it map[string]types.AttributeValue) string {
	if len(it) == 0 {
		return ""
	}
	return text(ordered(&types.AttributeValueMemberM{Value: it}))
}

func ordered(v types.AttributeValue) any {
	switch v := v.(type) {
	case *types.AttributeValueMemberM:
		out := map[string]any{}
		for name, f := range v.Value {
			out[name] = ordered(f)
		}
		return out
	case *types.AttributeValueMemberL:
		out := []any{}
		for _, e := range v.Value {
			out = append(out, ordered(e))
		}
		return out
	case *types.AttributeValueMemberSS:
		return map[string]any{"SS": slices.Sorted(slices.Values(v.Value))}
	case *types.AttributeValueMemberNS:
		var all []string
		for _, n := range v.Value {
			all = append(all, rational(n))
		}
		slices.Sort(all)
		return map[string]any{"NS": all}
	case *types.AttributeValueMemberN:
		// Below the top, DynamoDB Local returns numbers in the form of the request.
		return map[string]any{"N": rational(v.Value)}
	}
	return map[string]any{reflect.TypeOf(v).Elem().Name(): v}
}

// TestReserved_WordsAreThoseOfDynamoDBLocal checks every attribute of the records, and the words of the tests here.
func TestReserved_WordsAreThoseOfDynamoDBLocal(t *testing.T) {
	both := pair{start(t), clientOf(dynamodblocal.ForTest(t).URL)}
	both.create(t, "reserved")
	words := map[string]bool{"owner": true, "records": true, "policies": true, "select": true, "a": true}
	for _, v := range []any{api.CertificateStatus{}, api.AccountStatus{}, api.Issuance{}, api.PolicyStatus{}, api.ServedStatus{}, api.ControllerStatus{},
		api.TargetStatus{}, api.Condition{}} {
		for _, f := range reflect.VisibleFields(reflect.TypeOf(v)) {
			if name, _, _ := strings.Cut(f.Tag.Get("json"), ","); name != "" && name != "-" {
				words[name] = true
			}
		}
	}
	for word := range words {
		in := &dynamodb.UpdateItemInput{TableName: aws.String("reserved"), Key: keyOf("a", "b"),
			UpdateExpression: aws.String("REMOVE " + word)}
		_, ours := both.fake.UpdateItem(t.Context(), in)
		_, theirs := both.local.UpdateItem(t.Context(), in)
		if (ours == nil) != (theirs == nil) {
			t.Errorf("%s: the fake says %v, DynamoDB Local %v", word, ours, theirs)
		}
	}
}

func keyOf(name, kind string) map[string]types.AttributeValue {
	return map[string]types.AttributeValue{"name": &types.AttributeValueMemberS{Value: name}, "kind": &types.AttributeValueMemberS{Value: kind}}
}

func rational(text string) string {
	r, ok := new(big.Rat).SetString(text)
	if !ok {
		return text
	}
	return r.RatString()
}
