package pebble

import (
	"errors"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"strings"
	"time"

	"github.com/letsencrypt/pebble/v2/core"

	"certloop/internal/testca"
)

// responder is the CA's OCSP responder: HTTP on a free loopback port. Pebble names it in its certificates and has none.
type responder struct {
	url  string
	http *http.Server
	says *testca.Responder
}

// listen starts the responder before there is a CA, whose certificates need its URL.
func (r *responder) listen() error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	r.url = "http://" + listener.Addr().String() + "/ocsp"
	r.http = &http.Server{ReadHeaderTimeout: 10 * time.Second, Handler: http.HandlerFunc(func(w http.ResponseWriter, request *http.Request) {
		r.says.ServeHTTP(w, request)
	})}
	go func() { _ = r.http.Serve(listener) }()
	return nil
}

// sign makes the responder sign as the CA's issuer. Pebble gives out RSA keys only.
func (c *CA) sign() error {
	key := c.ca.GetIntermediateKey(0)
	if key == nil {
		return errors.New("an OCSP responder needs KeyAlgorithm rsa")
	}
	c.ocsp.says = testca.Authority(c.ca.GetIntermediateCert(0).Cert, key).Responder()
	return nil
}

// Revoke revokes a certificate at the CA, for the reason keyCompromise: the OCSP responder and the renewal information say so.
// serial is hex.
func (c *CA) Revoke(serial string) error {
	number, ok := new(big.Int).SetString(strings.ReplaceAll(serial, ":", ""), 16)
	if !ok {
		return fmt.Errorf("serial %q is not hex", serial)
	}
	c.front.state.Lock()
	defer c.front.state.Unlock()
	certificate := c.db.GetCertificateBySerial(number)
	if certificate == nil || c.ocsp == nil {
		return fmt.Errorf("the CA has no certificate %s, or no OCSP responder", serial)
	}
	reason, now := uint(1), time.Now()
	c.db.RevokeCertificate(&core.RevokedCertificate{Certificate: certificate, RevokedAt: now, Reason: &reason})
	c.ocsp.says.Revoke(number, now, int(reason))
	return nil
}

// RevocationRequests returns how many requests the OCSP responder answered.
func (c *CA) RevocationRequests() int { return c.ocsp.says.Requests() }
