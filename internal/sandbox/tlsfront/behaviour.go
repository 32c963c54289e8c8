package tlsfront

import (
	"bufio"
	"crypto/tls"
	"errors"
	"io"
	"net"
	"strings"
	"time"

	"certloop/internal/testca"
)

// Certificate returns what a server needs to serve i with the certificates above it. Without its chain it is Alone.
func Certificate(i testca.Issued) tls.Certificate {
	c := Alone(i)
	for _, above := range i.Above {
		c.Certificate = append(c.Certificate, above.Raw)
	}
	return c
}

// Alone returns what a server needs to serve i without its chain.
func Alone(i testca.Issued) tls.Certificate {
	return tls.Certificate{Certificate: [][]byte{i.Certificate.Raw}, PrivateKey: i.Signer, Leaf: i.Certificate}
}

// Silent accepts a connection and sends nothing.
func Silent(c net.Conn) { _, _ = io.Copy(io.Discard, c) }

// PlainHTTP answers in HTTP without TLS.
func PlainHTTP(c net.Conn) {
	_, _ = c.Read(make([]byte, 4096))
	_, _ = io.WriteString(c, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n")
}

// Reset reads something and resets the connection.
func Reset(c net.Conn) {
	_, _ = c.Read(make([]byte, 4096))
	if t, ok := c.(*net.TCPConn); ok {
		_ = t.SetLinger(0)
	}
}

// Hangup reads something and closes the connection.
func Hangup(c net.Conn) { _, _ = c.Read(make([]byte, 4096)) }

// Alert returns a behaviour that refuses the handshake with a fatal TLS alert (RFC 8446 section 6), such as 112,
// unrecognized_name.
func Alert(code byte) func(net.Conn) {
	return func(c net.Conn) {
		_, _ = c.Read(make([]byte, 4096))
		_, _ = c.Write([]byte{21, 3, 3, 0, 2, 2, code})
		_, _ = io.Copy(io.Discard, c)
	}
}

// Flood sends handshake records without end. Each is the beginning of a message that is as large as TLS allows.
func Flood(c net.Conn) {
	record := make([]byte, 5+16384)
	copy(record, []byte{22, 3, 3, 0x40, 0, 2, 0, 0xff, 0xff})
	for {
		if _, err := c.Write(record); err != nil {
			return
		}
	}
}

// Drip returns a behaviour that sends the beginning of a handshake, one byte in each interval.
func Drip(interval time.Duration) func(net.Conn) {
	return func(c net.Conn) {
		for _, b := range append([]byte{22, 3, 3, 0x40, 0}, make([]byte, 16384)...) {
			if _, err := c.Write([]byte{b}); err != nil {
				return
			}
			time.Sleep(interval)
		}
	}
}

// SMTP is the preface of a mail server that offers STARTTLS (RFC 3207).
func SMTP(c net.Conn) error {
	return converse(c, "220 mail.example.com ESMTP\r\n",
		"EHLO ", "250-mail.example.com\r\n250-SIZE 1000\r\n250 STARTTLS\r\n", "STARTTLS\r\n", "220 go ahead\r\n")
}

// IMAP is the preface of a mail server that offers STARTTLS (RFC 9051 section 6.2.1).
func IMAP(c net.Conn) error {
	return converse(c, "* OK [CAPABILITY IMAP4rev1 STARTTLS] ready\r\n", "a1 STARTTLS\r\n", "* NOOP\r\na1 OK begin\r\n")
}

// Postgres is the preface of PostgreSQL that offers TLS.
func Postgres(c net.Conn) error {
	request := make([]byte, 8)
	if _, err := io.ReadFull(c, request); err != nil || string(request) != "\x00\x00\x00\x08\x04\xd2\x16\x2f" {
		return errors.New("no SSLRequest")
	}
	_, err := io.WriteString(c, "S")
	return err
}

// Refuse returns a preface that sends lines and ends.
func Refuse(lines string) func(net.Conn) error {
	return func(c net.Conn) error {
		_, err := io.WriteString(c, lines)
		_, _ = io.Copy(io.Discard, c)
		return errors.Join(err, errors.New("refused"))
	}
}

// converse sends a greeting, then for each line that begins as wanted the reply to it.
func converse(c net.Conn, greeting string, turns ...string) error {
	if _, err := io.WriteString(c, greeting); err != nil {
		return err
	}
	// No byte after the line is read: it is of the handshake.
	lines := bufio.NewReaderSize(&byByte{c}, 16)
	for i := 0; i < len(turns); i += 2 {
		line, err := lines.ReadString('\n')
		if err != nil {
			return err
		}
		if !strings.HasPrefix(line, turns[i]) {
			return errors.New("the client sent " + line)
		}
		if _, err := io.WriteString(c, turns[i+1]); err != nil {
			return err
		}
	}
	return nil
}

// byByte reads one byte at a time.
type byByte struct{ net.Conn }

func (b *byByte) Read(p []byte) (int, error) { return b.Conn.Read(p[:1]) }
