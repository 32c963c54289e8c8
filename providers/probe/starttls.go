package probe

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"

	"certloop/reconciler/api"
)

const (
	// maxLine is the most bytes of one line of a server, maxLines the most lines before the handshake. RFC 5321 allows a
	// line 512 bytes.
	maxLine  = 1024
	maxLines = 64
)

// noTLS is the error of a server that answers, but does not begin TLS. Its text is the reason.
type noTLS string

func (n noTLS) Error() string { return string(n) }

// begin exchanges what a protocol has before the handshake.
func begin(c *conn, p api.Protocol) error {
	switch p {
	case api.ProtocolSMTP:
		return beginSMTP(talkTo(c))
	case api.ProtocolIMAP:
		return beginIMAP(talkTo(c))
	case api.ProtocolPostgres:
		return beginPostgres(c)
	case api.ProtocolTLS, api.ProtocolHTTPS:
	}
	return nil
}

// talk is a conversation in lines.
type talk struct {
	to    io.Writer
	from  *bufio.Reader
	lines int
}

func talkTo(c *conn) *talk {
	return &talk{to: c, from: bufio.NewReaderSize(c, maxLine), lines: maxLines}
}

// line returns the next line without its end.
func (t *talk) line() (string, error) {
	if t.lines--; t.lines < 0 {
		return "", noTLS(fmt.Sprintf("the server sent more than %d lines before TLS", maxLines))
	}
	line, err := t.from.ReadSlice('\n')
	if errors.Is(err, bufio.ErrBufferFull) {
		return "", noTLS(fmt.Sprintf("the server sent a line of more than %d bytes before TLS", maxLine))
	}
	return strings.TrimRight(string(line), "\r\n"), err
}

// ready returns an error if the server sent more than was asked for. What comes before the handshake is not protected by
// it, and must not be mixed with it.
func (t *talk) ready() error {
	if t.from.Buffered() > 0 {
		return noTLS("the server sent more after it agreed to begin TLS")
	}
	return nil
}

// beginSMTP follows RFC 3207.
func beginSMTP(t *talk) error {
	for _, turn := range []struct{ send, want, of string }{
		{"", "220", "its greeting is"}, {"EHLO localhost\r\n", "250", "it answers EHLO with"}, {"STARTTLS\r\n", "220", "it answers STARTTLS with"},
	} {
		if _, err := io.WriteString(t.to, turn.send); err != nil {
			return err
		}
		if err := t.reply(turn.want, turn.of); err != nil {
			return err
		}
	}
	return t.ready()
}

// reply reads a reply of SMTP, whose last line has no dash after the code (RFC 5321 section 4.2.1).
func (t *talk) reply(want, of string) error {
	for {
		line, err := t.line()
		if err != nil {
			return err
		}
		if !strings.HasPrefix(line, want) {
			return noTLS("the server does not begin TLS: " + of + " " + api.Quote(line))
		}
		if !strings.HasPrefix(line, want+"-") {
			return nil
		}
	}
}

// beginIMAP follows RFC 9051 section 6.2.1.
func beginIMAP(t *talk) error {
	const tag = "a1 "
	greeting, err := t.line()
	if err != nil {
		return err
	}
	if !strings.HasPrefix(greeting, "* OK") {
		return noTLS("the server does not begin TLS: its greeting is " + api.Quote(greeting))
	}
	if _, err := io.WriteString(t.to, tag+"STARTTLS\r\n"); err != nil {
		return err
	}
	for {
		line, err := t.line()
		switch {
		case err != nil:
			return err
		case strings.HasPrefix(line, tag+"OK"):
			return t.ready()
		case strings.HasPrefix(line, tag):
			return noTLS("the server does not begin TLS: it answers STARTTLS with " + api.Quote(line))
		}
	}
}

// sslRequest is PostgreSQL's message of 8 bytes that asks for TLS. The answer is one byte.
const sslRequest = "\x00\x00\x00\x08\x04\xd2\x16\x2f"

func beginPostgres(c *conn) error {
	if _, err := io.WriteString(c, sslRequest); err != nil {
		return err
	}
	var answer [1]byte
	if _, err := io.ReadFull(c, answer[:]); err != nil {
		return err
	}
	if answer[0] != 'S' {
		return noTLS("the server does not begin TLS: it answers PostgreSQL's SSLRequest with " + api.Quote(string(answer[:])))
	}
	return nil
}
