package manifest

import (
	"github.com/goccy/go-yaml/ast"

	"certloop/cmd/certloop/lang"
)

func (w *walker) anchor(n *ast.AnchorNode, depth int) (node, *Problem) {
	value, problem := w.value(n.Value, depth+1)
	// An alias inside its own anchor is not known yet.
	w.anchors[n.Name.GetToken().Value] = n.Value
	return value, problem
}

func (w *walker) alias(n *ast.AliasNode, depth int) (node, *Problem) {
	name := n.Value.GetToken().Value
	target, ok := w.anchors[name]
	if !ok {
		return node{}, w.stop(n.GetToken(), lang.Errorf("the alias *%s has no anchor before it in this document: write &%s before the value it stands for", name, name))
	}
	value, problem := w.value(target, depth+1)
	value.at = w.position(n.GetToken())
	return value, problem
}

// merge returns the members that the key << adds.
func (w *walker) merge(v *ast.MappingValueNode, value node) ([]member, *Problem) {
	maps := []node{value}
	if value.kind == kindList {
		maps = value.entries
	}
	var out []member
	for _, m := range maps {
		if m.kind != kindMap {
			return nil, w.stop(v.Key.GetToken(), lang.Errorf("<< is not followed by a map: write the alias of a map"))
		}
		out = append(out, m.members...)
	}
	return out, nil
}
