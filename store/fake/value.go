package fake

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"slices"
	"strings"
)

// item is an item, or its key. It is never changed once it is in a table.
type item map[string]value

// value is an attribute value. It is never changed once it is read.
type value struct {
	kind string
	// text is a string, a number in its plain form, or the bytes of a binary value.
	text   string
	flag   bool
	list   []value
	fields item
	// set has the elements of a set in their order.
	set []string
}

const (
	kindString, kindNumber, kindBinary     = "S", "N", "B"
	kindBool, kindNull, kindList, kindMap  = "BOOL", "NULL", "L", "M"
	kindStrings, kindNumbers, kindBinaries = "SS", "NS", "BS"
)

// elementOf maps the kind of a set to that of its elements.
var elementOf = map[string]string{kindStrings: kindString, kindNumbers: kindNumber, kindBinaries: kindBinary}

// UnmarshalJSON reads {"S":"text"} and the like.
func (v *value) UnmarshalJSON(body []byte) error {
	var parts map[string]json.RawMessage
	if err := json.Unmarshal(body, &parts); err != nil {
		return err
	}
	if len(parts) == 0 {
		return invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
	}
	if len(parts) > 1 {
		return invalid("Supplied AttributeValue has more than one datatypes set, must contain exactly one of the supported datatypes")
	}
	for kind, part := range parts {
		v.kind = kind
		return v.read(part)
	}
	return nil
}

func (v *value) read(part []byte) error {
	switch v.kind {
	case kindString, kindNumber, kindBinary:
		if err := json.Unmarshal(part, &v.text); err != nil {
			return err
		}
		return v.scalar()
	case kindBool:
		return json.Unmarshal(part, &v.flag)
	case kindNull:
		if err := json.Unmarshal(part, &v.flag); err != nil || v.flag {
			return err
		}
		return invalid("One or more parameter values were invalid: Null attribute value types must have the value of true")
	case kindList:
		return json.Unmarshal(part, &v.list)
	case kindMap:
		return json.Unmarshal(part, &v.fields)
	case kindStrings, kindNumbers, kindBinaries:
		return v.readSet(part)
	}
	return invalid("Supplied AttributeValue is empty, must contain exactly one of the supported datatypes")
}

// scalar brings text into its stored form.
func (v *value) scalar() (err error) {
	switch v.kind {
	case kindNumber:
		v.text, err = number(v.text)
	case kindBinary:
		var b []byte
		b, err = base64.StdEncoding.DecodeString(v.text)
		v.text = string(b)
	}
	return err
}

func (v *value) readSet(part []byte) error {
	if err := json.Unmarshal(part, &v.set); err != nil {
		return err
	}
	if len(v.set) == 0 {
		what := map[string]string{kindStrings: "string", kindNumbers: "number", kindBinaries: "binary"}[v.kind]
		return invalid("One or more parameter values were invalid: An %s set  may not be empty", what)
	}
	for i, text := range v.set {
		element := value{kind: elementOf[v.kind], text: text}
		if err := element.scalar(); err != nil {
			return err
		}
		v.set[i] = element.text
	}
	if len(slices.Compact(slices.Sorted(slices.Values(v.set)))) < len(v.set) {
		return invalid("One or more parameter values were invalid: Input collection contains duplicates.")
	}
	return nil
}

// MarshalJSON writes what UnmarshalJSON reads.
func (v value) MarshalJSON() ([]byte, error) {
	var body any
	switch v.kind {
	case kindString, kindNumber:
		body = v.text
	case kindBinary:
		body = []byte(v.text)
	case kindBool, kindNull:
		body = v.flag
	case kindList:
		body = append([]value{}, v.list...)
	case kindMap:
		body = v.fields
		if v.fields == nil {
			body = item{}
		}
	case kindBinaries:
		all := make([][]byte, len(v.set))
		for i, b := range v.set {
			all[i] = []byte(b)
		}
		body = all
	default:
		body = v.set
	}
	return json.Marshal(map[string]any{v.kind: body})
}

// equal reports whether two values are the same; the order of a set has no meaning.
func (v value) equal(o value) bool {
	if v.kind != o.kind || v.text != o.text || v.flag != o.flag {
		return false
	}
	return slices.EqualFunc(v.list, o.list, value.equal) && v.fields.equal(o.fields) &&
		slices.Equal(slices.Sorted(slices.Values(v.set)), slices.Sorted(slices.Values(o.set)))
}

func (it item) equal(o item) bool {
	if len(it) != len(o) {
		return false
	}
	for name, v := range it {
		if other, ok := o[name]; !ok || !v.equal(other) {
			return false
		}
	}
	return true
}

// compare orders two values; ok is false if their kinds have no order or differ.
func (v value) compare(o value) (order int, ok bool) {
	if v.kind != o.kind {
		return 0, false
	}
	switch v.kind {
	case kindString:
		return strings.Compare(v.text, o.text), true
	case kindBinary:
		return bytes.Compare([]byte(v.text), []byte(o.text)), true
	case kindNumber:
		return rational(v.text).Cmp(rational(o.text)), true
	}
	return 0, false
}
