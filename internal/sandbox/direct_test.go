package sandbox

import (
	"fmt"
	"slices"
	"strings"

	"certloop/reconciler/api"
)

var _ = add(map[string]scenario{
	"a token forces one new certificate under the same ARN, which replaces the first": {
		put: func(b *box) { b.certificate("forced", []string{"forced.example.com"}) },
		check: func(b *box) {
			before := b.installed("forced", b.CA, "forced.example.com")
			const token = `,"force":"token"`
			answer := b.mustInsist("forced", token)
			after := b.reissued(before, "forced.example.com")
			if got := answer.Certificates[0]; got.Name != "forced" || got.ACMARN != before.ACMARN || got.Status.Serial != after.Serial {
				b.t.Errorf("the answer is %+v", got)
			}
			if got := b.orders.replacing("forced.example.com"); !slices.Equal(got, []string{"", before.ARI.CertID}) {
				b.t.Errorf("the orders replace %q, want %q", got, before.ARI.CertID)
			}
			b.awaitMail("forced", "certloop: renewed forced")
			b.mustInsist("forced", token)
			b.issued(b.CA, 2, "forced.example.com")
			b.imported(before.ACMARN, 2)
		},
	},
	"another renew_token makes one new certificate, the first of them and its removal none": {
		put: func(b *box) { b.certificate("token", []string{"token.example.com"}, "renew_token", "one") },
		check: func(b *box) {
			before := b.installed("token", b.CA, "token.example.com")
			b.certificate("token", []string{"token.example.com"}, "renew_token", "two")
			b.eventually("the token is seen", func() string {
				if s := b.status("token"); s.RenewToken != "two" {
					return "it is " + s.RenewToken
				}
				return ""
			})
			after := b.reissued(before, "token.example.com")
			b.certificate("token", []string{"token.example.com"})
			b.eventually("the removal is seen", func() string {
				if s := b.status("token"); s.Generation == after.Generation || s.ObservedGeneration != s.Generation {
					return fmt.Sprintf("generation is %d, of which %d was observed", s.Generation, s.ObservedGeneration)
				}
				return ""
			})
			b.settled("token")
			b.issued(b.CA, 2, "token.example.com")
		},
	},
	"a dry run returns the decision and has no effect": {
		put: func(b *box) { b.certificate("dry", []string{"dry.example.com"}) },
		check: func(b *box) {
			b.installed("dry", b.CA, "dry.example.com")
			before := b.unmarked("dry")
			answer := b.mustInvoke(`{"action":"reconcile","names":["dry"],"dry_run":true,"force":"never"}`)
			if d := answer.Certificates[0].Decision; d == nil || d.Action != "MakeKey" {
				b.t.Errorf("the decision is %+v", d)
			}
			answer = b.mustInvoke(`{"action":"reconcile","names":["dry"],"dry_run":true}`)
			if d := answer.Certificates[0].Decision; d == nil || d.Action != "Wait" || d.Reason != api.ReasonNotNeeded {
				b.t.Errorf("without a token the decision is %+v", d)
			}
			if after := b.item("dry", api.KindCertificateStatus); after != before {
				b.t.Errorf("the status was\n%s\nand is\n%s", before, after)
			}
			b.issued(b.CA, 1, "dry.example.com")
		},
	},
	"a placeholder gives an ARN at once, and the real certificate goes there": {
		// The account cannot be registered without its credential. Until then no real certificate can come first.
		put: func(b *box) {
			b.account("late", b.CA, "eab_secret_arn", "arn:aws:secretsmanager:"+Region+":123456789012:secret:certloop/eab/none-AbCdEf")
			b.certificate("stand-in", []string{"stand-in.example.com"}, "account", "late")
		},
		check: func(b *box) {
			answer := b.mustInvoke(`{"action":"reconcile","names":["stand-in"],"wait":"30s","placeholder":true}`)
			arn := answer.Certificates[0].ACMARN
			c, ok := b.ACM.Certificate(Region, arn)
			if !ok || !slices.Equal(c.X509.DNSNames, []string{"stand-in.example.com"}) || c.Tags[api.TagPlaceholder] == "" {
				b.t.Fatalf("under %q ACM holds %+v", arn, c)
			}
			b.condition("stand-in", api.ConditionReady, api.ConditionFalse, api.ReasonPlaceholder)
			b.account("late", b.CA)
			s := b.installed("stand-in", b.CA, "stand-in.example.com")
			c, _ = b.ACM.Certificate(Region, arn)
			if s.ACMARN != arn || c.Tags[api.TagPlaceholder] != "" {
				b.t.Errorf("it is at %s with the tags %v, want %s", s.ACMARN, c.Tags, arn)
			}
			b.imported(arn, 2)
		},
	},
	"a requirement that is not met is a function error": {
		put: func(b *box) { b.certificate("wrong", []string{"wrong_name.example.com", "a..b"}, "domain", "x") },
		check: func(b *box) {
			b.refused(`{"action":"reconcile","names":["wrong"],"wait":"30s","require":"Ready"}`,
				"certificate wrong is not Ready", "InvalidSpec", "wrong_name.example.com", "a..b", "domains")
			b.refused(`{"action":"reconcile","names":["wrong"],"wait":"30s","placeholder":true}`,
				"certificate wrong has no placeholder", "InvalidSpec", "domains")
			b.refused(`{"action":"reconcile","names":["nobody"],"require":"Accepted"}`, "certificate nobody is not Accepted", "there is no such record")
			b.awaitMail("wrong", "certloop: FAILED wrong (InvalidSpec)")
		},
	},
	"an unknown event is an error that lists what is accepted": {
		put: func(b *box) {},
		check: func(b *box) {
			for _, event := range []string{`{}`, `[]`, `{"action":"renew"}`, `{"Records":[{"eventSource":"aws:s3"}]}`} {
				b.refused(event, "DynamoDB stream", "SQS queue", `{"action":"resync"}`, `{"action":"tick"}`, `"action":"reconcile"`)
			}
			b.refused(`{"action":"reconcile","names":["single"],"wait":"1h","forse":"x"}`, "wait", "forse", "force")
		},
	},
})

// reissued waits until a different certificate is settled under the same ARN, the second that the CA issued.
func (b *box) reissued(before *api.CertificateStatus, domain string) *api.CertificateStatus {
	b.t.Helper()
	name, _, _ := strings.Cut(domain, ".")
	b.eventually("another certificate of "+name, func() string {
		if s := b.status(name); s.Serial == before.Serial {
			return explain(s)
		}
		return ""
	})
	after := b.settled(name)
	serials := b.issued(b.CA, 2, domain)
	b.holds(after, serials[len(serials)-1])
	if after.ACMARN != before.ACMARN || slices.Index(serials, before.Serial) != 0 {
		b.t.Errorf("it was %s at %s, and is %s at %s", before.Serial, before.ACMARN, after.Serial, after.ACMARN)
	}
	b.noTXT(domain)
	return after
}

// refused invokes the function with an event and checks that the error contains all these texts.
func (b *box) refused(event string, contains ...string) {
	b.t.Helper()
	answer, err := b.invoke(event)
	if err == nil {
		b.t.Errorf("%s was answered with %+v", event, answer)
		return
	}
	for _, want := range contains {
		if !strings.Contains(err.Error(), want) {
			b.t.Errorf("%s: %v, which lacks %q", event, err, want)
		}
	}
}
