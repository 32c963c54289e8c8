package contract

import (
	"crypto/x509"
	"testing"

	"certloop/internal/testca"
	"certloop/reconciler/api"
)

// successor is a certificate and the one that shall follow it at its ARN. They have the same name except where one is given.
type successor struct{ before, next testca.Leaf }

const (
	signing     = x509.KeyUsageDigitalSignature
	enciphering = x509.KeyUsageKeyEncipherment
	server      = x509.ExtKeyUsageServerAuth
	client      = x509.ExtKeyUsageClientAuth
)

// refusedSuccessors are re-imports that ACM does not take.
var refusedSuccessors = map[string]successor{
	"a re-import with another kind of key is refused": {
		testca.Leaf{KeyType: api.EC256}, testca.Leaf{KeyType: api.RSA2048}},
	"a re-import with a key of another size is refused": {
		testca.Leaf{KeyType: api.RSA2048}, testca.Leaf{KeyType: api.RSA3072}},
	"a re-import on another curve is refused": {
		testca.Leaf{KeyType: api.EC256}, testca.Leaf{KeyType: api.EC384}},
	"a re-import that lacks keyEncipherment is refused of RSA": {
		testca.Leaf{KeyType: api.RSA2048, KeyUsage: signing | enciphering}, testca.Leaf{KeyType: api.RSA2048, KeyUsage: signing}},
	"a re-import that lacks a key usage is refused of ECDSA": {
		testca.Leaf{KeyUsage: signing | x509.KeyUsageKeyAgreement}, testca.Leaf{KeyUsage: signing}},
	"a re-import that lacks an extended key usage is refused": {
		testca.Leaf{ExtKeyUsage: []x509.ExtKeyUsage{server, client}}, testca.Leaf{ExtKeyUsage: []x509.ExtKeyUsage{client}}},
	"a re-import that lacks the extension of key usages is refused": {
		testca.Leaf{KeyUsage: signing}, testca.Leaf{NoKeyUsage: true}},
	"a re-import that adds the extension of key usages is refused": {
		testca.Leaf{NoKeyUsage: true}, testca.Leaf{KeyUsage: signing}},
	"a re-import that adds the extension of extended key usages is refused": {
		testca.Leaf{NoExtKeyUsage: true}, testca.Leaf{ExtKeyUsage: []x509.ExtKeyUsage{server}}},
	"a re-import that replaces all names is refused": {
		testca.Leaf{}, testca.Leaf{Names: []string{"another.example.net"}}},
}

// acceptedSuccessors are re-imports that ACM accepts.
var acceptedSuccessors = map[string]successor{
	"a re-import of ECDSA may lack keyEncipherment": {
		testca.Leaf{KeyUsage: signing | enciphering}, testca.Leaf{KeyUsage: signing}},
	"a re-import may lack clientAuth": {
		testca.Leaf{ExtKeyUsage: []x509.ExtKeyUsage{server, client}}, testca.Leaf{ExtKeyUsage: []x509.ExtKeyUsage{server}}},
	"a re-import may add usages": {
		testca.Leaf{KeyType: api.RSA2048, KeyUsage: signing},
		testca.Leaf{KeyType: api.RSA2048, KeyUsage: signing | enciphering, ExtKeyUsage: []x509.ExtKeyUsage{server, client}}},
	"a re-import may add names": {
		testca.Leaf{Names: []string{"a.example.net"}}, testca.Leaf{Names: []string{"b.example.net", "a.example.net"}}},
	"a re-import may drop names": {
		testca.Leaf{Names: []string{"b.example.net", "a.example.net"}}, testca.Leaf{Names: []string{"a.example.net"}}},
}

func succession() map[string]part {
	all := map[string]part{"a re-import of what ACM issued is refused": reimportIssued}
	for sentence, pair := range refusedSuccessors {
		all[sentence] = func(t *testing.T, s Subject) { succeedRefused(t, s, pair) }
	}
	for sentence, pair := range acceptedSuccessors {
		all[sentence] = func(t *testing.T, s Subject) { succeedTaken(t, s, pair) }
	}
	return all
}

func (p successor) issue() (before, next testca.Issued) {
	name := domain()
	for _, l := range []*testca.Leaf{&p.before, &p.next} {
		if l.Names == nil {
			l.Names = []string{name}
		}
	}
	return ca.Issue(p.before), ca.Issue(p.next)
}

func succeedRefused(t *testing.T, s Subject, p successor) {
	before, next := p.issue()
	arn := s.imported(t, before.Import(ownership()))
	wantRefused(t, s, next.Reimport(arn))
	wantLeaf(t, s.described(t, arn), before)
}

func succeedTaken(t *testing.T, s Subject, p successor) {
	before, next := p.issue()
	arn := s.imported(t, before.Import(ownership()))
	s.imported(t, next.Reimport(arn))
	wantLeaf(t, s.described(t, arn), next)
}

func reimportIssued(t *testing.T, s Subject) {
	name := domain()
	before := ca.Issue(testca.Leaf{Names: []string{name}})
	arn := s.PutIssued(before.Leaf, before.Chain, nil)
	wantRefused(t, s, ca.Issue(testca.Leaf{Names: []string{name}}).Reimport(arn))
}
