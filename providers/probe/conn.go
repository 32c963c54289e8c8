package probe

import (
	"context"
	"errors"
	"net"
	"time"
)

// maxRead is the most bytes that are read from one connection. A handshake with ten certificates has about 20 KB.
const maxRead = 64 << 10

var errTooMuch = errors.New("more bytes than a handshake has")

// conn is a connection that ends at a fixed time and after maxRead bytes.
type conn struct {
	net.Conn
	left int
}

// bind returns c bounded: it ends at that time, or with ctx. release ends what watches ctx.
func bind(ctx context.Context, c net.Conn, at time.Time) (bounded *conn, release func() bool) {
	_ = c.SetDeadline(at) // fails on a closed connection only, whose next call fails too
	return &conn{Conn: c, left: maxRead}, context.AfterFunc(ctx, func() { _ = c.SetDeadline(time.Unix(1, 0)) })
}

// Read implements net.Conn.
func (c *conn) Read(p []byte) (int, error) {
	if c.left == 0 {
		return 0, errTooMuch
	}
	n, err := c.Conn.Read(p[:min(len(p), c.left)])
	c.left -= n
	return n, err
}

// These keep the end that bind set: crypto/tls sets another one for its last alert.
func (c *conn) SetDeadline(time.Time) error      { return nil }
func (c *conn) SetReadDeadline(time.Time) error  { return nil }
func (c *conn) SetWriteDeadline(time.Time) error { return nil }
