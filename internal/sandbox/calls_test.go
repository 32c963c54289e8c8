package sandbox

import (
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"certloop/reconciler/api"
)

// TestTheCallsOfACertificate holds what docs/guides/cost.md counts on: no more calls than it says, and not less than a third.
func TestTheCallsOfACertificate(t *testing.T) {
	t.Parallel()
	// Mails are counted here as they are where it is installed: that is a read and a write for each.
	b := start(t, Options{Tick: time.Hour, Env: []string{"CERTLOOP_MAILS_PER_HOUR=10"}})
	b.eventually("the account is ready", func() string {
		if s, err := b.AccountStatus(t.Context(), "default"); err != nil || !s.IsReady() {
			return "it is not"
		}
		return ""
	})
	b.calls()
	b.certificate("www", []string{"www.example.com"})
	b.settled("www")
	b.cost("issue", b.calls())
	b.mustInvoke(`{"action":"reconcile","names":["www"],"force":"again","wait":"1m","require":"Ready"}`)
	b.settled("www")
	b.cost("renewal", b.calls())
	b.mustInvoke(`{"action":"resync"}`)
	b.cost("resync", b.calls())
	b.makeDue("www")
	b.mustInvoke(`{"action":"tick"}`)
	tick := b.calls()
	// The tick's own calls, and those of the pass that it brought about.
	own := map[string]int{"dynamodb Query": 1}
	for _, call := range []string{"dynamodb Scan", "dynamodb GetItem", "sqs SendMessageBatch"} {
		own[call] = tick[call]
		delete(tick, call)
	}
	tick["dynamodb Query"] -= own["dynamodb Query"]
	b.cost("tick", own)
	b.cost("ARI check", tick)
}

// calls are those of the function since the last time, once no more are made: how often each.
func (b *box) calls() map[string]int {
	b.t.Helper()
	before := -1
	b.eventually("nothing more is called", func() string {
		time.Sleep(500 * time.Millisecond)
		now := b.wire.total()
		if same := now == before; same {
			return ""
		}
		before = now
		return "something is"
	})
	return b.wire.drain()
}

// cost compares with a column of the document.
func (b *box) cost(column string, made map[string]int) {
	b.t.Helper()
	b.t.Logf("%s: %v", column, made)
	headings, rows := table(b.t, costs, "call")
	at := -1
	for i, h := range headings {
		if h == column {
			at = i
		}
	}
	for _, row := range rows {
		call, _, _ := strings.Cut(row[0], " (")
		said := int(number(b.t, row[at]))
		// What is there already need not be searched for; else it is no less than a third: a slow machine polls more often.
		if is := made[call]; is > said || (is > 0 && 3*is < said-4) {
			b.t.Errorf("%s: %s was called %d times, %s says %d", column, call, is, costs, said)
		}
		delete(made, call)
	}
	for call, n := range made {
		// Everything else about Route 53 is free, and a few calls.
		if !strings.HasPrefix(call, "route53 ") {
			b.t.Errorf("%s: %s was called %d times, %s does not name it", column, call, n, costs)
		}
	}
}

// makeDue has the next tick ask the CA for renewal information.
func (b *box) makeDue(name string) {
	b.t.Helper()
	_, err := b.DynamoDB.UpdateItem(b.t.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String(Table), Key: itemKey(name, api.KindCertificateStatus),
		UpdateExpression: aws.String("SET ari.next_check = :then, due_at = :due"),
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":then": &types.AttributeValueMemberS{Value: "2026-01-01T00:00:00Z"}, ":due": &types.AttributeValueMemberN{Value: "1"},
		},
	})
	if err != nil {
		b.t.Fatal(err)
	}
}
