package sandbox

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"certloop/internal/sandbox/pebble"
	"certloop/internal/sandbox/progress"
	"certloop/reconciler"
	"certloop/reconciler/api"
)

// on returns the box for a subtest.
func (b *box) on(t *testing.T) *box {
	c := *b
	c.t = t
	return &c
}

// invoke invokes the function directly and keeps its answer.
func (b *box) invoke(event string) (reconciler.Answer, error) {
	answer, err := b.Invoke(b.t.Context(), event)
	text, _ := json.Marshal(answer)
	_, _ = fmt.Fprintln(b.answers, string(text), err)
	return answer, err
}

// mustInvoke invokes the function directly; an error fails the test.
func (b *box) mustInvoke(event string) reconciler.Answer {
	b.t.Helper()
	answer, err := b.invoke(event)
	if err != nil {
		b.t.Fatalf("%s: %v", event, err)
	}
	return answer
}

// insist invokes the function until the record is Ready, as a user does whose invocation has ended before. more are
// further attributes of the event. The error is about an invocation that failed for another reason, or about a record
// that shows no progress. Several goroutines may call it.
func (b *box) insist(name, more string) (answer reconciler.Answer, err error) {
	event := fmt.Sprintf(`{"action":"reconcile","names":[%q],"wait":"30s","require":"Ready"%s}`, name, more)
	var failed error
	stuck := progress.Default.Until(b.t.Context(), func() string {
		if answer, failed = b.invoke(event); failed != nil && strings.Contains(failed.Error(), name+" is not Ready") {
			return failed.Error()
		}
		return ""
	})
	return answer, errors.Join(stuck, failed)
}

// mustInsist invokes the function until the record is Ready; an error fails the test.
func (b *box) mustInsist(name, more string) reconciler.Answer {
	b.t.Helper()
	answer, err := b.insist(name, more)
	if err != nil {
		b.t.Fatal(err)
	}
	return answer
}

// issued fails the test unless the CA issued that many certificates for exactly these names, and returns their serials.
func (b *box) issued(ca *pebble.CA, want int, names ...string) []string {
	b.t.Helper()
	serials := ca.Serials(names...)
	if len(serials) != want {
		b.t.Errorf("the CA issued %d certificates for %v, want %d: %v", len(serials), names, want, serials)
	}
	return serials
}

// settled waits until the certificate is Ready, all notices are delivered, and nothing of its issuance is kept.
func (b *box) settled(name string) *api.CertificateStatus {
	b.t.Helper()
	b.ready(name)
	b.eventually("the issuance of "+name+" is cleaned up", func() string {
		if s := b.status(name); len(s.Outbox) > 0 {
			return fmt.Sprintf("%d notices are not sent", len(s.Outbox))
		}
		if iss := b.issuance(name); iss != nil && (len(iss.SealedKey) > 0 || iss.OrderURL != "" || iss.Chain != "" || len(iss.Published) > 0) {
			return fmt.Sprintf("the issuance keeps a key of %d bytes, order %q, a chain of %d bytes, values %v",
				len(iss.SealedKey), iss.OrderURL, len(iss.Chain), iss.Published)
		}
		return ""
	})
	return b.status(name)
}

// installed waits until the certificate is settled. It checks that the CA issued exactly one, and that every target
// holds it.
func (b *box) installed(name string, ca *pebble.CA, domains ...string) *api.CertificateStatus {
	b.t.Helper()
	s := b.settled(name)
	for _, serial := range b.issued(ca, 1, domains...) {
		b.holds(s, serial)
	}
	b.noTXT(domains...)
	return s
}

// holds checks that ACM holds that serial at every ARN of the status.
func (b *box) holds(s *api.CertificateStatus, serial string) {
	b.t.Helper()
	if s.Serial != serial {
		b.t.Errorf("the status has serial %s, want %s", s.Serial, serial)
	}
	if len(s.Targets) == 0 || s.ACMARN != s.Targets[0].ARN {
		b.t.Errorf("acm_arn is %q, the targets are %+v", s.ACMARN, s.Targets)
	}
	for _, t := range s.Targets {
		c, ok := b.ACM.Certificate(t.Region, t.ARN)
		if !ok || c.X509.SerialNumber.Text(16) != serial {
			b.t.Errorf("ACM in %s holds %v under %s, want serial %s", t.Region, c.X509, t.ARN, serial)
		}
	}
}

// issuance returns what is in flight, or nil.
func (b *box) issuance(name string) *api.Issuance {
	b.t.Helper()
	i, err := read[api.Issuance](b.t.Context(), b.Clients, api.IssuancePartition(name), api.KindIssuance)
	if err != nil {
		b.t.Fatal(err)
	}
	return i
}

// condition waits until the condition has that status and reason, and returns its message.
func (b *box) condition(name string, kind api.ConditionType, status api.ConditionStatus, reason api.Reason) (message string) {
	b.t.Helper()
	b.eventually(fmt.Sprintf("%s becomes %s=%s (%s)", name, kind, status, reason), func() string {
		s := b.status(name)
		if s != nil {
			if c, _ := api.GetCondition(s.Conditions, kind); c.Status == status && c.Reason == reason {
				message = c.Message
				return ""
			}
		}
		return explain(s)
	})
	return message
}

// item returns an item as JSON, or "" if there is none.
func (b *box) item(name string, kind api.Kind) string {
	b.t.Helper()
	body, err := b.Item(b.t.Context(), name, kind)
	if err != nil {
		b.t.Fatal(err)
	}
	return string(body)
}

func (b *box) remove(name string, kind api.Kind) {
	b.t.Helper()
	if err := b.Delete(b.t.Context(), name, kind); err != nil {
		b.t.Fatal(err)
	}
}

// forgotten waits until nothing of the record is left in the table.
func (b *box) forgotten(name string) {
	b.t.Helper()
	b.eventually("nothing of "+name+" is left", func() string {
		return b.item(name, api.KindCertificateStatus) + b.item(api.IssuancePartition(name), api.KindIssuance)
	})
}

// table returns every item of the table, as the service writes it.
func (b *box) table() (items []string) {
	b.t.Helper()
	pages := dynamodb.NewScanPaginator(b.DynamoDB, &dynamodb.ScanInput{TableName: aws.String(Table)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(b.t.Context())
		if err != nil {
			b.t.Fatal(err)
		}
		for _, it := range page.Items {
			body, err := json.Marshal(it)
			if err != nil {
				b.t.Fatal(err)
			}
			items = append(items, string(body))
		}
	}
	return items
}
