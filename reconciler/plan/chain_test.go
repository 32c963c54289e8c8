package plan

import (
	"crypto"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"math/big"
	"strings"
	"testing"
	"time"

	"certloop/internal/testca"
	"certloop/reconciler/api"
)

var (
	authorities = testca.New(testca.Options{Intermediates: 2})
	aroundNow   = time.Now().Truncate(time.Second)
)

// asked is an issuance for what the certificate holds.
func asked(i testca.Issued, names ...string) api.Issuance {
	spki := sha256.Sum256(i.Certificate.RawSubjectPublicKeyInfo)
	return api.Issuance{Domains: names, KeyType: api.EC256, PublicKeySHA256: hex.EncodeToString(spki[:])}
}

func good(l testca.Leaf) testca.Issued {
	if l.Names == nil {
		l.Names = []string{"www.example.com", "api.example.com"}
	}
	return authorities.Issue(l)
}

func TestCheckChain_AGoodChainIsTaken(t *testing.T) {
	plain := good(testca.Leaf{})
	for sentence, c := range map[string]struct {
		issued testca.Issued
		chain  string
		now    time.Time
	}{
		"the leaf first":              {plain, plain.Leaf + plain.Chain, aroundNow},
		"with the root at its end":    {plain, plain.Leaf + plain.Chain + authorities.Root(), aroundNow},
		"a leaf without a chain":      {plain, plain.Leaf, aroundNow},
		"with text between":           {plain, "subject: www\n" + plain.Leaf + "\nissuer:\n" + plain.Chain, aroundNow},
		"at its first second":         {plain, plain.Leaf, plain.Certificate.NotBefore},
		"at its last second":          {plain, plain.Leaf, plain.Certificate.NotAfter.Add(-time.Second)},
		"two days before it begins":   {plain, plain.Leaf, plain.Certificate.NotBefore.Add(-48 * time.Hour)},
		"without a common name":       noCommonName(t),
		"of any usages, yet":          {good(testca.Leaf{NoKeyUsage: true, NoExtKeyUsage: true}), "", aroundNow},
		"by an authority of RSA keys": {testca.New(testca.Options{KeyType: api.RSA2048}).Issue(testca.Leaf{Names: []string{"www.example.com", "api.example.com"}}), "", aroundNow},
	} {
		t.Run(sentence, func(t *testing.T) {
			if c.chain == "" {
				c.chain = c.issued.Leaf + c.issued.Chain
			}
			got, err := CheckChain(c.chain, asked(c.issued, "api.example.com", "www.example.com"), c.now)
			if err != nil {
				t.Fatal(err)
			}
			if want, err := api.ParseLeaf(c.issued.Certificate); err != nil || got.FingerprintSHA256 != want.FingerprintSHA256 || got.Serial != want.Serial {
				t.Errorf("leaf %+v, want %+v (%v)", got, want, err)
			}
		})
	}
}

func noCommonName(t *testing.T) (c struct {
	issued testca.Issued
	chain  string
	now    time.Time
}) {
	t.Helper()
	c.issued, c.now = good(testca.Leaf{NoCommonName: true}), aroundNow
	return c
}

// broken is a chain that is not what was asked for.
type broken struct {
	chain   string
	iss     api.Issuance
	now     time.Time
	message string
}

func TestCheckChain_ABadChainIsRejected(t *testing.T) {
	plain := good(testca.Leaf{})
	iss := asked(plain, "www.example.com", "api.example.com")
	with := func(change func(*api.Issuance)) api.Issuance {
		other := iss
		change(&other)
		return other
	}
	cases := map[string]broken{
		"nothing at all":       {"", iss, aroundNow, "it holds no certificate"},
		"no PEM":               {"<html>", iss, aroundNow, "it holds no certificate"},
		"a key in front of it": {plain.Key + plain.Leaf, iss, aroundNow, "cannot be parsed"},
		"another key":          {plain.Leaf, with(func(i *api.Issuance) { i.PublicKeySHA256 = "other" }), aroundNow, "for another key"},
		"no key asked for":     {plain.Leaf, with(func(i *api.Issuance) { i.PublicKeySHA256 = "" }), aroundNow, "for another key"},
		"a name too few":       {plain.Leaf, with(func(i *api.Issuance) { i.Domains = append(i.Domains, "c.example.com") }), aroundNow, "is for www.example.com, api.example.com, not for"},
		"a name too many":      {plain.Leaf, with(func(i *api.Issuance) { i.Domains = i.Domains[:1] }), aroundNow, "add api.example.com to domains"},
		"another key type":     {plain.Leaf, with(func(i *api.Issuance) { i.KeyType = api.EC384 }), aroundNow, "key type EC_prime256v1, not EC_secp384r1"},
		"expired":              {plain.Leaf, iss, plain.Certificate.NotAfter, "has expired"},
		"far ahead":            {plain.Leaf, iss, plain.Certificate.NotBefore.Add(-48*time.Hour - time.Second), "valid only from"},
		"the root under the leaf": {
			plain.Leaf + authorities.Root(), iss, aroundNow, "certificate 1 of the chain is not signed by the next",
		},
		"a stranger at its end": {
			plain.Leaf + plain.Chain + testca.New(testca.Options{Name: "Other"}).Root(), iss, aroundNow, "certificate 3 of the chain is not signed by the next",
		},
		"a key that is none of ACM's": ed25519Leaf(t),
	}
	for _, how := range testca.Breaks {
		b := plain.Broken(how)
		cases[string(how)] = broken{b.Leaf + b.Chain, iss, aroundNow, ""}
	}
	for sentence, c := range cases {
		t.Run(sentence, func(t *testing.T) {
			_, err := CheckChain(c.chain, c.iss, c.now)
			if api.KindOf(err) != api.Terminal || api.ReasonOf(err, "") != api.ReasonChainRejected || !strings.Contains(api.MessageOf(err), c.message) {
				t.Errorf("%s %s: %v, want %q", api.KindOf(err), api.ReasonOf(err, ""), err, c.message)
			}
		})
	}
}

func ed25519Leaf(t *testing.T) broken {
	t.Helper()
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{SerialNumber: big.NewInt(7), DNSNames: []string{"www.example.com"}, NotBefore: aroundNow, NotAfter: aroundNow.Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, public, crypto.Signer(private))
	if err != nil {
		t.Fatal(err)
	}
	return broken{string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})), api.Issuance{}, aroundNow, "cannot be parsed"}
}

func TestCheckChain_AChainIsPartedAsACMWantsIt(t *testing.T) {
	plain, direct := good(testca.Leaf{}), testca.New(testca.Options{}).Issue(testca.Leaf{Names: []string{"www.example.com"}})
	for sentence, c := range map[string]struct{ chain, leaf, rest string }{
		"leaf and intermediates":                {plain.Leaf + plain.Chain, plain.Leaf, plain.Chain},
		"a root at the end is left out":         {plain.Leaf + plain.Chain + authorities.Root(), plain.Leaf, plain.Chain},
		"one that signed the leaf itself stays": {direct.Leaf + direct.Chain, direct.Leaf, direct.Chain},
		"a leaf alone":                          {plain.Leaf, plain.Leaf, ""},
		"text between is left out":              {"www\n" + plain.Leaf + "\nissuer\n" + plain.Chain, plain.Leaf, plain.Chain},
		"what cannot be read stays as it is":    {"<html>", "<html>", ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			if leaf, rest := SplitChain(c.chain); leaf != c.leaf || rest != c.rest {
				t.Errorf("parted into\n%s and\n%s", leaf, rest)
			}
		})
	}
}
