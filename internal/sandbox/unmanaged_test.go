package sandbox

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"slices"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"

	"certloop/internal/sandbox/pebble"
	"certloop/internal/testca"
)

// importUnmanaged imports a certificate as users do, and returns its ARN.
func (b *box) importUnmanaged(region string, names ...string) string {
	b.t.Helper()
	leaf := testca.New(testca.Options{Name: "Other"}).Issue(testca.Leaf{Names: names})
	out, err := b.CertificateManager(region).ImportCertificate(b.t.Context(), &acm.ImportCertificateInput{
		Certificate: []byte(leaf.Leaf), CertificateChain: []byte(leaf.Chain), PrivateKey: []byte(leaf.Key),
	})
	if err != nil {
		b.t.Fatal(err)
	}
	return aws.ToString(out.CertificateArn)
}

// putTXT creates a TXT record set in the first zone.
func (b *box) putTXT(name, value string) {
	b.t.Helper()
	err := b.ChangeRecords(b.t.Context(), b.ZoneIDs["example.com"], types.Change{Action: types.ChangeActionCreate,
		ResourceRecordSet: &types.ResourceRecordSet{Name: &name, Type: types.RRTypeTxt, TTL: aws.Int64(60),
			ResourceRecords: []types.ResourceRecord{{Value: &value}}}})
	if err != nil {
		b.t.Fatal(err)
	}
}

// orders keeps the requests for new orders to the CA.
type orders struct {
	mu  sync.Mutex
	all []order
}

// order is the payload of a newOrder (RFC 8555 section 7.4, RFC 9773 section 5).
type order struct {
	Identifiers []struct{ Value string }
	Replaces    string
}

func (o *orders) intercept(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if pebble.KindOf(r) == pebble.NewOrder {
			o.note(readCall(r).Body)
		}
		next.ServeHTTP(w, r)
	})
}

func (o *orders) note(body string) {
	var request struct{ Payload string }
	var one order
	if json.Unmarshal([]byte(body), &request) != nil {
		return
	}
	payload, err := base64.RawURLEncoding.DecodeString(request.Payload)
	if err != nil || json.Unmarshal(payload, &one) != nil {
		return
	}
	o.mu.Lock()
	defer o.mu.Unlock()
	o.all = append(o.all, one)
}

// replacing returns, once each, the certificates that orders for the name replace; "" stands for none.
func (o *orders) replacing(name string) (certIDs []string) {
	o.mu.Lock()
	defer o.mu.Unlock()
	for _, one := range o.all {
		if len(one.Identifiers) == 1 && one.Identifiers[0].Value == name && !slices.Contains(certIDs, one.Replaces) {
			certIDs = append(certIDs, one.Replaces)
		}
	}
	return certIDs
}
