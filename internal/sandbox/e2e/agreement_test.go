//go:build e2e

package e2e

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"certloop/internal/sandbox/iam"
)

// byServices are the actions that AWS services take with the function's role. The code takes none of them on the same
// resources.
var byServices = []string{
	// Lambda, for the mapping of the stream, its failures, and that of the queue.
	"dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams",
	"sqs:SendMessage",
	"sqs:DeleteMessage", "sqs:GetQueueAttributes", "sqs:ReceiveMessage",
	// Lambda, for the log.
	"logs:CreateLogStream", "logs:PutLogEvents",
	// DynamoDB, for the table's encryption.
	"kms:Decrypt", "kms:DescribeKey", "kms:Encrypt", "kms:GenerateDataKey*", "kms:ReEncrypt*",
}

// policy returns the policies of the function's role, as deployed.
func (b *box) policy(t *testing.T) []iam.Policy {
	t.Helper()
	policies, err := b.Deployed.Policies(t.Context(), b.tf.outputs(t).RoleARN)
	if err != nil {
		t.Fatal(err)
	}
	return policies
}

// agreement compares the actions that the code took, all under this policy, with those that it allows.
func agreement(t *testing.T, b *box) {
	if problems := append(b.Guard.Problems(), b.Deployed.Problems()...); len(problems) > 0 {
		t.Error("could not be decided or run:", strings.Join(problems, "; "))
	}
	policies := b.policy(t)
	allowed, ofServices, taken := map[string]bool{}, map[string]bool{}, map[string]bool{}
	for _, p := range policies {
		maps.Copy(allowed, p.Actions(false))
		maps.Copy(ofServices, p.Actions(true))
	}
	requests := b.Guard.Requests()
	t.Logf("%d different requests", len(requests))
	for _, r := range requests {
		taken[r.Action] = true
	}
	for _, r := range b.Guard.Denied() {
		if r.Action != "acm:AddTagsToCertificate" || r.Resource != b.unmanaged {
			t.Errorf("denied: %s", r)
		}
	}
	compare(t, "the code took", allowed, taken)
	listed := map[string]bool{}
	for _, a := range byServices {
		listed[a] = true
	}
	compare(t, "AWS services are known to take", ofServices, listed)
	schedule, err := b.Deployed.Policies(t.Context(), "certloop-schedule")
	if err != nil || len(schedule) != 1 {
		t.Fatalf("the schedules' role has %d policies: %v", len(schedule), err)
	}
	// It sends what cannot be delivered to the dead-letter queue.
	compare(t, "the schedules take", schedule[0].Actions(false), map[string]bool{"lambda:InvokeFunction": true, "sqs:SendMessage": true})
}

func compare(t *testing.T, who string, allowed, taken map[string]bool) {
	t.Helper()
	for _, a := range slices.Sorted(maps.Keys(allowed)) {
		if !taken[a] {
			t.Errorf("%s is allowed, but not among the actions that %s", a, who)
		}
	}
	for _, a := range slices.Sorted(maps.Keys(taken)) {
		if !allowed[a] {
			t.Errorf("%s is among the actions that %s, but is not allowed", a, who)
		}
	}
}
