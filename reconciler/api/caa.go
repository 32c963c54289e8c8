package api

import (
	"slices"
	"strings"
)

// Directory is what certloop keeps of a CA's directory (RFC 8555 section 7.1.1).
type Directory struct {
	// CAAIdentities are the names that the CA recognizes as its own in CAA records; empty: it publishes none.
	CAAIdentities []string
}

// CAASet is the relevant CAA record set of a domain (RFC 8659 section 3), as the public DNS returned it.
type CAASet struct {
	// Domain is the name without "*.".
	Domain string
	// Name is the name at which the search ended: Domain, or a name above it. It is empty if no name has CAA records.
	Name string
	// Owner is the name of the records; another one than Name where Name is a CNAME.
	Owner   string
	Records []CAARecord
	// Err is why the record set of Name could not be read. ServFail is true if the public DNS returned SERVFAIL for it, as a CA
	// will see too.
	Err      error
	ServFail bool
}

// CAARecord is one CAA record (RFC 8659 section 4.1).
type CAARecord struct {
	Flags uint8
	Tag   string
	Value string
}

// maxIdentities bounds the list of a CA: the longest known has seven names.
const maxIdentities = 20

// IssuerNames returns the names of a CA in CAA records, in lower case, in their order, each once, and at most 20. It drops what is
// not an issuer-domain-name (RFC 8659 section 4.2).
func IssuerNames(names []string) []string {
	var out []string
	for _, name := range names {
		if len(out) == maxIdentities {
			break
		}
		name = strings.ToLower(name)
		if IsIssuerName(name) && !slices.Contains(out, name) {
			out = append(out, name)
		}
	}
	return out
}

// IsIssuerName reports whether s is an issuer-domain-name (RFC 8659 section 4.2) that fits into the DNS.
func IsIssuerName(s string) bool {
	if len(s) > 253 {
		return false
	}
	for label := range strings.SplitSeq(s, ".") {
		if !IsCAALabel(label) || len(label) > 63 {
			return false
		}
	}
	return true
}

// IsCAALabel reports whether s is what RFC 8659 section 4.2 calls a label and a tag: letters and digits, with hyphens between
// them.
func IsCAALabel(s string) bool {
	if s == "" || s[0] == '-' || s[len(s)-1] == '-' {
		return false
	}
	for _, c := range []byte(s) {
		if (c < 'a' || c > 'z') && (c < 'A' || c > 'Z') && (c < '0' || c > '9') && c != '-' {
			return false
		}
	}
	return true
}
