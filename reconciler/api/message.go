package api

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// MaxMessage is the most bytes that a stored or sent message has.
const MaxMessage = 1024

// leastText is how many bytes links leave to the text of a shortened message.
const leastText = 128

// Ellipsis stands for text that Message omitted.
const Ellipsis = "…"

// Message returns text in the form in which it may be stored, logged or sent: at most MaxMessage bytes of valid UTF-8
// on one line, without control characters and invisible ones (zero-width and bidirectional controls). White space
// becomes one space.
//
// Text that is too long is cut between two characters, and "…" stands for what is omitted. A link is kept whole, at the
// expense of the text before it, or omitted whole, because half a link is useless. Message(Message(s)) is Message(s).
//
// Every message from outside goes through Message: texts from the CA, DNS, AWS, records and stored statuses may be long
// or unprintable.
func Message(text string) string {
	text = oneLine(text)
	if len(text) <= MaxMessage {
		return text
	}
	return shorten(text)
}

// Clean reports whether s is on one line and has no control, invisible or invalid character.
func Clean(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return r != ' ' && !unicode.IsPrint(r) })
}

// oneLine returns s on one line, of printable characters and single spaces.
func oneLine(s string) string {
	if Clean(s) && !strings.Contains(s, "  ") && strings.TrimSpace(s) == s {
		return s
	}
	var b strings.Builder
	b.Grow(min(len(s), 4*MaxMessage))
	space := false
	for _, r := range s {
		switch {
		case unicode.IsSpace(r) || unicode.IsControl(r) || unicode.In(r, unicode.Z):
			space = true
		case unicode.IsPrint(r):
			if space && b.Len() > 0 {
				b.WriteByte(' ')
			}
			space = false
			b.WriteRune(r) // an invalid byte is U+FFFD here
		}
	}
	return b.String()
}

// piece is a part of a message: a link, or the text between two links.
type piece struct {
	text string
	link bool
}

// shorten cuts a clean text to MaxMessage. It keeps the links that fit, from the first one on; the text between them
// gets the rest.
func shorten(text string) string {
	pieces := split(text)
	room := MaxMessage
	for i, p := range pieces {
		// A link needs text before it, and costs the ellipses around it.
		if cost := len(p.text) + 2*len(Ellipsis); p.link && room-cost >= leastText {
			room -= cost
		} else if p.link {
			pieces[i] = piece{text: Ellipsis}
		}
	}
	room -= len(Ellipsis)
	var b strings.Builder
	for _, p := range pieces {
		switch {
		case p.link:
			b.WriteString(p.text)
		case len(p.text) <= room:
			room -= len(p.text)
			b.WriteString(p.text)
		case !strings.HasSuffix(b.String(), Ellipsis):
			b.WriteString(Truncate(p.text, room))
			b.WriteString(Ellipsis)
			room = 0
		}
	}
	return oneLine(b.String())
}

// split divides text into links and the text between them.
func split(text string) []piece {
	var pieces []piece
	for text != "" {
		start, end := nextLink(text)
		if start > 0 {
			pieces = append(pieces, piece{text: text[:start]})
		}
		if end > start {
			pieces = append(pieces, piece{text: text[start:end], link: true})
		}
		text = text[end:]
	}
	return pieces
}

// nextLink returns where the next link in text begins and ends. Without a link both are the length of text.
func nextLink(text string) (start, end int) {
	// One search ends at the first link: a text may consist of links only.
	for {
		i := strings.Index(text[start:], "http")
		if i < 0 {
			return len(text), len(text)
		}
		if start += i; strings.HasPrefix(text[start:], "https://") || strings.HasPrefix(text[start:], "http://") {
			break
		}
		start += len("http")
	}
	if i := strings.IndexAny(text[start:], " \"'<>`"); i >= 0 {
		return start, start + i
	}
	return start, len(text)
}

// Truncate returns the first characters of s, at most that many bytes.
func Truncate(s string, most int) string {
	if len(s) <= most {
		return s
	}
	for most > 0 && !utf8.RuneStart(s[most]) {
		most--
	}
	return s[:most]
}

// Quote returns a user's value in quotes, on one line and shortened so that the message stays readable.
func Quote(s string) string {
	const most = 80
	short := Truncate(s, 4*most)
	if runes := []rune(short); len(runes) > most || len(short) < len(s) {
		short = string(runes[:min(len(runes), most)]) + Ellipsis
	}
	// An unprintable character becomes up to ten printable ones.
	if shown := fmt.Sprintf("%q", short); len(shown) <= 4*most {
		return shown
	}
	return fmt.Sprintf("%q", Truncate(short, 2*most/4)+Ellipsis)
}
