package testca

import (
	"crypto/x509"
	"slices"
)

// Break is a way to break a chain.
type Break string

// These are the ways to break a chain.
const (
	// WithLeaf puts the leaf first, as in a "full chain" file.
	WithLeaf Break = "the leaf is in the chain"
	// Reversed puts the certificate next to the root first.
	Reversed Break = "the chain is the wrong way round"
	// Gap omits the leaf's issuer.
	Gap Break = "the leaf's issuer is missing"
	// OtherAuthority is the chain of another authority.
	OtherAuthority Break = "the chain is another authority's"
	// Garbage adds a block between the certificates that is not a certificate.
	Garbage Break = "a block of the chain is no certificate"
)

// Breaks lists all of them. Reversed and Gap need two certificates above the leaf.
var Breaks = []Break{WithLeaf, Reversed, Gap, OtherAuthority, Garbage}

// Broken returns i with a broken chain.
func (i Issued) Broken(how Break) Issued {
	above := slices.Clone(i.Above)
	if len(above) < 2 && (how == Reversed || how == Gap) {
		panic("testca: " + string(how) + " needs two certificates above the leaf")
	}
	switch how {
	case WithLeaf:
		above = append([]*x509.Certificate{i.Certificate}, above...)
	case Reversed:
		slices.Reverse(above)
	case Gap:
		above = above[1:]
	case OtherAuthority:
		above = New(Options{Name: "OtherAuthority", Intermediates: len(above)}).Chain()
	case Garbage: // below: it is no certificate
	}
	i.Above, i.Chain = above, PEM(above...)
	if how == Garbage {
		i.Chain += "-----BEGIN CERTIFICATE-----\nbm90IGEgY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n"
	}
	return i
}
