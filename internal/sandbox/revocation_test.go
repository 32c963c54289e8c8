package sandbox

import (
	"fmt"
	"net/http/httptest"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"certloop/internal/sandbox/pebble"
	"certloop/internal/testca"
	"certloop/reconciler/api"
)

var _ = add(map[string]scenario{
	"a certificate that its CA revoked is replaced once, under its ARN": {
		put: func(*box) {},
		check: func(b *box) {
			ca := pebble.ForTest(b.t, pebble.Options{DNSServer: b.Resolver, KeyAlgorithm: "rsa", OCSP: true})
			b.account("revoking", ca)
			b.certificate("revoked", []string{"revoked.example.com"}, "account", "revoking")
			before := b.installed("revoked", ca, "revoked.example.com")

			b.checkRevocation("revoked")
			b.eventually("it is known as good", b.revocationIs("revoked", api.RevocationGood))
			if n := ca.RevocationRequests(); n != 1 {
				b.t.Errorf("the responder was asked %d times", n)
			}

			if err := ca.Revoke(before.Serial); err != nil {
				b.t.Fatal(err)
			}
			b.checkRevocation("revoked")
			after := b.succeeds("revoked", before)
			b.holds(after, b.issued(ca, 2, "revoked.example.com")[1])
			b.imported(after.ACMARN, 2)
			b.awaitMail("revoked", "certloop: REVOKED revoked (Revoked)")
			b.awaitMail("revoked", "certloop: ready revoked")

			b.checkRevocation("revoked")
			b.eventually("the successor is known as good", b.revocationIs("revoked", api.RevocationGood))
			b.issued(ca, 2, "revoked.example.com")
		},
	},
	"somebody else's certificate that a CRL lists is replaced by the record's account": {
		put: func(*box) {},
		check: func(b *box) {
			other := testca.New(testca.Options{Name: "Other", Intermediates: 1})
			responder := other.Responder()
			server := httptest.NewServer(responder)
			b.t.Cleanup(server.Close)
			leaf := other.Issue(testca.Leaf{Names: []string{"listed.example.com"}, CRLs: []string{server.URL + "/1.crl"}})
			out, err := b.CertificateManager(Region).ImportCertificate(b.t.Context(), &acm.ImportCertificateInput{
				Certificate: []byte(leaf.Leaf), CertificateChain: []byte(leaf.Chain), PrivateKey: []byte(leaf.Key),
			})
			if err != nil {
				b.t.Fatal(err)
			}
			b.certificate("listed", []string{"listed.example.com"}, "acm_arn", aws.ToString(out.CertificateArn))
			before := b.settled("listed")
			b.issued(b.CA, 0, "listed.example.com")

			responder.Revoke(leaf.Certificate.SerialNumber, time.Now().Add(-time.Minute), 4)
			b.checkRevocation("listed")
			after := b.succeeds("listed", before)
			b.holds(after, b.issued(b.CA, 1, "listed.example.com")[0])
			b.awaitMail("listed", "certloop: REVOKED listed (Revoked)")
		},
	},
})

// checkRevocation makes the daily check of the record due until a pass has made it: another pass may write the status
// meanwhile.
func (b *box) checkRevocation(name string) {
	b.t.Helper()
	serial, before := b.checked(name)
	b.eventually("the check of "+name, func() string {
		b.makeCheckDue(name)
		b.mustInvoke(`{"action":"reconcile","names":["` + name + `"]}`)
		if now, at := b.checked(name); now == serial && at.Equal(before) {
			return fmt.Sprintf("%+v", b.status(name).Revocations)
		}
		return ""
	})
}

// checked returns which certificate was last checked, and when.
func (b *box) checked(name string) (serial string, at time.Time) {
	b.t.Helper()
	list := b.status(name).Revocations
	if len(list) == 0 {
		return "", time.Time{}
	}
	return list[0].Serial, list[0].CheckedAt
}

func (b *box) makeCheckDue(name string) {
	b.t.Helper()
	_, err := b.DynamoDB.UpdateItem(b.t.Context(), &dynamodb.UpdateItemInput{
		TableName: aws.String(Table), Key: itemKey(name, api.KindCertificateStatus),
		UpdateExpression: aws.String("SET revocation[0].next_check_at = :then"),
		// A field of another name would be set without any effect.
		ConditionExpression:       aws.String("attribute_exists(revocation[0].serial)"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":then": &types.AttributeValueMemberS{Value: "2026-01-01T00:00:00Z"}},
	})
	if err != nil {
		b.t.Fatal(err)
	}
}

func (b *box) revocationIs(name string, want api.RevocationState) func() string {
	return func() string {
		s := b.status(name)
		if len(s.Revocations) == 1 && s.Revocations[0].State == want && s.Revocations[0].NextCheckAt.After(time.Now()) {
			return ""
		}
		return explain(s) + fmt.Sprintf("%+v", s.Revocations)
	}
}

// succeeds waits until the record has another certificate under the same ARN, and returns its status.
func (b *box) succeeds(name string, before *api.CertificateStatus) *api.CertificateStatus {
	b.t.Helper()
	b.eventually("another certificate", func() string {
		if s := b.status(name); s.Serial == before.Serial {
			return explain(s) + fmt.Sprintf("%+v", s.Revocations)
		}
		return ""
	})
	after := b.settled(name)
	if after.ACMARN != before.ACMARN {
		b.t.Errorf("the ARN was %s and is %s", before.ACMARN, after.ACMARN)
	}
	return after
}
