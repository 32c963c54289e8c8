package sandbox

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"certloop/reconciler/api"
)

// TestCost_TheCallsOfACertificate compares the calls with docs/guides/cost.md: no more than it states, and at least a
// third.
func TestCost_TheCallsOfACertificate(t *testing.T) {
	t.Parallel()
	// Mails are counted here as in an installation: each takes a read and a write.
	b := start(t, Options{Tick: time.Hour, Probe: time.Hour, Env: []string{"CERTLOOP_MAILS_PER_HOUR=10"}})
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
	b.probeNow("www") // the first one changes the condition Served, and a pass follows
	b.calls()
	b.probeNow("www")
	probed := b.calls()
	if probed["dynamodb PutItem"] == 0 {
		t.Error("nothing was probed")
	}
	b.cost("probe", probed)
	b.mustInvoke(`{"action":"resync"}`)
	b.cost("resync", b.calls())
	b.makeDue("www")
	b.mustInvoke(`{"action":"tick"}`)
	tick := b.calls()
	// The tick's own calls, and those of the pass that it starts.
	own := map[string]int{"dynamodb Query": 1}
	for _, call := range []string{"dynamodb Scan", "dynamodb GetItem", "sqs SendMessageBatch"} {
		own[call] = tick[call]
		delete(tick, call)
	}
	tick["dynamodb Query"] -= own["dynamodb Query"]
	b.cost("tick", own)
	b.cost("ARI check", tick)
	if next := b.status("www").ARI.NextCheckAt; next.Before(time.Now()) {
		t.Errorf("the CA was not asked for renewal information: the next request is still due at %s", next)
	}
}

// calls returns how often the function made each call since the last time, once it makes no more.
func (b *box) calls() map[string]int {
	b.t.Helper()
	before := -1
	b.eventually("nothing more is called", func() string {
		time.Sleep(500 * time.Millisecond)
		now, busy := b.wire.total(), b.busy()
		if now == before && busy == "" {
			return ""
		}
		before = now
		return fmt.Sprintf("%d calls so far, %s", now, busy)
	})
	return b.wire.drain()
}

// busy returns what the function does or has still to do, or "". On a busy machine it may make no call for a while.
func (b *box) busy() string {
	b.t.Helper()
	if n := b.Function.Running(); n > 0 {
		return fmt.Sprintf("%d invocations are running", n)
	}
	waiting, running := string(sqstypes.QueueAttributeNameApproximateNumberOfMessages), string(sqstypes.QueueAttributeNameApproximateNumberOfMessagesNotVisible)
	queue, err := b.SQS.GetQueueAttributes(b.t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: &b.QueueURL,
		AttributeNames: []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNameAll}})
	if err != nil {
		b.t.Fatal(err)
	}
	if queue.Attributes[waiting] != "0" || queue.Attributes[running] != "0" {
		return fmt.Sprintf("%s messages wait, %s are processed", queue.Attributes[waiting], queue.Attributes[running])
	}
	return ""
}

// cost compares the calls with a column of the document.
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
		documented := int(number(b.t, row[at]))
		// What exists already is not searched for. Other calls are at least a third: a slow machine polls more often.
		if is := made[call]; is > documented || (is > 0 && 3*is < documented-4) {
			b.t.Errorf("%s: %s was called %d times, %s states %d", column, call, is, costs, documented)
		}
		delete(made, call)
	}
	for call, n := range made {
		// All other requests to Route 53 are free, and few.
		if !strings.HasPrefix(call, "route53 ") {
			b.t.Errorf("%s: %s was called %d times, %s does not list it", column, call, n, costs)
		}
	}
}

// probeNow probes the endpoints of the certificate.
func (b *box) probeNow(name string) {
	b.t.Helper()
	if err := b.ProbeNow(b.t.Context(), name); err != nil {
		b.t.Fatal(err)
	}
	b.mustInvoke(`{"action":"probe"}`)
}

// makeDue makes the next tick ask the CA for renewal information.
func (b *box) makeDue(name string) {
	b.t.Helper()
	_, err := b.DynamoDB.UpdateItem(b.t.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String(Table), Key: itemKey(name, api.KindCertificateStatus),
		UpdateExpression: aws.String("SET ari.next_check_at = :then, due_at = :due"),
		// A field of another name would be set without any effect.
		ConditionExpression: aws.String("attribute_exists(ari.next_check_at)"),
		ExpressionAttributeValues: map[string]types.AttributeValue{
			":then": &types.AttributeValueMemberS{Value: "2026-01-01T00:00:00Z"}, ":due": &types.AttributeValueMemberN{Value: "1"},
		},
	})
	if err != nil {
		b.t.Fatal(err)
	}
}
