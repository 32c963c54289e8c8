package revocation

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"certloop/internal/testca"
	"certloop/reconciler/api"
)

// world is a CA, its responder over HTTP, and a certificate that is revoked.
type world struct {
	ca        *testca.CA
	responder *testca.Responder
	url       string
	leaf      testca.Issued
	client    *Client
}

func newWorld(t testing.TB, leaf func(url string) testca.Leaf) *world {
	t.Helper()
	w := &world{ca: testca.New(testca.Options{Intermediates: 1}), client: New(Config{RequestTimeout: time.Second, Timeout: 3 * time.Second})}
	w.responder = w.ca.Responder()
	server := httptest.NewServer(w.responder)
	t.Cleanup(server.Close)
	w.url = server.URL
	l := leaf(w.url)
	l.Names = []string{"www.example.com"}
	w.leaf = w.ca.Issue(l)
	w.responder.Revoke(w.leaf.Certificate.SerialNumber, time.Now().Add(-time.Minute), 4)
	return w
}

func byOCSP(url string) testca.Leaf { return testca.Leaf{OCSPServers: []string{url + "/ocsp"}} }

func byCRL(url string) testca.Leaf { return testca.Leaf{CRLs: []string{url + "/1.crl"}} }

func (w *world) ask(t *testing.T) api.Revocation {
	t.Helper()
	return w.askIn(t, api.NetworkPrivate)
}

func (w *world) askIn(t *testing.T, network api.Network) api.Revocation {
	t.Helper()
	answer, err := w.client.CheckRevocation(t.Context(), api.RevocationQuery{Chain: w.leaf.Leaf + w.leaf.Chain, Network: network})
	if err != nil {
		t.Fatal(err)
	}
	return answer
}

func (w *world) wantRevoked(t *testing.T) {
	t.Helper()
	if got := w.ask(t); got.State != api.RevocationRevoked || got.Reason != "superseded" {
		t.Errorf("%+v", got)
	}
}

// wantUnknown also holds that the message names no port, which differs from run to run in nothing but tests.
func (w *world) wantUnknown(t *testing.T, words string) {
	t.Helper()
	if got := w.ask(t); got.State != api.RevocationUnknown || !strings.Contains(got.Message, words) {
		t.Errorf("%+v, want a message with %q", got, words)
	}
}
