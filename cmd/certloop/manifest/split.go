package manifest

import (
	"bytes"
	"regexp"
)

// chunk is the text of one YAML document, and how many lines of the file are before it.
type chunk struct {
	before int
	body   []byte
}

// mark matches the lines that begin or end a document (YAML 1.2.2 section 9.1.2). No text of a document can have such a line,
// not even a block of text.
var mark = regexp.MustCompile(`(?m)^(---|\.\.\.)([ \t].*)?$`)

// split divides a YAML file into its documents, so that a syntax error in one of them does not hide the problems of the
// others.
func split(body []byte) []chunk {
	var chunks []chunk
	start := 0
	add := func(end int) {
		text := body[start:end]
		if hasContent(text) {
			chunks = append(chunks, chunk{before: bytes.Count(body[:start], []byte("\n")), body: withoutDirectives(text)})
		}
		start = end
	}
	for _, at := range mark.FindAllIndex(body, -1) {
		add(at[0])
		// What follows the mark on its line belongs to the document.
		start = at[0] + len("---")
	}
	add(len(body))
	return chunks
}

// directive matches the lines of %YAML and %TAG.
var directive = regexp.MustCompile(`(?m)\A(\s*#.*\n|\s*\n)*%.*$`)

// withoutDirectives removes directives, which change nothing here.
func withoutDirectives(text []byte) []byte {
	for {
		at := directive.FindIndex(text)
		if at == nil {
			return text
		}
		lines := bytes.Count(text[:at[1]], []byte("\n"))
		text = append(bytes.Repeat([]byte("\n"), lines), text[at[1]:]...)
	}
}

// hasContent reports whether a document has more than comments and directives.
func hasContent(text []byte) bool {
	for line := range bytes.Lines(withoutDirectives(text)) {
		line = bytes.TrimSpace(line)
		if len(line) > 0 && line[0] != '#' {
			return true
		}
	}
	return false
}
