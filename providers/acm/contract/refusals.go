package contract

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509/pkix"
	"encoding/pem"
	"strings"
	"testing"
	"time"

	"certloop/internal/testca"
	"certloop/reconciler/api"
)

// refused are first imports that ACM does not take.
var refused = map[string]func() api.ImportRequest{
	"the key of another certificate is refused": func() api.ImportRequest {
		r := good()
		r.Key = good().Key
		return r
	},
	"a key that is no PEM is refused": func() api.ImportRequest { return withKey("not a key") },
	"an encrypted key is refused": func() api.ImportRequest {
		block, _ := pem.Decode(good().Key.Reveal())
		return withKey(string(pem.EncodeToMemory(&pem.Block{Type: "ENCRYPTED PRIVATE KEY", Bytes: block.Bytes})))
	},
	"a key of more than 5,120 bytes is refused": func() api.ImportRequest {
		r := good()
		r.Key = api.NewSecret(append(r.Key.Reveal(), strings.Repeat("\n", 5121)...))
		return r
	},
	"a certificate that is no PEM is refused": func() api.ImportRequest {
		r := good()
		r.Leaf = "not a certificate"
		return r
	},
	"a certificate with its chain in one is refused": func() api.ImportRequest {
		r := good()
		r.Leaf += r.Chain
		return r
	},
	"an expired certificate is refused": func() api.ImportRequest {
		return leaf(testca.Leaf{NotBefore: time.Now().Add(-48 * time.Hour), NotAfter: time.Now().Add(-time.Hour)})
	},
	"a certificate that is not valid yet is refused": func() api.ImportRequest {
		return leaf(testca.Leaf{NotBefore: time.Now().Add(time.Hour)})
	},
	"a certificate without an issuer is refused": func() api.ImportRequest {
		nameless := testca.New(testca.Options{Issuer: &pkix.Name{}})
		return nameless.Issue(testca.Leaf{Names: []string{domain()}}).Import(nil)
	},
	"a certificate without a name is refused": func() api.ImportRequest {
		return ca.Issue(testca.Leaf{NoCommonName: true}).Import(nil)
	},
	"an Ed25519 key is refused": func() api.ImportRequest {
		_, key, _ := ed25519.GenerateKey(rand.Reader)
		return leaf(testca.Leaf{Key: key})
	},
	"a P-224 key is refused": func() api.ImportRequest {
		key, _ := ecdsa.GenerateKey(elliptic.P224(), rand.Reader)
		return leaf(testca.Leaf{Key: key})
	},
	"a certificate that is not self-signed is refused without a chain": func() api.ImportRequest {
		r := good()
		r.Chain = ""
		return r
	},
}

func refusals() map[string]part {
	all := map[string]part{}
	for sentence, request := range refused {
		all[sentence] = func(t *testing.T, s Subject) { wantRefused(t, s, request()) }
	}
	for _, how := range testca.Breaks {
		all["a first import is refused where "+string(how)] = func(t *testing.T, s Subject) {
			wantRefused(t, s, ca.Issue(testca.Leaf{Names: []string{domain()}}).Broken(how).Import(nil))
		}
	}
	return all
}

func good() api.ImportRequest { return leaf(testca.Leaf{}) }

func leaf(l testca.Leaf) api.ImportRequest {
	l.Names = []string{domain()}
	return ca.Issue(l).Import(nil)
}

func withKey(key string) api.ImportRequest {
	r := good()
	r.Key = api.NewSecret([]byte(key))
	return r
}

// wantRefused holds that ACM refuses r permanently, and that nothing came of it.
func wantRefused(t *testing.T, s Subject, r api.ImportRequest) {
	t.Helper()
	before := swept(t, s)
	_, err := s.Import(t.Context(), s.At, r)
	wantKind(t, err, api.Terminal, api.ReasonImportFailed)
	wantNoKey(t, err, r.Key)
	if after := swept(t, s); len(after) != len(before) {
		t.Errorf("%d certificates before, %d after", len(before), len(after))
	}
}

func swept(t *testing.T, s Subject) map[string]api.Summary {
	t.Helper()
	found, err := s.Sweep(t.Context(), s.At)
	if err != nil {
		t.Fatal(err)
	}
	return found
}
