package manifest

import (
	"encoding/json"
	"fmt"
	"regexp"
	"strconv"

	"github.com/goccy/go-yaml/ast"

	"certloop/cmd/certloop/lang"
)

// scalar turns a single value into ours.
func (w *walker) scalar(n ast.Node) (node, *Problem) {
	out := node{at: w.position(n.GetToken())}
	switch n := n.(type) {
	case *ast.NullNode:
		return out, nil
	case *ast.StringNode:
		out.kind, out.text = kindText, n.Value
	case *ast.LiteralNode:
		out.kind, out.text = kindText, n.Value.Value
	case *ast.BoolNode:
		out.kind, out.yes = kindBool, n.Value
	case *ast.IntegerNode:
		if octal.MatchString(n.GetToken().Value) {
			return out, w.stop(n.GetToken(), lang.Errorf("the number %s begins with 0, so that some tools read it as octal: write it without the 0, or in quotes", n.GetToken().Value))
		}
		out.kind, out.text = kindNumber, digits(n.GetToken().Value, fmt.Sprint(n.Value))
	case *ast.FloatNode:
		out.kind, out.text = kindNumber, digits(n.GetToken().Value, strconv.FormatFloat(n.Value, 'f', -1, 64))
	default:
		return out, w.stop(n.GetToken(), lang.Errorf("this value is not known here: use a string, a number, true, false, a list or a map"))
	}
	return out, nil
}

// octal matches the octal numbers of YAML 1.1, which are decimal ones in YAML 1.2.
var octal = regexp.MustCompile(`^[-+]?0[0-9_]+$`)

// digits returns a number as the file has it, if JSON accepts that, else its value in decimal digits.
func digits(written, value string) string {
	if json.Valid([]byte(written)) {
		return written
	}
	return value
}
