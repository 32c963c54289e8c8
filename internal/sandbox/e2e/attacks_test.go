//go:build e2e

package e2e

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"certloop/internal/sandbox"
	"certloop/reconciler/api"
)

// Names of the records of the two teams.
const attacker, victim = "team-a.www", "team-b.www"

// attacks tries what a writer of one team's records can: to forge items of the controller. IAM refuses each write. Then
// the test writes them by force, and the function changes nothing that is not proved to be the record's.
func attacks(t *testing.T, b *box) {
	b.hire(t)
	a := b.With("team-a")
	record := sandbox.Record{"name": attacker, "kind": "Certificate", "domains": []string{"team-a.example.com"},
		"key_type": "EC_prime256v1", "deletion_policy": "Delete"}
	must(t, "a team writes its record", a.Put(t.Context(), record))
	must(t, "the other team writes its record", b.With("team-b").Put(t.Context(), sandbox.Record{"name": victim,
		"kind": "Certificate", "domains": []string{"team-b.example.com"}, "key_type": "EC_prime256v1"}))
	own := b.ready(t, attacker, b.CA.Serials, "team-a.example.com").ACMARN
	others := b.ready(t, victim, b.CA.Serials, "team-b.example.com").ACMARN
	bystander := b.importUnmanaged(t, "bystander.example.com")
	if t.Failed() {
		return
	}
	t.Run("IAM denies every write except to own records", func(t *testing.T) { ownRecordsOnly(t, b, a) })
	w := b.watch(t, others, bystander)
	t.Run("a forged retired_arn untags nothing", func(t *testing.T) {
		for _, arn := range []string{others, bystander} {
			b.forge(t, attacker, func(s map[string]any) { firstTarget(s)["retired_arn"] = arn })
			b.wake(t, attacker)
			if left := b.status(t, attacker).Targets[0].RetiredARN; left != "" {
				t.Errorf("the status still has %s", left)
			}
		}
		w.untouched(t)
	})
	t.Run("a forged outbox sends no notice of another record", func(t *testing.T) {
		b.forge(t, attacker, func(s map[string]any) {
			s["outbox"] = []any{map[string]any{"id": "forged-1", "type": api.NoticeDeleted, "name": victim,
				"time": time.Now().UTC().Format(time.RFC3339), "reason": string(api.ReasonDeleted), "message": "forged for the victim\r\nSubject: call"}}
		})
		b.wake(t, attacker)
		eventually(t, "the forged notice is dropped", func() string {
			if n := len(b.status(t, attacker).Outbox); n > 0 {
				return fmt.Sprint(n, " notices wait")
			}
			return ""
		})
		if sent := b.notices.containing("forged for the victim"); len(sent) > 0 {
			t.Errorf("sent %q", sent)
		}
		if len(b.notices.containing(victim)) == 0 {
			t.Error("no notice of the victim was sent either: the check would find nothing")
		}
	})
	t.Run("a forged ARN is not imported over", func(t *testing.T) {
		b.forge(t, attacker, pointTo(others))
		record["domains"] = []string{"team-a.example.com", "more.team-a.example.com"}
		must(t, "a team changes its record", a.Put(t.Context(), record))
		if s := b.ready(t, attacker, b.CA.Serials, "team-a.example.com", "more.team-a.example.com"); s.ACMARN != own {
			t.Errorf("the record is at %s, and its own certificate is %s", s.ACMARN, own)
		}
		w.untouched(t)
	})
	t.Run("a forged ARN is not deleted", func(t *testing.T) {
		b.forge(t, attacker, func(s map[string]any) {
			pointTo(others)(s)
			extra := maps.Clone(firstTarget(s))
			extra["key"], extra["arn"], extra["region"] = bystander, bystander, sandbox.Region
			s["targets"] = append(s["targets"].([]any), extra)
		})
		must(t, "a team deletes its record", a.Delete(t.Context(), attacker, api.KindCertificate))
		b.forgotten(t, attacker)
		w.untouched(t)
	})
	b.removeRecord(t, victim)
}

// ownRecordsOnly tries what the deployed policy of a team must deny, and what it must allow.
func ownRecordsOnly(t *testing.T, b *box, a sandbox.Clients) {
	ctx := t.Context()
	status := api.StatusPartition(attacker)
	item := func(name, kind string) map[string]types.AttributeValue {
		return map[string]types.AttributeValue{"name": &types.AttributeValueMemberS{Value: name}, "kind": &types.AttributeValueMemberS{Value: kind}}
	}
	table := aws.String(sandbox.Table)
	for sentence, partition := range map[string]string{
		"its own status": status, "another team's status": api.StatusPartition(victim), "another team's record": victim,
		"its own issuance": api.IssuancePartition(attacker), "a claim": api.ClaimPartition(b.adoptable), "a policy": "policy#team-a",
		"the set of policies": "policyset#",
	} {
		_, err := a.DynamoDB.PutItem(ctx, &dynamodb.PutItemInput{TableName: table, Item: item(partition, "CertificateStatus")})
		denied(t, "PutItem of "+sentence, err)
		_, err = a.DynamoDB.UpdateItem(ctx, &dynamodb.UpdateItemInput{TableName: table, Key: item(partition, "CertificateStatus")})
		denied(t, "UpdateItem of "+sentence, err)
		_, err = a.DynamoDB.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: table, Key: item(partition, "CertificateStatus")})
		denied(t, "DeleteItem of "+sentence, err)
		_, err = a.DynamoDB.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: []types.TransactWriteItem{
			{Put: &types.Put{TableName: table, Item: item(attacker, "Other")}}, {Put: &types.Put{TableName: table, Item: item(partition, "CertificateStatus")}}}})
		denied(t, "TransactWriteItems with "+sentence, err)
		_, err = a.DynamoDB.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{sandbox.Table: {
			{PutRequest: &types.PutRequest{Item: item(attacker, "Other")}}, {PutRequest: &types.PutRequest{Item: item(partition, "CertificateStatus")}}}}})
		denied(t, "BatchWriteItem with "+sentence, err)
		if partition != status {
			_, err = a.Item(ctx, partition, "Any")
			denied(t, "GetItem of "+sentence, err)
		}
	}
	_, err := a.DynamoDB.Scan(ctx, &dynamodb.ScanInput{TableName: table})
	denied(t, "Scan", err)
	if s, err := a.Status(ctx, attacker); err != nil || s == nil {
		t.Errorf("a team reads its own status: %v", err)
	}
	code, body := b.invokeAs(t, "team-a", `{"action":"reconcile","names":["`+victim+`"],"force":"1"}`)
	if code != http.StatusBadRequest || !strings.Contains(body, "AccessDeniedException") {
		t.Errorf("a team invokes the function: %d %s", code, body)
	}
	// IAM cannot bound the kind: a status in the partition of an own record can be written, but the function does not
	// read it.
	before := b.item(t, attacker)
	forged := sandbox.Record{"name": attacker, "kind": "CertificateStatus", "version": 99, "acm_arn": b.unmanaged}
	must(t, "a status beside the record", a.Put(ctx, forged))
	b.wake(t, attacker)
	if after := b.item(t, attacker); after != before {
		t.Errorf("a status beside the record changed the status from\n%s\nto\n%s", before, after)
	}
	_, err = a.DynamoDB.DeleteItem(ctx, &dynamodb.DeleteItemInput{TableName: table, Key: item(attacker, "CertificateStatus")})
	must(t, "its deletion", err)
}

// forge changes the status of a record by force, as a writer could whom IAM does not stop.
func (b *box) forge(t *testing.T, name string, change func(map[string]any)) {
	t.Helper()
	out, err := b.DynamoDB.GetItem(t.Context(), &dynamodb.GetItemInput{TableName: aws.String(sandbox.Table), ConsistentRead: aws.Bool(true),
		Key: map[string]types.AttributeValue{"name": &types.AttributeValueMemberS{Value: api.StatusPartition(name)},
			"kind": &types.AttributeValueMemberS{Value: string(api.KindCertificateStatus)}}})
	if err != nil || out.Item == nil {
		t.Fatalf("%s has no status to forge: %v", name, err)
	}
	status := sandbox.Record{}
	if err := attributevalue.UnmarshalMap(out.Item, &status); err != nil {
		t.Fatal(err)
	}
	change(status)
	if err := b.Put(t.Context(), status); err != nil {
		t.Fatal(err)
	}
}

func firstTarget(status map[string]any) map[string]any {
	return status["targets"].([]any)[0].(map[string]any)
}

// pointTo returns a change that forges an ARN as one that the record imported and claimed.
func pointTo(arn string) func(map[string]any) {
	return func(s map[string]any) {
		target := firstTarget(s)
		target["arn"], target["imported"], target["claimed"] = arn, true, true
		s["acm_arn"] = arn
	}
}

// wake makes the function reconcile the record now.
func (b *box) wake(t *testing.T, name string) {
	t.Helper()
	if _, err := b.Invoke(t.Context(), `{"action":"reconcile","names":["`+name+`"],"wait":"20s"}`); err != nil {
		t.Error(err)
	}
}

// watched are certificates that must stay as they are.
type watched struct {
	b      *box
	before map[string]string
}

func (b *box) watch(t *testing.T, arns ...string) watched {
	t.Helper()
	w := watched{b, map[string]string{}}
	for _, arn := range arns {
		w.before[arn] = b.facts(arn)
	}
	return w
}

// facts returns what ACM holds under the ARN, and what the function asked to change there.
func (b *box) facts(arn string) string {
	c, ok := b.ACM.Certificate(sandbox.Region, arn)
	if !ok {
		return "deleted"
	}
	var changes []string
	for _, r := range b.Guard.Requests() {
		if r.Resource == arn && slices.Contains(changing, r.Action) {
			changes = append(changes, r.String())
		}
	}
	return fmt.Sprint(c.X509.SerialNumber, c.Tags, changes)
}

// changing are the actions that change a certificate.
var changing = []string{"acm:ImportCertificate", "acm:DeleteCertificate", "acm:AddTagsToCertificate", "acm:RemoveTagsFromCertificate"}

func (w watched) untouched(t *testing.T) {
	t.Helper()
	for arn, before := range w.before {
		if now := w.b.facts(arn); now != before {
			t.Errorf("%s was\n%s\nand is\n%s", arn, before, now)
		}
	}
}
