package probe

import (
	"crypto/tls"
	"crypto/x509"
	"net"
	"strings"

	"certloop/reconciler/api"
)

// plainConfig is what all handshakes have in common. X25519 is what is offered first: it costs the least, and every
// server of AWS has it.
var plainConfig = tls.Config{
	InsecureSkipVerify:     true, // distrust decides, after the handshake
	SessionTicketsDisabled: true,
	CurvePreferences:       []tls.CurveID{tls.X25519, tls.CurveP256, tls.CurveP384},
	MinVersion:             tls.VersionTLS12,
}

// proof is what one handshake has shown.
type proof struct {
	chain []*x509.Certificate
	// complete reports whether the server has signed with the leaf's key.
	complete bool
}

// suites are the cipher suites of TLS 1.2 by the algorithm of the certificate. Those of TLS 1.3 do not name one, and
// crypto/tls offers every signature algorithm.
var suites = map[bool][]uint16{
	true: {tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
		tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA},
	false: {tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256, tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
		tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256, tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA},
}

// handshake begins TLS as the protocol of e does, and returns the served certificates, leaf first. only, if set, is the
// only algorithm that the client offers.
func handshake(c *conn, e api.Endpoint, only api.KeyType) ([]*x509.Certificate, error) {
	if err := begin(c, e.Protocol); err != nil {
		return nil, err
	}
	var seen proof
	config := seen.config(e)
	if only != "" {
		config.MaxVersion, config.CipherSuites = tls.VersionTLS12, suites[only.IsSameKind(api.RSA2048)]
	}
	t := tls.Client(c, config)
	err := t.Handshake()
	if err == nil {
		seen.complete = true
		_ = t.Close() // sends close_notify, so that the server sees no broken connection
	}
	if seen.complete {
		return seen.chain, nil
	}
	return nil, err
}

func (p *proof) config(e api.Endpoint) *tls.Config {
	config := plainConfig.Clone()
	config.ServerName = serverName(e)
	if e.Protocol == api.ProtocolHTTPS {
		config.NextProtos = []string{"h2", "http/1.1"}
	}
	config.VerifyConnection = func(state tls.ConnectionState) error {
		p.chain = state.PeerCertificates
		return nil
	}
	// A server that wants a certificate of the client may end the handshake because it gets none. It asks for one only
	// after crypto/tls has checked its own signature, in TLS 1.2 and 1.3 alike.
	config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
		p.complete = true
		return &tls.Certificate{}, nil
	}
	return config
}

// serverName returns the name or IP address that the certificate must have. An IP address is not sent (RFC 6066).
func serverName(e api.Endpoint) string {
	name := strings.TrimSuffix(e.SNI, ".")
	if net.ParseIP(name) != nil {
		return name
	}
	return strings.ToLower(name)
}
