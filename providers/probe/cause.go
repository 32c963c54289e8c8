package probe

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"

	"certloop/reconciler/api"
)

// cause returns why no certificate was seen, for users. Of what the server chose it has at most one short quotation.
func (p *Prober) cause(err error) string {
	var without noTLS
	var header tls.RecordHeaderError
	var op *net.OpError
	isOp := errors.As(err, &op)
	switch {
	case errors.As(err, &without):
		return string(without)
	case errors.Is(err, errTooMuch):
		return fmt.Sprintf("the server sent more than %d KB and did not complete the TLS handshake", maxRead>>10)
	case isOp && op.Op == "remote error":
		return "the server refuses the TLS handshake: " + strings.TrimPrefix(op.Err.Error(), "tls: ")
	case errors.As(err, &header) && string(header.RecordHeader[:]) == "HTTP/":
		return "the server answers in HTTP without TLS"
	case errors.As(err, &header):
		return "the server does not answer in TLS"
	case errors.Is(err, syscall.ECONNREFUSED):
		return "the connection was refused"
	case errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		return "the server reset the connection"
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF):
		return "the server closed the connection before the TLS handshake was complete"
	case isOp && op.Op == "dial" && isTimeout(err):
		return fmt.Sprintf("the connection was not answered within %s: check that a firewall or security group allows it",
			min(p.config.ConnectTimeout, p.config.Timeout))
	case isTimeout(err):
		return fmt.Sprintf("the TLS handshake was not complete within %s", p.config.Timeout)
	case isOp && op.Op == "dial":
		return "the connection failed: " + api.Quote(op.Err.Error())
	}
	return "the TLS handshake failed: " + api.Quote(strings.TrimPrefix(err.Error(), "tls: "))
}

func isTimeout(err error) bool {
	var e net.Error
	return errors.As(err, &e) && e.Timeout()
}
