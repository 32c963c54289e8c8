package manifest

import (
	"github.com/goccy/go-yaml/token"

	"certloop/cmd/certloop/lang"
)

// maxNesting is how many of these marks a line has at most. The parser calls itself for each.
const maxNesting = 30

// tooDeep refuses a document before the parser meets it: the parser has no limit of its own.
func (w *walker) tooDeep(tokens token.Tokens) *Problem {
	flow, line, marks, indents := 0, 0, 0, 0
	for _, t := range tokens {
		if t.Position.Line != line {
			line, marks = t.Position.Line, 0
			if flow == 0 {
				indents = t.Position.Column
			}
		}
		switch t.Type {
		case token.MappingStartType, token.SequenceStartType:
			flow++
		case token.MappingEndType, token.SequenceEndType:
			flow--
		case token.SequenceEntryType, token.MappingKeyType, token.AnchorType, token.TagType, token.AliasType:
			if flow == 0 {
				marks++
			}
		default:
		}
		if flow > maxDepth || marks > maxNesting || indents > maxColumn {
			return w.stop(t, lang.Errorf("the document is nested more than %d levels deep: no attribute needs that", maxDepth))
		}
	}
	return nil
}

// maxColumn is where a line begins at most.
const maxColumn = 1000
