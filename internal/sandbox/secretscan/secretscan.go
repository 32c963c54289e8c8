// Package secretscan finds secrets in text: a key, or any piece of it, in any of the forms in which it could have been
// written.
package secretscan

import (
	"bytes"
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"slices"
	"strings"
)

// Set holds secrets in the forms in which they could be written, by their first eight bytes.
type Set struct {
	forms map[uint64][]pattern
	// Names are the names of the secrets.
	Names []string
	// begins holds the first two bytes of all forms; it rules out most positions of a text quickly.
	begins [1 << 16]bool
}

type pattern struct {
	what string
	form []byte
}

// piece is the length of the pieces that are searched for on their own, so that one line of a PEM block is found.
const piece = 16

// Add adds the secret: all its pieces, and its value as a decimal number.
func (n *Set) Add(what string, secret []byte) {
	if slices.Contains(n.Names, what) {
		return
	}
	n.Names = append(n.Names, what)
	for at := 0; at+piece <= len(secret); at += piece {
		n.addForms(what, secret[at:at+piece])
	}
	n.addForm(what, []byte(new(big.Int).SetBytes(secret).String()))
}

func (n *Set) addForms(what string, secret []byte) {
	n.addForm(what, secret)
	n.addForm(what, []byte(hex.EncodeToString(secret)))
	n.addForm(what, []byte(strings.ToUpper(hex.EncodeToString(secret))))
	for _, e := range []*base64.Encoding{base64.RawStdEncoding, base64.RawURLEncoding} {
		// Base64 has three forms, depending on where in a group of three bytes the secret begins.
		for before, spoilt := range []int{0, 2, 3} {
			whole := e.EncodeToString(append(make([]byte, before), secret...))
			n.addForm(what, []byte(whole[spoilt:(before+len(secret))*8/6]))
		}
	}
}

func (n *Set) addForm(what string, form []byte) {
	if n.forms == nil {
		n.forms = map[uint64][]pattern{}
	}
	head := binary.LittleEndian.Uint64(form)
	n.begins[uint16(head)] = true
	n.forms[head] = append(n.forms[head], pattern{what, form})
}

// AddKey adds the private numbers of a key in PEM. It reports whether there was one.
func (n *Set) AddKey(what, text string) bool {
	block, _ := pem.Decode([]byte(text))
	if block == nil {
		return false
	}
	key, err := x509.ParsePKCS8PrivateKey(block.Bytes)
	if err != nil {
		return false
	}
	switch key := key.(type) {
	case *ecdsa.PrivateKey:
		d, err := key.Bytes()
		if err != nil {
			return false
		}
		n.Add(what+" "+hash(d), d)
	case *rsa.PrivateKey:
		n.Add(what+" d "+hash(key.D.Bytes()), key.D.Bytes())
		for _, p := range key.Primes {
			n.Add(what+" prime "+hash(p.Bytes()), p.Bytes())
		}
	default:
		return false
	}
	return true
}

// joined returns the text without line breaks, both plain ones and those that JSON escapes, at any depth.
func joined(text []byte) []byte {
	out := make([]byte, 0, len(text))
	for at := 0; at < len(text); at++ {
		switch text[at] {
		case ' ', '\t', '\n', '\r':
			continue
		case '\\':
			end := at
			for end < len(text) && text[end] == '\\' {
				end++
			}
			if end < len(text) && (text[end] == 'n' || text[end] == 'r') {
				at = end
				continue
			}
		}
		out = append(out, text[at])
	}
	return out
}

// encoded returns the parts of a text that could be base64.
func encoded(text []byte) [][]byte {
	return slices.DeleteFunc(bytes.FieldsFunc(text, func(r rune) bool {
		return !(r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || r >= '0' && r <= '9' || strings.ContainsRune("+/-_", r))
	}), func(run []byte) bool { return len(run) < 24 })
}

// In returns the names of the secrets in a text. It searches the text as it is, with its lines joined, and inside its
// base64.
func (n *Set) In(text []byte) []string {
	found := map[string]bool{}
	n.search(text, found, 3)
	var names []string
	for what := range found {
		names = append(names, what)
	}
	slices.Sort(names)
	return names
}

func (n *Set) search(text []byte, found map[string]bool, depth int) {
	n.scan(text, found)
	text = joined(text)
	n.scan(text, found)
	if depth == 0 {
		return
	}
	for _, run := range encoded(text) {
		e := base64.RawStdEncoding
		if bytes.ContainsAny(run, "-_") {
			e = base64.RawURLEncoding
		}
		if inner, err := e.DecodeString(string(run[:len(run)-len(run)%4])); err == nil {
			n.search(inner, found, depth-1)
		}
	}
}

func (n *Set) scan(text []byte, found map[string]bool) {
	for at := 0; at+8 <= len(text); at++ {
		if !n.begins[uint16(text[at])|uint16(text[at+1])<<8] {
			continue
		}
		for _, one := range n.forms[binary.LittleEndian.Uint64(text[at:])] {
			if bytes.HasPrefix(text[at:], one.form) {
				found[one.what] = true
			}
		}
	}
}

// hash identifies a secret without revealing it.
func hash(b []byte) string {
	sum := sha256.Sum256(b)
	return hex.EncodeToString(sum[:4])
}
