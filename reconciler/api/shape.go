package api

import (
	"crypto/x509"
	"slices"
)

// Shape is what the certificates have in common that an account obtains with one profile and key type, as far as services and
// visitors depend on it.
type Shape struct {
	Profile           string   `json:"profile,omitempty"`
	KeyType           KeyType  `json:"key_type"`
	KeyUsages         []string `json:"key_usages,omitempty"`
	ExtendedKeyUsages []string `json:"extended_key_usages,omitempty"`
	// Issuers are the issuers of the last certificates, the newest first: some CAs change between several at random.
	Issuers []string `json:"issuers,omitempty"`
	// Root is the issuer of the topmost certificate of the chain. Certificates is the number of certificates in the chain. A
	// self-signed root does not count for either.
	Root         string `json:"root,omitempty"`
	Certificates int    `json:"certificates,omitempty"`
}

// MostShapes is how many shapes an account has: the latest.
const MostShapes = 10

// mostIssuers is how many issuers a shape has.
const mostIssuers = 4

// ShapeOf returns the shape of a chain, leaf first, without a profile.
func ShapeOf(chain []*x509.Certificate) Shape {
	leaf := ObserveLeaf(chain[0])
	s := Shape{KeyType: leaf.KeyType, KeyUsages: leaf.KeyUsages, ExtendedKeyUsages: leaf.ExtendedKeyUsages, Issuers: []string{leaf.Issuer}}
	for len(chain) > 1 && isRoot(chain[len(chain)-1]) {
		chain = chain[:len(chain)-1]
	}
	s.Certificates, s.Root = len(chain), issuerName(chain[len(chain)-1])
	return s
}

func isRoot(c *x509.Certificate) bool { return slices.Equal(c.RawIssuer, c.RawSubject) }

// Same reports whether the two are of one profile and key type.
func (s Shape) Same(other Shape) bool {
	return s.Profile == other.Profile && s.KeyType == other.KeyType
}

// AddShape returns the shapes with that of a certificate that was just obtained, and whether they differ from before.
func AddShape(shapes []Shape, obtained Shape) ([]Shape, bool) {
	at := slices.IndexFunc(shapes, obtained.Same)
	if at < 0 {
		shapes = append(slices.Clone(shapes), obtained)
		return shapes[max(len(shapes)-MostShapes, 0):], true
	}
	before := shapes[at]
	if !slices.Contains(before.Issuers, obtained.Issuers[0]) {
		obtained.Issuers = append(obtained.Issuers, before.Issuers...)
		obtained.Issuers = obtained.Issuers[:min(len(obtained.Issuers), mostIssuers)]
	} else {
		obtained.Issuers = before.Issuers
	}
	if SameStored(before, obtained) {
		return shapes, false
	}
	shapes = slices.Clone(shapes)
	shapes[at] = obtained
	return shapes, true
}
