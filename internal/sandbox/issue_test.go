package sandbox

import (
	"encoding/json"
	"slices"
	"strings"

	"certloop/reconciler/api"
)

// adopted is the ARN that a record adopts. The certificate is imported before the record is created.
var adopted string

var _ = add(map[string]scenario{
	"a single name": {
		put: func(b *box) { b.certificate("single", []string{"single.example.com"}, "key_type", "RSA_2048") },
		check: func(b *box) {
			s := b.installed("single", b.CA, "single.example.com")
			b.announced(s, "single")
			if iss := b.issuance("single"); iss != nil {
				b.eventually("the marks of imports are removed", func() string {
					if iss := b.issuance("single"); iss != nil {
						return b.item(api.IssuancePartition("single"), api.KindIssuance)
					}
					return ""
				})
			}
		},
	},
	"an apex and its wildcard, which share a TXT name with somebody else's value": {
		put:   func(b *box) { b.certificate("pair", []string{"pair.example.com", "*.pair.example.com"}) },
		check: func(b *box) { b.installed("pair", b.CA, "pair.example.com", "*.pair.example.com") },
	},
	"two targets in two regions": {
		put: func(b *box) {
			b.certificate("two", []string{"two.example.com", "two.example.org"},
				"targets", []map[string]any{{"region": Region}, {"region": "eu-west-1"}}, "tags", map[string]string{"team": "web"})
		},
		check: func(b *box) {
			s := b.installed("two", b.CA, "two.example.com", "two.example.org")
			if len(s.Targets) != 2 || s.Targets[0].Region != Region || s.Targets[1].Region != "eu-west-1" {
				b.t.Errorf("the targets are %+v", s.Targets)
			}
			for _, t := range s.Targets {
				if c, _ := b.ACM.Certificate(t.Region, t.ARN); c.Tags["team"] != "web" || c.Tags[api.TagOwner] != api.Owner(b.TableARN, "two") {
					b.t.Errorf("in %s it has the tags %v", t.Region, c.Tags)
				}
				b.imported(t.ARN, 1)
			}
		},
	},
	"a Unicode name": {
		put: func(b *box) { b.certificate("unicode", []string{"bücher.example.com"}) },
		check: func(b *box) {
			s := b.installed("unicode", b.CA, "xn--bcher-kva.example.com")
			if !slices.Equal(s.Domains, []string{"xn--bcher-kva.example.com"}) {
				b.t.Errorf("the status names %v", s.Domains)
			}
		},
	},
	"an account with EAB": {
		put: func(b *box) { b.certificate("bound", []string{"bound.example.com"}, "account", "eab") },
		check: func(b *box) {
			s := b.installed("bound", b.EABCA, "bound.example.com")
			if s.Account != "eab" || s.Directory != b.EABCA.DirectoryURL {
				b.t.Errorf("it was issued by %s at %s", s.Account, s.Directory)
			}
			if n := b.EABCA.Presented(EABKeyID); n != 1 {
				b.t.Errorf("the EAB credential was presented %d times", n)
			}
		},
	},
	"an ARN that existed before": {
		put: func(b *box) {
			adopted = b.importUnmanaged(Region, "adopted.example.com", "old.example.com")
			b.certificate("adopted", []string{"adopted.example.com"}, "acm_arn", adopted, "deletion_policy", "Delete")
		},
		check: func(b *box) {
			s := b.installed("adopted", b.CA, "adopted.example.com")
			if s.ACMARN != adopted {
				b.t.Errorf("it is at %s, want %s", s.ACMARN, adopted)
			}
			b.imported(adopted, 2)
			b.remove("adopted", api.KindCertificate)
			b.forgotten("adopted")
			if _, ok := b.ACM.Certificate(Region, adopted); !ok {
				b.t.Error("a certificate that existed before was deleted with its record")
			}
		},
	},
})

// imported checks how often ACM accepted an import at the ARN.
func (b *box) imported(arn string, want int) {
	b.t.Helper()
	n := 0
	for _, i := range b.ACM.Imports() {
		if i.ARN == arn {
			n++
		}
	}
	if n != want {
		b.t.Errorf("ACM accepted %d imports at %s, want %d", n, arn, want)
	}
}

// announced checks the mail and the event about a first certificate.
func (b *box) announced(s *api.CertificateStatus, name string) {
	b.t.Helper()
	m := b.awaitMail(name, "certloop: issued "+name)
	for _, want := range []string{"The certificate of " + name + " is in place.", s.ACMARN, s.NotAfter.UTC().Format("2006-01-02 15:04 UTC")} {
		if !strings.Contains(m.Message, want) {
			b.t.Errorf("the mail lacks %q: %s", want, m.Message)
		}
	}
	for _, m := range b.mailOf(name) {
		if strings.Contains(m.Subject, "FAILED") || strings.Contains(m.Subject, "NOT READY") {
			b.t.Errorf("an unexpected mail was sent: %q", m.Subject)
		}
	}
	for _, body := range b.wire.of("PutEvents") {
		var put struct {
			Entries []struct{ Source, DetailType, Detail string }
		}
		if err := json.Unmarshal([]byte(body), &put); err != nil {
			b.t.Fatal(err)
		}
		for _, e := range put.Entries {
			if e.Source == "certloop" && e.DetailType == api.NoticeIssued && strings.Contains(e.Detail, s.ACMARN) {
				return
			}
		}
	}
	b.t.Errorf("no event %s of %s was sent", api.NoticeIssued, s.ACMARN)
}
