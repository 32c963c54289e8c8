package revocation_test

import (
	"math/big"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"certloop/internal/testca"
	"certloop/providers/revocation"
	"certloop/providers/revocation/contract"
	"certloop/providers/revocation/fake"
)

func TestContract_Fake(t *testing.T) {
	contract.Run(t, nil, func(*testing.T) contract.Subject {
		checker := fake.New()
		return contract.Subject{
			RevocationChecker: checker, CA: testca.New(testca.Options{Intermediates: 1}), Leaf: testca.Leaf{OCSPServers: []string{"http://ocsp.test/"}},
			Revoke:  func(serial *big.Int, at time.Time, reason int) { checker.Revoke(serial.Text(16), at, reason) },
			Restore: func(serial *big.Int) { checker.Restore(serial.Text(16)) },
			Forget:  func(serial *big.Int) { checker.Forget(serial.Text(16)) }, Down: checker.Down,
		}
	})
}

func TestContract_OCSP(t *testing.T) {
	contract.Run(t, nil, func(t *testing.T) contract.Subject {
		return served(t, func(url string) testca.Leaf {
			return testca.Leaf{OCSPServers: []string{url + "/ocsp"}, CRLs: []string{url + "/not-read"}}
		})
	})
}

func TestContract_CRL(t *testing.T) {
	contract.Run(t, map[string]string{contract.UnknownCertificate: "a CRL lists what is revoked"}, func(t *testing.T) contract.Subject {
		return served(t, func(url string) testca.Leaf { return testca.Leaf{CRLs: []string{url + "/list.crl"}} })
	})
}

// served is a Client that asks a responder over HTTP.
func served(t *testing.T, leaf func(url string) testca.Leaf) contract.Subject {
	ca := testca.New(testca.Options{Intermediates: 1})
	responder := ca.Responder()
	server := httptest.NewServer(responder)
	t.Cleanup(server.Close)
	return contract.Subject{
		RevocationChecker: revocation.New(revocation.Config{}), CA: ca, Leaf: leaf(server.URL),
		Revoke: responder.Revoke, Restore: responder.Restore, Forget: responder.Forget,
		Down: func(down bool) {
			if !down {
				responder.Set(testca.Answers{})
				return
			}
			responder.Set(testca.Answers{Handler: func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }})
		},
	}
}
