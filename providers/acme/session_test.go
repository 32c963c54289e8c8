package acme

import (
	"context"
	"crypto/x509"
	"testing"
	"time"

	"certloop/internal/testca"
	"certloop/reconciler/api"
)

func TestPauses(t *testing.T) {
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	for refusals := range maxNonceRefusals {
		if (&session{ctx: ended}).pause(refusals) {
			t.Errorf("pause %d goes on after the context", refusals)
		}
	}
	s := &session{ctx: t.Context()}
	began := time.Now()
	if !s.pause(0) || !s.pause(1) {
		t.Error("a pause ends the call")
	}
	if took := time.Since(began); took < 50*time.Millisecond {
		t.Errorf("the second pause lasts %s", took)
	}
}

// A private CA is trusted beside the system's: the same account may be read through a proxy of the organisation's.
func TestCACertificatesExtendTheSystems(t *testing.T) {
	root := testca.New(testca.Options{}).Root()
	transport, err := New(Config{}).transportTrusting(api.ACMEAccount{CACertificates: root})
	if err != nil {
		t.Fatal(err)
	}
	want, err := x509.SystemCertPool()
	if err != nil {
		want = x509.NewCertPool()
	}
	want.AppendCertsFromPEM([]byte(root))
	if !transport.TLSClientConfig.RootCAs.Equal(want) {
		t.Error("other roots are trusted")
	}
	if transport.IdleConnTimeout <= 0 || transport.IdleConnTimeout > time.Minute {
		t.Errorf("an idle connection is kept for %s", transport.IdleConnTimeout)
	}
}
