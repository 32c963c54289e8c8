// Package contract is what every ACM must do for the loop, seen through its port. The strict fake passes all of it; an
// emulator passes what it enforces, and names the rest with the reason.
package contract

import (
	"crypto/x509"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"certloop/internal/suite"
	"certloop/internal/testca"
	"certloop/reconciler/api"
	"certloop/reconciler/ports"
)

// ACM is the ports that the contract holds.
type ACM interface {
	ports.ACM
	ports.Sweeper
	ports.Users
}

// Subject is an ACM under test, and what other users do in it.
type Subject struct {
	ACM
	// At is where the tests work. Certificates of others there do not disturb them.
	At api.Location
	// UseBy makes resources use a certificate.
	UseBy func(arn string, resources ...string)
	// PutIssued adds a certificate that ACM issued itself; without a leaf it is pending.
	PutIssued func(leaf, chain string, tags map[string]string) (arn string)
	// NotEnforced are, by sentence, the parts that an emulator does not enforce, with the reason.
	NotEnforced map[string]string
}

// Run runs the whole contract on s.
func Run(t *testing.T, s Subject) {
	suite.Run(t, parts(), s.NotEnforced, s.complete)
}

// complete returns s with actions that end a test where the subject has none.
func (s Subject) complete(t *testing.T) Subject {
	if s.UseBy == nil {
		s.UseBy = func(string, ...string) { t.Fatal("no resource can use a certificate of this subject") }
	}
	if s.PutIssued == nil {
		s.PutIssued = func(string, string, map[string]string) string {
			t.Fatal("this subject issues no certificates")
			return ""
		}
	}
	return s
}

type part = suite.Part[Subject]

func parts() map[string]part {
	all := map[string]part{}
	for _, some := range []map[string]part{imports, refusals(), succession(), tagging, ends, listing} {
		maps.Copy(all, some)
	}
	return all
}

// ca signs the certificates of the contract: two intermediates, so that a chain has an order.
var ca = testca.New(testca.Options{Intermediates: 2})

var counter atomic.Int64

// domain is a name that no other test has.
func domain() string { return fmt.Sprintf("n%d.example.com", counter.Add(1)) }

// ownership are tags that no other test has.
func ownership() map[string]string {
	return map[string]string{
		api.TagOwner:  fmt.Sprintf("arn:aws:dynamodb:eu-west-1:123456789012:table/certloop/n%d", counter.Add(1)),
		api.TagTarget: "eu-west-1",
	}
}

func (s Subject) imported(t *testing.T, r api.ImportRequest) string {
	t.Helper()
	arn, err := s.Import(t.Context(), s.At, r)
	if err != nil {
		t.Fatal(err)
	}
	return arn
}

func (s Subject) described(t *testing.T, arn string) api.Installed {
	t.Helper()
	found, err := s.Describe(t.Context(), s.At, arn)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

func wantLeaf(t *testing.T, found api.Installed, want testca.Issued) {
	t.Helper()
	chain, err := api.ParseChain([]byte(found.Chain))
	if err != nil || len(chain) < 1+len(want.Above) {
		t.Fatalf("the chain has %d certificates, %v", len(chain), err)
	}
	for i, c := range append([]*x509.Certificate{want.Certificate}, want.Above...) {
		if !c.Equal(chain[i]) {
			t.Errorf("certificate %d of the chain is of %s, want %s", i, chain[i].Subject, c.Subject)
		}
	}
	leaf, err := api.ParseLeaf(want.Certificate)
	if err != nil {
		t.Fatal(err)
	}
	if found.FingerprintSHA256 != leaf.FingerprintSHA256 || found.Serial != leaf.Serial || found.KeyType != leaf.KeyType ||
		!slices.Equal(found.Domains, leaf.Domains) || !found.NotAfter.Equal(leaf.NotAfter) {
		t.Errorf("it holds %+v, want %+v", found.Leaf, leaf)
	}
}

func wantKind(t *testing.T, err error, kind api.ErrorKind, reason api.Reason) {
	t.Helper()
	if api.KindOf(err) != kind || api.ReasonOf(err, "") != reason {
		t.Fatalf("error of kind %q and reason %q, want %q and %q: %v", api.KindOf(err), api.ReasonOf(err, ""), kind, reason, err)
	}
}

// wantNoKey searches for the private key in every way an error may be printed, its causes too.
func wantNoKey(t *testing.T, err error, key api.Secret) {
	t.Helper()
	for e := err; e != nil; e = errors.Unwrap(e) {
		text := fmt.Sprintf("%+v %#v %s", e, e, api.MessageOf(e))
		for line := range strings.Lines(string(key.Reveal())) {
			if line = strings.TrimSpace(line); len(line) > 16 && !strings.Contains(line, "PRIVATE KEY") && strings.Contains(text, line) {
				t.Fatal("the private key is in the error")
			}
		}
	}
}
