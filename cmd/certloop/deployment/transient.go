package deployment

import (
	"crypto/tls"
	"errors"
	"io"
	"net"
	"net/http"
	"syscall"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"certloop/reconciler/api"
)

// IsTransient reports whether the same request may succeed later without a change by the operator: AWS throttles it, has a
// fault of its own, or the request or its answer was lost. A missing right, a session that is not valid, and a table that does
// not exist last.
func IsTransient(err error) bool {
	err = original(err)
	var untrusted *tls.CertificateVerificationError
	if err == nil || ConcernsAll(err) || IsUnresolved(err) || errors.As(err, &untrusted) {
		return false
	}
	return throttled(err, Place{}) != nil || isFault(err) || isLost(err)
}

// IsUnresolved reports whether the host of the request was not found. That lasts if the region is wrong, and is transient if it
// was found before.
func IsUnresolved(err error) bool {
	var dns *net.DNSError
	return errors.As(original(err), &dns) && dns.IsNotFound
}

// original returns the error that an explanation is about.
func original(err error) error {
	var explained *Problem
	if errors.As(err, &explained) {
		return explained.cause
	}
	return err
}

// isFault reports whether AWS answered that it cannot serve the request now. A transaction of reads that meets a write has the
// kind Conflict, and the store gives the kind Transient to what no service of AWS answered.
func isFault(err error) bool {
	if kind := api.KindOf(err); kind == api.Conflict || kind == api.Transient && code(err) == "" {
		return true
	}
	switch code(err) {
	case "InternalServerError", "InternalFailure", "InternalError", "ServiceException", "ServiceUnavailable", "ServiceUnavailableException",
		"RequestTimeout", "RequestTimeoutException":
		return true
	}
	var fault smithy.APIError
	if errors.As(err, &fault) && fault.ErrorFault() == smithy.FaultServer {
		return true
	}
	var answer *smithyhttp.ResponseError
	return errors.As(err, &answer) && (answer.HTTPStatusCode() >= http.StatusInternalServerError ||
		answer.HTTPStatusCode() == http.StatusTooManyRequests || answer.HTTPStatusCode() == http.StatusRequestTimeout)
}

// isLost reports whether the request did not arrive, or its answer did not.
func isLost(err error) bool {
	var sending *smithyhttp.RequestSendError
	var unreadable *smithy.DeserializationError
	return isNetwork(err) || errors.As(err, &sending) || errors.As(err, &unreadable)
}

// isNetwork reports whether the connection failed, ended early, or was too slow.
func isNetwork(err error) bool {
	var network net.Error
	for _, sign := range []error{io.EOF, io.ErrUnexpectedEOF, syscall.ECONNRESET, syscall.EPIPE} {
		if errors.Is(err, sign) {
			return true
		}
	}
	return errors.As(err, &network)
}

// ConcernsAll reports whether the same request for another record would fail too: a right, the session or the table is missing,
// or the operator interrupted the command.
func ConcernsAll(err error) bool {
	err = original(err)
	for _, known := range []func(error, Place) error{cancelled, session, denied, missing} {
		if err != nil && known(err, Place{}) != nil {
			return true
		}
	}
	return false
}
