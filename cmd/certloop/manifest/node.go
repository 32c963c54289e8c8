package manifest

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"certloop/reconciler/api"
)

// kind is the kind of a value in a file.
type kind int

const (
	kindNull kind = iota
	kindText
	kindBool
	kindNumber
	kindList
	kindMap
)

// node is a value in a file with its position, whichever the format is.
type node struct {
	at   Position
	kind kind
	// text is the value of a text, or the decimal digits of a number. yes is the value of a boolean.
	text string
	yes  bool
	// entries are those of a list, members those of a map in the order of the file. One name may be there twice.
	entries []node
	members []member
}

// member is one attribute of a map. at is the position of its name.
type member struct {
	name  string
	at    Position
	value node
}

// get returns the first member with that name.
func (n node) get(name string) (node, bool) {
	for _, m := range n.members {
		if m.name == name {
			return m.value, true
		}
	}
	return node{}, false
}

// plain returns the value as api.Object.Record has it. Inside a map, null is the same as absent.
func (n node) plain() any {
	switch n.kind {
	case kindText:
		return n.text
	case kindBool:
		return n.yes
	case kindNumber:
		return json.Number(n.text)
	case kindList:
		list := make([]any, len(n.entries))
		for i, e := range n.entries {
			list[i] = e.plain()
		}
		return list
	case kindMap:
		m := map[string]any{}
		for _, member := range n.members {
			if value := member.value.plain(); value != nil {
				m[member.name] = value
			}
		}
		return m
	case kindNull:
	}
	return nil
}

// find returns the position of the attribute with that path, such as targets[1].role_arn or tags["Team"], as package
// spec names it; if there is no such value, that of the nearest one around it.
func (n node) find(path string) Position {
	at := n.at
	for path != "" {
		step, rest := firstStep(path)
		next, where, ok := n.step(step)
		if !ok {
			return at
		}
		n, at, path = next, where, rest
	}
	return at
}

// firstStep cuts the first name, [index] or ["key"] off a path.
func firstStep(path string) (step, rest string) {
	path = strings.TrimPrefix(path, ".")
	end := 0
	for quoted := false; end < len(path); end++ {
		switch c := path[end]; {
		case quoted && c == '\\':
			end++
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == ']':
			return path[:end+1], path[end+1:]
		case (c == '.' || c == '[') && end > 0:
			return path[:end], path[end:]
		}
	}
	return path, ""
}

// step goes one step down. The position is that of a map's name, or of a list's entry.
func (n node) step(step string) (node, Position, bool) {
	if inner, ok := strings.CutPrefix(step, "["); ok {
		step = strings.TrimSuffix(inner, "]")
		var index int
		if _, err := fmt.Sscanf(step, "%d", &index); err == nil && n.kind == kindList && index >= 0 && index < len(n.entries) {
			return n.entries[index], n.entries[index].at, true
		}
	}
	for _, m := range slices.Backward(n.members) {
		if m.name == step || api.Quote(m.name) == step {
			return m.value, m.at, true
		}
	}
	return node{}, Position{}, false
}
