package api

import (
	"crypto/rsa"
	"crypto/x509"
	"encoding/json"
	"fmt"
	"strings"
)

// These are limits of values from outside, besides those of single attributes. They are checked before any work.
const (
	// maxDepth is how deep DynamoDB nests the values of an item; maxRecord is the size of an item (400 KB).
	maxDepth  = 32
	maxRecord = 400 << 10
	// MaxDomains is the limit on which CAs agree: 100 names in one certificate. MaxDNSName is the most bytes of a name
	// (RFC 1035 section 2.3.4).
	MaxDomains = 100
	MaxDNSName = 253
	// MaxTargets bounds one record: every pass reads each target, and the status has an entry for each.
	MaxTargets = 20
	// MaxTags is how many tags a record may have: ACM allows 50, and certloop needs some of them.
	MaxTags = 40
	// MaxKeyBits is the largest RSA key with which certloop computes: ACM accepts 4,096 bits, some roots have 8,192.
	MaxKeyBits = 8192
	// MaxURL is the most bytes of a URL from a CA or from ACM.
	MaxURL = 2048
	// MaxChain is the most bytes of a chain in PEM, MaxChainCertificates the most certificates in it.
	MaxChain             = 64 << 10
	MaxChainCertificates = 10
)

// CheckKey returns an error if the public key of c is too expensive to compute with.
func CheckKey(c *x509.Certificate) error {
	if k, ok := c.PublicKey.(*rsa.PublicKey); ok && k.N.BitLen() > MaxKeyBits {
		return fmt.Errorf("an RSA key of %d bits is too large: certloop accepts at most %d", k.N.BitLen(), MaxKeyBits)
	}
	return nil
}

// RecordProblem returns why a record is too large or too deep, or "".
func RecordProblem(record map[string]any) string {
	size := 0
	if !measure(record, 0, &size) {
		if size > maxRecord {
			return fmt.Sprintf("has more than %d KB: DynamoDB holds no larger item, remove what it does not need", maxRecord>>10)
		}
		return fmt.Sprintf("is nested more than %d levels deep: no attribute needs that, remove what it does not need", maxDepth)
	}
	return ""
}

// measure adds the bytes of v to size. It stops and returns false if v is too deep or size is too large.
func measure(v any, depth int, size *int) bool {
	*size++
	if depth > maxDepth {
		return false
	}
	switch v := v.(type) {
	case string:
		*size += len(v)
	case json.Number:
		*size += len(v)
	case []byte:
		*size += len(v)
	case []string:
		for _, s := range v {
			*size += 1 + len(s)
		}
	case []json.Number:
		for _, n := range v {
			*size += 1 + len(n)
		}
	case [][]byte:
		for _, b := range v {
			*size += 1 + len(b)
		}
	case []any:
		for _, e := range v {
			if !measure(e, depth+1, size) {
				return false
			}
		}
	case map[string]any:
		for k, e := range v {
			if *size += len(k); !measure(e, depth+1, size) {
				return false
			}
		}
	}
	return *size <= maxRecord
}

// BoundNames returns a certificate's DNS names in lower case, each once and in their order. It returns at most one more
// than a record may have, each at most as long as a DNS name, so that omitted names still make a difference.
func BoundNames(names []string) []string {
	var out []string
	seen := map[string]bool{}
	for _, name := range names {
		name = strings.ToLower(Truncate(name, MaxDNSName))
		if seen[name] {
			continue
		}
		if seen[name] = true; len(out) <= MaxDomains {
			out = append(out, name)
		}
		if len(out) > MaxDomains {
			break
		}
	}
	return out
}
