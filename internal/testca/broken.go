package testca

import (
	"crypto/x509"
	"slices"
)

// Break is a way in which a chain is wrong.
type Break string

// The ways in which chains come wrong.
const (
	// WithLeaf has the leaf itself at its head, as a "full chain" file has.
	WithLeaf Break = "the leaf is in the chain"
	// Reversed has the certificate next to the root first.
	Reversed Break = "the chain is the wrong way round"
	// Gap lacks the leaf's issuer.
	Gap Break = "the leaf's issuer is missing"
	// Foreign is another authority's.
	Foreign Break = "the chain is another authority's"
	// Garbage has something between its certificates that is none.
	Garbage Break = "a block of the chain is no certificate"
)

// Breaks are all of them. Reversed and Gap need two certificates above the leaf.
var Breaks = []Break{WithLeaf, Reversed, Gap, Foreign, Garbage}

// Broken is i with its chain broken.
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
	case Foreign:
		above = New(Options{Name: "Foreign", Intermediates: len(above)}).Chain()
	}
	i.Above, i.Chain = above, PEM(above...)
	if how == Garbage {
		i.Chain += "-----BEGIN CERTIFICATE-----\nbm90IGEgY2VydGlmaWNhdGU=\n-----END CERTIFICATE-----\n"
	}
	return i
}
