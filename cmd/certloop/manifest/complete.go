package manifest

import (
	"github.com/goccy/go-yaml/ast"
	"github.com/goccy/go-yaml/token"

	"certloop/cmd/certloop/lang"
)

// lost returns a problem if the parser left out a part of the document: it accepts some texts that YAML does not, and an
// attribute must never be ignored without an error.
func (w *walker) lost(tokens token.Tokens, docs []*ast.DocumentNode) *Problem {
	seen := visited{}
	for _, doc := range docs {
		if doc.Body != nil {
			ast.Walk(seen, doc.Body)
		}
	}
	for _, t := range tokens {
		if isScalar(t.Type) && !seen[t.Position.Offset] {
			return w.stop(t, lang.Errorf("this text belongs to no attribute: check the indentation and the punctuation before it"))
		}
	}
	return nil
}

// visited are the offsets of the tokens of all nodes.
type visited map[int]bool

// Visit implements ast.Visitor.
func (v visited) Visit(n ast.Node) ast.Visitor {
	if t := n.GetToken(); t != nil && t.Position != nil {
		v[t.Position.Offset] = true
	}
	return v
}

func isScalar(t token.Type) bool {
	switch t {
	case token.StringType, token.SingleQuoteType, token.DoubleQuoteType, token.IntegerType, token.BinaryIntegerType, token.OctetIntegerType,
		token.HexIntegerType, token.FloatType, token.BoolType, token.NullType, token.InfinityType, token.NanType, token.MergeKeyType:
		return true
	default:
		return false
	}
}
