package plan

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"slices"
	"time"

	"certloop/reconciler/api"
)

// notBeforeSlack is how far ahead a NotBefore may lie: it is waited for. More is a fault of the CA.
const notBeforeSlack = 48 * time.Hour

// CheckChain reports whether the PEM chain, leaf first, is what the issuance asked for: our key, exactly the names, the
// key type, valid or about to be, each certificate signed by the next. The error is Terminal with
// ReasonChainRejected.
func CheckChain(chain string, iss api.Issuance, now time.Time) (api.Leaf, error) {
	certs, err := api.ParseChain([]byte(chain))
	if err != nil {
		return api.Leaf{}, rejected("the chain cannot be parsed: %v", err)
	}
	leaf, err := api.ParseLeaf(certs[0])
	if err != nil {
		return api.Leaf{}, rejected("the certificate cannot be parsed: %v", err)
	}
	switch {
	case spkiDigest(certs[0]) != iss.PublicKeySHA256:
		return leaf, &api.Error{Kind: api.Terminal, Reason: api.ReasonChainRejected, Message: errAnotherKey.Error(), Err: errAnotherKey}
	case !api.SameNames(leaf.Domains, iss.Domains) && len(missingNames(leaf.Domains, iss.Domains)) == 0:
		added := shortNames(missingNames(iss.Domains, leaf.Domains))
		return leaf, rejected("the CA added %s to the certificate: add %s to domains", added, added)
	case !api.SameNames(leaf.Domains, iss.Domains):
		return leaf, rejected("the certificate is for %s, not for %s", shortNames(leaf.Domains), shortNames(iss.Domains))
	case leaf.KeyType != iss.KeyType:
		return leaf, rejected("the certificate has key type %s, not %s", leaf.KeyType, iss.KeyType)
	case !now.Before(leaf.NotAfter):
		return leaf, rejected("the certificate has expired")
	case leaf.NotBefore.After(now.Add(notBeforeSlack)):
		return leaf, rejected("the certificate is valid only from %s", leaf.NotBefore.UTC().Format(time.RFC3339))
	}
	for i := range len(certs) - 1 {
		if err := certs[i].CheckSignatureFrom(certs[i+1]); err != nil {
			return leaf, rejected("certificate %d of the chain is not signed by the next: %v", i+1, err)
		}
	}
	return leaf, nil
}

// spkiDigest returns the digest of a certificate's public key as Issuance.PublicKeySHA256 has it.
func spkiDigest(c *x509.Certificate) string {
	sum := sha256.Sum256(c.RawSubjectPublicKeyInfo)
	return hex.EncodeToString(sum[:])
}

// errAnotherKey: somebody else finalized the order, see leaveSharedOrder.
var errAnotherKey = errors.New("the certificate is for another key")

// missingNames returns those of wanted that are not in have.
func missingNames(have, wanted []string) (missing []string) {
	for _, name := range wanted {
		if !slices.Contains(have, name) {
			missing = append(missing, name)
		}
	}
	return missing
}

func rejected(format string, args ...any) error {
	return &api.Error{Kind: api.Terminal, Reason: api.ReasonChainRejected, Message: fmt.Sprintf(format, args...)}
}

// SplitChain parts the leaf from its intermediates, as ACM wants them; a self-signed root at the end is left out.
func SplitChain(chain string) (leaf, rest string) {
	certs, err := api.ParseChain([]byte(chain))
	if err != nil {
		return chain, ""
	}
	for i, c := range certs {
		block := string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}))
		switch {
		case i == 0:
			leaf = block
		case i == len(certs)-1 && i > 1 && c.CheckSignatureFrom(c) == nil:
		default:
			rest += block
		}
	}
	return leaf, rest
}
