package acme

import (
	"errors"
	"fmt"
	"io"
	"net"
	"os"
	"syscall"
	"testing"
)

func TestCauseOf_IsTheSameFromRunToRun(t *testing.T) {
	dial := func(err error) error {
		return &net.OpError{Op: "dial", Net: "tcp", Addr: &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 40312}, Err: err}
	}
	for sentence, c := range map[string]struct {
		err  error
		want string
	}{
		"a port that is closed":     {dial(os.NewSyscallError("connect", syscall.ECONNREFUSED)), ": connection refused"},
		"a connection that is cut":  {dial(os.NewSyscallError("read", syscall.ECONNRESET)), ": connection reset"},
		"a network that is away":    {dial(os.NewSyscallError("connect", syscall.ENETUNREACH)), ": network unreachable"},
		"an answer that is cut off": {fmt.Errorf("read: %w", io.ErrUnexpectedEOF), ": connection closed"},
		"a server that is silent":   {dial(os.ErrDeadlineExceeded), ": no response in time"},
		"any other error":           {errors.New("192.0.2.1:40312: odd"), ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := causeOf(c.err); got != c.want {
				t.Errorf("%q, want %q", got, c.want)
			}
		})
	}
}
