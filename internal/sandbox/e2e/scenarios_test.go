//go:build e2e

package e2e

import (
	"fmt"
	"maps"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"

	"certloop/internal/sandbox"
	"certloop/internal/testca"
	"certloop/reconciler/api"
)

// dnsRole is the role for the zone that the function's account does not own.
const dnsRole = "arn:aws:iam::123456789012:role/certloop-dns"

// importUnmanaged imports a certificate as users do, and returns its ARN.
func (b *box) importUnmanaged(t *testing.T, name string) string {
	t.Helper()
	leaf := testca.New(testca.Options{Name: "Other"}).Issue(testca.Leaf{Names: []string{name}})
	out, err := b.CertificateManager(sandbox.Region).ImportCertificate(t.Context(), &acm.ImportCertificateInput{
		Certificate: []byte(leaf.Leaf), CertificateChain: []byte(leaf.Chain), PrivateKey: []byte(leaf.Key),
	})
	if err != nil {
		t.Fatal(err)
	}
	return aws.ToString(out.CertificateArn)
}

func (b *box) put(t *testing.T, name string, domain string, more sandbox.Record) {
	t.Helper()
	r := sandbox.Record{"name": name, "kind": "Certificate", "account": "default", "domains": []string{domain}}
	maps.Copy(r, more)
	if err := b.Put(t.Context(), r); err != nil {
		t.Fatal(err)
	}
}

// scenarios creates records by hand for the cases that the Terraform configuration does not have.
func scenarios(t *testing.T, b *box) {
	err := b.ChangeRecords(t.Context(), b.ZoneIDs["example.net"], types.Change{Action: types.ChangeActionCreate,
		ResourceRecordSet: &types.ResourceRecordSet{Name: aws.String("_acme-challenge.delegated.example.net"), Type: types.RRTypeCname, TTL: aws.Int64(60),
			ResourceRecords: []types.ResourceRecord{{Value: aws.String("delegated.validation.example.com")}}}})
	if err != nil {
		t.Fatal(err)
	}
	ec := sandbox.Record{"key_type": "EC_prime256v1"}
	b.put(t, "adopted", "adopted.example.com", sandbox.Record{"acm_arn": b.adoptable,
		"domains": []string{"adopted.example.com", "more.example.com"}})
	b.put(t, "unmanaged", "unmanaged.example.com", sandbox.Record{"acm_arn": b.unmanaged})
	b.put(t, "tagged", "tagged.example.com", sandbox.Record{"key_type": "EC_prime256v1", "tags": map[string]string{"a": "1", "b": "2"}})
	b.put(t, "successor", "successor.example.com", ec)
	b.put(t, "delegated", "delegated.example.net", ec)
	b.put(t, "assumed", "assumed.example.net", sandbox.Record{"key_type": "EC_prime256v1", "dns": map[string]string{"role_arn": dnsRole}})

	t.Run("adoption of a listed certificate, and its renewal", func(t *testing.T) {
		if s := b.ready(t, "adopted", b.CA.Serials, "adopted.example.com", "more.example.com"); s.ACMARN != b.adoptable {
			t.Errorf("acm_arn %s, want %s", s.ACMARN, b.adoptable)
		}
	})
	t.Run("adoption of an unlisted one, which AWS refuses", func(t *testing.T) {
		eventually(t, "it is refused", func() string {
			s := b.status(t, "unmanaged")
			if s == nil {
				return "no status"
			}
			c, _ := api.GetCondition(s.Conditions, api.ConditionAccepted)
			if c.Status != api.ConditionFalse || c.Reason != api.ReasonTakeoverRefused || !strings.Contains(c.Message, "acm:AddTagsToCertificate") {
				return fmt.Sprintf("%+v", c)
			}
			return ""
		})
		if c, _ := b.ACM.Certificate(sandbox.Region, b.unmanaged); len(c.Tags) > 0 {
			t.Errorf("it has the tags %v", c.Tags)
		}
		b.removeRecord(t, "unmanaged")
	})
	t.Run("tags that change", func(t *testing.T) {
		s := b.ready(t, "tagged", b.CA.Serials, "tagged.example.com")
		b.put(t, "tagged", "tagged.example.com", sandbox.Record{"key_type": "EC_prime256v1", "tags": map[string]string{"a": "3"}})
		eventually(t, "the tags are those of the record", func() string {
			c, _ := b.ACM.Certificate(sandbox.Region, s.ACMARN)
			if c.Tags["a"] != "3" || c.Tags["b"] != "" {
				return "they differ"
			}
			return ""
		})
	})
	t.Run("another key type", func(t *testing.T) {
		old := b.ready(t, "successor", b.CA.Serials, "successor.example.com")
		b.put(t, "successor", "successor.example.com", sandbox.Record{"key_type": "EC_secp384r1"})
		eventually(t, "a successor is installed", func() string {
			if s := b.status(t, "successor"); s.ACMARN == old.ACMARN || !api.IsTrue(s.Conditions, api.ConditionReady) {
				return explain(s)
			}
			return ""
		})
	})
	t.Run("a zone by CNAME", func(t *testing.T) {
		b.ready(t, "delegated", b.CA.Serials, "delegated.example.net")
	})
	t.Run("a zone by a role", func(t *testing.T) {
		b.ready(t, "assumed", b.CA.Serials, "assumed.example.net")
	})
	t.Run("suspended", func(t *testing.T) {
		b.put(t, "delegated", "delegated.example.net", sandbox.Record{"key_type": "EC_prime256v1", "suspend": true})
		eventually(t, "it is suspended", func() string {
			if s := b.status(t, "delegated"); s.ObservedGeneration != s.Generation || s.Generation < 2 {
				return explain(s)
			}
			return ""
		})
	})
	t.Run("a deleted record with a hundred targets in its status", func(t *testing.T) {
		b.manyClaims(t, "many")
		b.forgotten(t, "many")
	})
	for _, name := range []string{"adopted", "tagged", "successor", "delegated", "assumed"} {
		b.removeRecord(t, name)
	}
}

// manyClaims writes the status of a deleted record that had a hundred certificates, all of them deleted.
func (b *box) manyClaims(t *testing.T, name string) {
	t.Helper()
	var targets []map[string]any
	for i := range 100 {
		arn := fmt.Sprintf("arn:aws:acm:us-east-1:123456789012:certificate/00000000-0000-4000-9000-%012d", i)
		targets = append(targets, map[string]any{"key": arn, "region": sandbox.Region, "arn": arn, "claimed": true})
	}
	record := sandbox.Record{"name": api.StatusPartition(name), "kind": "CertificateStatus", "version": 1, "targets": targets}
	if err := b.Put(t.Context(), record); err != nil {
		t.Fatal(err)
	}
}

func (b *box) removeRecord(t *testing.T, name string) {
	t.Helper()
	if err := b.Delete(t.Context(), name, api.KindCertificate); err != nil {
		t.Fatal(err)
	}
	b.forgotten(t, name)
}
