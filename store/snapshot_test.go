package store

import (
	"context"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"certloop/reconciler/api"
)

// busy cancels reads with these reasons. After that it has no items.
type busy struct {
	Client
	cancel [][]string
	reads  int
}

func (b *busy) TransactGetItems(
	_ context.Context, in *dynamodb.TransactGetItemsInput, _ ...func(*dynamodb.Options),
) (*dynamodb.TransactGetItemsOutput, error) {
	b.reads++
	if b.reads > len(b.cancel) {
		return &dynamodb.TransactGetItemsOutput{Responses: make([]types.ItemResponse, len(in.TransactItems))}, nil
	}
	cancelled := &types.TransactionCanceledException{}
	for _, code := range b.cancel[b.reads-1] {
		cancelled.CancellationReasons = append(cancelled.CancellationReasons, types.CancellationReason{Code: aws.String(code)})
	}
	return nil, cancelled
}

func TestSnapshot_AReadDuringAWriteIsRepeated(t *testing.T) {
	conflict := []string{"None", "TransactionConflict", "None"}
	for sentence, c := range map[string]struct {
		cancel [][]string
		reads  int
		kind   api.ErrorKind
	}{
		"nobody writes":                   {nil, 1, ""},
		"one write":                       {[][]string{conflict}, 2, ""},
		"a write each time but the last":  {[][]string{conflict, conflict, conflict, conflict}, 5, ""},
		"a write each time":               {[][]string{conflict, conflict, conflict, conflict, conflict, conflict}, 5, api.Conflict},
		"throttled":                       {[][]string{{"ThrottlingError", "None", "None"}}, 1, api.Throttled},
		"a write, and something else too": {[][]string{{"ValidationError", "TransactionConflict", "None"}}, 1, api.Conflict},
	} {
		t.Run(sentence, func(t *testing.T) {
			client := &busy{cancel: c.cancel}
			_, err := New(Config{Client: client, Table: "certloop"}).Get(t.Context(), "www")
			if api.KindOf(err) != c.kind || client.reads != c.reads {
				t.Errorf("%d reads and a %q error (%v), want %d and %q", client.reads, api.KindOf(err), err, c.reads, c.kind)
			}
		})
	}
}

// short returns fewer items than requested.
type short struct{ Client }

func (short) TransactGetItems(
	_ context.Context, in *dynamodb.TransactGetItemsInput, _ ...func(*dynamodb.Options),
) (*dynamodb.TransactGetItemsOutput, error) {
	return &dynamodb.TransactGetItemsOutput{Responses: make([]types.ItemResponse, len(in.TransactItems)-1)}, nil
}

// Policies that did not arrive are not treated as absent, which would allow everything.
func TestSnapshot_AnAnswerWithoutAnItemIsAnError(t *testing.T) {
	s := New(Config{Client: short{}, Table: "certloop"})
	_, certificate := s.Get(t.Context(), "www")
	_, account := s.GetAccount(t.Context(), "default")
	_, set := s.GetPolicySet(t.Context())
	for what, err := range map[string]error{"a certificate": certificate, "an account": account, "the policies": set} {
		if api.KindOf(err) != api.Transient {
			t.Errorf("%s: %v", what, err)
		}
	}
}

// A pass whose time is up does not wait for the next read.
func TestSnapshot_ARepeatedReadEndsWithItsContext(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	client := &busy{cancel: [][]string{{"TransactionConflict"}, {"TransactionConflict"}}}
	_, err := New(Config{Client: client, Table: "certloop"}).GetAccount(ctx, "default")
	if api.KindOf(err) != api.Transient || client.reads != 1 {
		t.Errorf("%d reads and %v", client.reads, err)
	}
}
