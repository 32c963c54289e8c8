package outbound

import (
	"errors"
	"io"
	"net"
	"syscall"
)

// causes are what a connection that failed is called in a message. Other errors name addresses and ports, which change from
// run to run.
var causes = []struct {
	err  error
	text string
}{
	{syscall.ECONNREFUSED, "connection refused"},
	{syscall.ECONNRESET, "connection reset"},
	{syscall.EPIPE, "connection reset"},
	{syscall.EHOSTUNREACH, "host unreachable"},
	{syscall.ENETUNREACH, "network unreachable"},
	{io.ErrUnexpectedEOF, "connection closed"},
	{io.EOF, "connection closed"},
}

// CauseOf returns ": " and why a request got no response; empty where the error names no stable cause.
func CauseOf(err error) string {
	for _, c := range causes {
		if errors.Is(err, c.err) {
			return ": " + c.text
		}
	}
	var timeout net.Error
	if errors.As(err, &timeout) && timeout.Timeout() {
		return ": no response in time"
	}
	return ""
}
