package fake

import "strings"

// mostItemBytes is the limit of an item, 400 KB. mostDepth is how deep values may be nested.
const (
	mostItemBytes = 400 << 10
	mostDepth     = 32
)

// bytes returns the size of an item as DynamoDB counts it (Developer Guide, "DynamoDB item sizes and formats").
func (it item) bytes() (n int) {
	for name, v := range it {
		n += len(name) + v.bytes()
	}
	return n
}

func (v value) bytes() int {
	switch v.kind {
	case kindNumber:
		return numberBytes(v.text)
	case kindBool, kindNull:
		return 1
	case kindList:
		n := 3
		for _, e := range v.list {
			n += 1 + e.bytes()
		}
		return n
	case kindMap:
		return 3 + len(v.fields) + v.fields.bytes()
	case kindString, kindBinary:
		return len(v.text)
	}
	n := 0
	for _, e := range v.set {
		if v.kind == kindNumbers {
			n += numberBytes(e)
		} else {
			n += len(e)
		}
	}
	return n
}

// numberBytes is one byte for two significant digits, one more, and one for the sign of a negative number.
func numberBytes(text string) int {
	digits := strings.Trim(strings.NewReplacer("-", "", ".", "").Replace(text), "0")
	n := (len(digits)+1)/2 + 1
	if strings.HasPrefix(text, "-") {
		n++
	}
	return n
}

// depth returns how deep values are nested in v.
func (v value) depth() (n int) {
	for _, e := range v.list {
		n = max(n, 1+e.depth())
	}
	for _, e := range v.fields {
		n = max(n, 1+e.depth())
	}
	return n
}

// checkSize refuses an item that is too large or nested too deep.
func (it item) checkSize() error {
	if it.bytes() > mostItemBytes {
		return invalid("Item size has exceeded the maximum allowed size")
	}
	for _, v := range it {
		if v.depth() >= mostDepth {
			return invalid("Nesting Levels have exceeded supported limits")
		}
	}
	return nil
}
