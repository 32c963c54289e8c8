package sandbox

import (
	"bytes"
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/acm"

	"certloop/cmd/certloop/command"
	"certloop/internal/testca"
	"certloop/reconciler/api"
)

// file writes a file for a command and returns its path.
func (o operator) file(name, content string) string {
	o.t.Helper()
	path := filepath.Join(o.t.TempDir(), name)
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		o.t.Fatal(err)
	}
	return path
}

// An operator moves over from acme-to-acm, adopts a certificate that was imported by hand, and goes back. Each certificate
// keeps its ARN all the way.
func TestCommandLine_MigratesFromAcmeToACMAndBack(t *testing.T) {
	b := start(t, Options{})
	o := b.operator()
	moved, byHand := b.importUnmanaged(Region, "www.example.com"), b.importUnmanaged(Region, "hand.example.com")
	o.run(0, "", "discover --region "+Region, "www.example.com", "nobody", "Imported and unmanaged: 2.")

	// What acme-to-acm has: the certificate, and a CA whose EAB credential it has spent.
	document, err := json.Marshal(map[string]any{"version": "1.0", "defaults": map[string]any{"email": "ops@example.com", "acmeProvider": "custom"},
		"certificates": []any{map[string]any{"id": "www", "domains": []string{"www.example.com"}, "acmeServerUrl": b.EABCA.DirectoryURL,
			"route53HostedZoneId": b.ZoneIDs["example.com"], "acmCertificateArn": moved, "keyType": "ecdsa", "enabled": true}}})
	if err != nil {
		t.Fatal(err)
	}
	var records, report bytes.Buffer
	code := command.Run(t.Context(), command.Config{Args: []string{"import-config", o.file("domains.json", string(document))}, Out: &records, Err: &report})
	if code != 0 || !strings.Contains(report.String(), "adoptable_certificate_arns") || !strings.Contains(report.String(), "certloop account create") {
		t.Fatalf("import-config: exit code %d: %s\n%s", code, records.String(), report.String())
	}
	_, certificate, _ := strings.Cut(records.String(), "---\n")
	_, account, _ := strings.Cut(certificate, "account: ")
	account, _, _ = strings.Cut(account, "\n")
	account = strings.Trim(account, `"`)

	o.run(0, EABKey+"\n", "account create "+account+" --directory "+b.EABCA.DirectoryURL+" --email ops@example.com --network private --timeout 6m "+
		"--ca-certificates "+o.file("roots.pem", b.EABCA.RootsPEM)+" --eab-kid "+EABKeyID+" --eab-hmac-file -", "Registered", "accounturi=")
	o.run(2, certificate, "plan -f -")
	o.run(0, certificate, "apply -f - --wait --timeout 6m", "certificate/www created")
	b.issued(b.EABCA, 0, "www.example.com")
	o.run(0, "", "renew www --timeout 6m", "Ready")
	b.holds(b.settled("www"), b.issued(b.EABCA, 1, "www.example.com")[0])
	b.imported(moved, 2)

	o.run(0, "", "adopt "+byHand+" --account "+account+" --yes", "certificate/hand.example.com created", "adoptable_certificate_arns")
	o.run(0, "", "wait hand.example.com --timeout 6m", "Ready")
	o.run(0, "", "renew hand.example.com --timeout 6m", "Ready")
	b.holds(b.settled("hand.example.com"), b.issued(b.EABCA, 1, "hand.example.com")[0])
	b.imported(byHand, 2)
	o.run(0, "", "discover --region "+Region, "record www", "Imported and unmanaged: 0.")
	if n := b.EABCA.Presented(EABKeyID); n != 1 {
		t.Errorf("the EAB credential was presented %d times", n)
	}
	o.run(1, "", "account delete "+account+" --yes", "hand.example.com, www")

	// Back: the certificate stays, and the old tool imports under the same ARN.
	o.run(0, "", "delete www --yes --wait --timeout 6m", "certificate/www deleted")
	c, ok := b.ACM.Certificate(Region, moved)
	if !ok || !strings.HasSuffix(c.Tags[api.TagOwner], "/www") {
		t.Fatalf("after the deletion ACM has %v with the tags %v", ok, c.Tags)
	}
	leaf := testca.New(testca.Options{Name: "Other"}).Issue(testca.Leaf{Names: []string{"www.example.com"}})
	if _, err := b.CertificateManager(Region).ImportCertificate(t.Context(), &acm.ImportCertificateInput{CertificateArn: &moved,
		Certificate: []byte(leaf.Leaf), CertificateChain: []byte(leaf.Chain), PrivateKey: []byte(leaf.Key)}); err != nil {
		t.Errorf("the old tool cannot import again: %v", err)
	}
}
