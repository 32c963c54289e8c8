package fronts

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"strconv"
)

// Visit connects to a service as a browser does that trusts these roots (PEM), and returns the certificate that it gets for
// the name. An error means that a visitor sees a warning, or nothing.
func Visit(ctx context.Context, address string, port int, name, roots string) (*x509.Certificate, error) {
	pool := x509.NewCertPool()
	pool.AppendCertsFromPEM([]byte(roots))
	dialer := tls.Dialer{Config: &tls.Config{ServerName: name, RootCAs: pool}}
	c, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(address, strconv.Itoa(port)))
	if err != nil {
		return nil, err
	}
	defer func() { _ = c.Close() }()
	return c.(*tls.Conn).ConnectionState().PeerCertificates[0], nil
}
