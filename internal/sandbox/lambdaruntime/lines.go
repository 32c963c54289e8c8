package lambdaruntime

import (
	"bytes"
	"io"
)

// longestLine bounds what is kept of a line that does not end: Lambda cuts a line at 256 KB.
const longestLine = 256 << 10

// lines passes on whole lines. One process writes to it, in pieces of any length.
type lines struct {
	log io.Writer
	// line, if set, receives each line without its end.
	line func(line []byte)
	rest []byte
}

// Write never fails: the function must not fail because its log is lost.
func (l *lines) Write(p []byte) (int, error) {
	l.rest = append(l.rest, p...)
	for {
		line, rest, ended := bytes.Cut(l.rest, []byte("\n"))
		if !ended && len(l.rest) < longestLine {
			return len(p), nil
		}
		l.pass(line)
		if l.rest = bytes.Clone(rest); len(rest) == 0 {
			return len(p), nil
		}
	}
}

// end passes on the last line of a process that ended within it.
func (l *lines) end() {
	if len(l.rest) > 0 {
		l.pass(l.rest)
	}
	l.rest = nil
}

func (l *lines) pass(line []byte) {
	_, _ = l.log.Write(append(bytes.Clone(line), '\n'))
	if l.line != nil && len(line) > 0 {
		l.line(line)
	}
}
