package sim

import (
	"slices"
	"strings"

	"certloop/reconciler/api"
)

// issuerName is the name of the CA in CAA records.
const issuerName = "ca.test"

// caa are the CAA records of the public DNS.
type caa struct {
	// issuers are the CAs that the records at a name allow.
	issuers map[string][]string
	// broken are the names whose CAA records return SERVFAIL.
	broken map[string]bool
	// unread is true if the last read did not return all records, so that an order says nothing about the loop.
	unread bool
}

// restrict lets the CAA records at name allow these CAs only; none: the records are deleted.
func (c *caa) restrict(name string, issuers ...string) { c.issuers[name] = issuers }

// read returns the relevant record set of each domain.
func (c *caa) read(domains []string) []api.CAASet {
	var sets []api.CAASet
	for _, domain := range domains {
		set := api.CAASet{Domain: strings.TrimPrefix(domain, "*.")}
		for name := set.Domain; name != "" && set.Name == ""; _, name, _ = strings.Cut(name, ".") {
			switch {
			case c.broken[name]:
				set.Name, set.Owner, set.ServFail = name, name, true
				set.Err = &api.Error{Kind: api.Transient, Reason: api.ReasonDNSFailed, Message: "the public DNS returned SERVFAIL for " + name}
			case len(c.issuers[name]) > 0:
				set.Name, set.Owner = name, name
				for _, issuer := range c.issuers[name] {
					set.Records = append(set.Records, api.CAARecord{Tag: "issue", Value: issuer})
				}
			}
		}
		if !slices.ContainsFunc(sets, func(s api.CAASet) bool { return s.Domain == set.Domain }) {
			sets = append(sets, set)
		}
	}
	return sets
}

// noteCAA notes whether the loop has got all records.
func (w *World) noteCAA(sets []api.CAASet, err error) {
	w.DNS.caa.unread = err != nil || slices.ContainsFunc(sets, func(s api.CAASet) bool { return s.Err != nil })
}

// checkCAA: no order is placed while CAA forbids the CA, unless the records could not be read.
func (w *World) checkCAA(domains []string) {
	if w.lenient || w.DNS.caa.unread {
		return
	}
	for _, domain := range domains {
		if w.DNS.caa.forbids(domain) {
			w.violate("an order is spent on %s, for which CAA forbids the CA", domain)
		}
	}
}

// forbids reports whether the CA must refuse the name. What it cannot read itself does not count.
func (c *caa) forbids(domain string) bool {
	set := c.read([]string{domain})[0]
	return len(set.Records) > 0 && !slices.ContainsFunc(set.Records, func(r api.CAARecord) bool { return r.Value == issuerName })
}
