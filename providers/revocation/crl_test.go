package revocation

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"encoding/pem"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"certloop/internal/testca"
)

func extension(id asn1.ObjectIdentifier, critical bool, value []byte) pkix.Extension {
	return pkix.Extension{Id: id, Critical: critical, Value: value}
}

// partition is the issuingDistributionPoint of a list.
func partition(p issuingDistributionPoint) func(*x509.RevocationList) {
	value, err := asn1.Marshal(p)
	if err != nil {
		panic(err)
	}
	return func(l *x509.RevocationList) {
		l.ExtraExtensions = append(l.ExtraExtensions, extension(oidIssuingDistributionPoint, true, value))
	}
}

func uri(text string) distributionPointName {
	return distributionPointName{FullName: []asn1.RawValue{{Class: asn1.ClassContextSpecific, Tag: uniformResourceIdentifier, Bytes: []byte(text)}}}
}

func TestCRL_OnlyTheIssuersListOfThePartitionCounts(t *testing.T) {
	for sentence, c := range map[string]struct {
		answers func(*world) testca.Answers
		unknown string
	}{
		"a complete list": {func(*world) testca.Answers { return testca.Answers{} }, ""},
		"the partition that the certificate names": {func(w *world) testca.Answers {
			return testca.Answers{List: partition(issuingDistributionPoint{DistributionPoint: uri(w.url + "/1.crl"), OnlyContainsUserCerts: true})}
		}, ""},
		"some reasons, and it is listed": {func(*world) testca.Answers {
			return testca.Answers{List: partition(issuingDistributionPoint{OnlySomeReasons: asn1.BitString{Bytes: []byte{0x40}, BitLength: 2}})}
		}, ""},
		"another partition": {func(w *world) testca.Answers {
			return testca.Answers{List: partition(issuingDistributionPoint{DistributionPoint: uri(w.url + "/2.crl")})}
		}, "another partition"},
		"an indirect list": {func(*world) testca.Answers {
			return testca.Answers{List: partition(issuingDistributionPoint{IndirectCRL: true})}
		}, "indirect"},
		"a list of authorities": {func(*world) testca.Answers {
			return testca.Answers{List: partition(issuingDistributionPoint{OnlyContainsCACerts: true})}
		}, "does not cover"},
		"a list of attributes": {func(*world) testca.Answers {
			return testca.Answers{List: partition(issuingDistributionPoint{OnlyContainsAttributeCerts: true})}
		}, "does not cover"},
		"an unreadable partition": {func(*world) testca.Answers { return raw(oidIssuingDistributionPoint, []byte("no")) }, "cannot be read"},
		"a delta list":            {func(*world) testca.Answers { return raw(oidDeltaCRL, []byte{2, 1, 1}) }, "delta"},
		"a critical extension":    {func(*world) testca.Answers { return raw(critical.Id, critical.Value) }, "critical extension"},
		"a critical extension of the entry": {func(*world) testca.Answers {
			return testca.Answers{List: func(l *x509.RevocationList) {
				l.RevokedCertificateEntries[0].ExtraExtensions = []pkix.Extension{critical}
			}}
		}, "critical extension"},
		"another key": {func(*world) testca.Answers { return testca.Answers{Key: testca.NewKey("")} }, "did not sign"},
		"this update ahead": {func(*world) testca.Answers {
			return testca.Answers{List: func(l *x509.RevocationList) {
				l.ThisUpdate, l.NextUpdate = time.Now().Add(time.Hour), time.Now().Add(2*time.Hour)
			}}
		}, "of the future"},
		"next update over": {func(*world) testca.Answers {
			return testca.Answers{List: func(l *x509.RevocationList) { l.NextUpdate = time.Now().Add(-time.Minute) }}
		}, "out of date"},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := newWorld(t, byCRL)
			w.responder.Set(c.answers(w))
			if c.unknown == "" {
				w.wantRevoked(t)
				return
			}
			w.wantUnknown(t, c.unknown)
		})
	}
}

func raw(id asn1.ObjectIdentifier, value []byte) testca.Answers {
	return testca.Answers{List: func(l *x509.RevocationList) {
		l.ExtraExtensions = append(l.ExtraExtensions, extension(id, true, value))
	}}
}

func TestCRL_OfAnotherIssuerIsUnknown(t *testing.T) {
	other := httptest.NewServer(testca.New(testca.Options{Name: "Other"}).Responder())
	t.Cleanup(other.Close)
	newWorld(t, func(string) testca.Leaf { return byCRL(other.URL) }).wantUnknown(t, "another issuer")
}

func TestCRL_SomeReasonsDoNotSayGood(t *testing.T) {
	w := newWorld(t, byCRL)
	w.responder.Restore(w.leaf.Certificate.SerialNumber)
	w.responder.Set(testca.Answers{List: partition(issuingDistributionPoint{OnlySomeReasons: asn1.BitString{Bytes: []byte{0x40}, BitLength: 2}})})
	w.wantUnknown(t, "some reasons only")
}

func TestCRL_InPEM(t *testing.T) {
	w := newWorld(t, byCRL)
	list := httptest.NewRecorder()
	w.responder.ServeHTTP(list, httptest.NewRequest(http.MethodGet, "/1.crl", nil))
	body := pem.EncodeToMemory(&pem.Block{Type: "X509 CRL", Bytes: list.Body.Bytes()})
	w.responder.Set(testca.Answers{Handler: func(rw http.ResponseWriter, _ *http.Request) { _, _ = rw.Write(body) }})
	w.wantRevoked(t)
}

func TestCRL_IsBounded(t *testing.T) {
	w := newWorld(t, byCRL)
	w.responder.Set(testca.Answers{Handler: func(rw http.ResponseWriter, _ *http.Request) { _, _ = io.Copy(rw, io.LimitReader(zeros{}, 1<<30)) }})
	w.wantUnknown(t, "more than 8388608 bytes")
}

type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// TestCRL_IsNotReadWithAResponder holds that a certificate with a responder is checked by OCSP only.
func TestCRL_IsNotReadWithAResponder(t *testing.T) {
	w := newWorld(t, func(url string) testca.Leaf {
		return testca.Leaf{OCSPServers: []string{"ldap://ocsp.example.com", url + "/ocsp"}, CRLs: []string{url + "/1.crl"}}
	})
	w.responder.Set(testca.Answers{Handler: func(rw http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/ocsp" {
			t.Errorf("%s was requested", r.URL.Path)
		}
		rw.WriteHeader(http.StatusServiceUnavailable)
	}})
	w.wantUnknown(t, "HTTP 503")
}

func TestCRL_IsReadWithoutAUsableResponder(t *testing.T) {
	newWorld(t, func(url string) testca.Leaf {
		return testca.Leaf{OCSPServers: []string{"ldap://ocsp.example.com"}, CRLs: []string{"ldap://x/y", url + "/1.crl"}}
	}).wantRevoked(t)
}
