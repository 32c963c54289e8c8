package plan

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"certloop/reconciler/api"
)

// CAAQuestion asks whether a CA may issue for one name.
type CAAQuestion struct {
	// Domain is the name; it begins with "*." for a wildcard.
	Domain string
	// Set is the relevant record set of the name.
	Set api.CAASet
	// Identities are the names of the CA in CAA records; empty: it publishes none.
	Identities []string
	// AccountURL is that of the account (RFC 8657 section 3); empty: it is not known.
	AccountURL string
	Now        time.Time
}

// CAAState is what CAA records mean for an issuance.
type CAAState string

// These are the states.
const (
	// CAAAllowed: the CA may issue.
	CAAAllowed CAAState = "Allowed"
	// CAAForbidden: the CA must refuse.
	CAAForbidden CAAState = "Forbidden"
	// CAAWarned: the CA may refuse: it must from enforced8657 on, or the record set is broken for it too.
	CAAWarned CAAState = "Warned"
	// CAAUnknown: it cannot be judged.
	CAAUnknown CAAState = "Unknown"
)

// CAAFinding is the answer. What and Remedy are a message around the names that it is about, so that names with the same answer
// share one.
type CAAFinding struct {
	State        CAAState
	Reason       api.Reason
	What, Remedy string
}

// enforced8657 is when every public CA must obey accounturi and validationmethods (CA/Browser Forum, ballot SC-098v2).
var enforced8657 = time.Date(2027, 3, 15, 0, 0, 0, 0, time.UTC)

// obeys8657 are the names of CAs that obey RFC 8657 already.
var obeys8657 = []string{"letsencrypt.org"}

// registeredTags are the property tags of IANA's registry that do not restrict certificates for servers. A CA need not know
// them.
var registeredTags = []string{"iodef", "issuemail", "issuevmc", "contactemail", "contactphone"}

// JudgeCAA returns whether the CA may issue (RFC 8659 sections 3 and 4, RFC 8657).
func JudgeCAA(q CAAQuestion) CAAFinding {
	tag, known := q.critical()
	switch {
	case q.Set.Err != nil:
		return q.unreadable()
	case len(q.Set.Records) == 0:
		return CAAFinding{State: CAAAllowed}
	case len(q.Identities) == 0:
		return CAAFinding{CAAUnknown, "", q.at() + " were not compared, because certloop has no caaIdentities from the directory of the CA",
			"ask the CA for its name in CAA records, and compare them"}
	case tag != "" && !known:
		return CAAFinding{CAAForbidden, api.ReasonCAAForbids, q.at() + " have the critical property " + tag + ", which CAs do not know, so every CA must refuse",
			"remove the property, or set its flags to 0"}
	}
	if found := q.compare(); found.State != CAAAllowed || tag == "" {
		return found
	}
	return CAAFinding{CAAWarned, api.ReasonCAAForbids, q.at() + " have the critical property " + tag + ", and a CA that does not know it must refuse",
		"set its flags to 0"}
}

// unreadable judges a set that could not be read. That certloop cannot read it says nothing about the CA, but SERVFAIL does.
func (q CAAQuestion) unreadable() CAAFinding {
	f := CAAFinding{CAAUnknown, api.ReasonOf(q.Set.Err, api.ReasonDNSFailed), "the CAA records at " + q.Set.Name + " were not read", api.MessageOf(q.Set.Err)}
	if q.Set.ServFail {
		f.State, f.What = CAAWarned, "the CAA records at "+q.Set.Name+" cannot be read, so a CA refuses to issue"
	}
	return f
}

// critical returns a critical property that does not restrict who issues, quoted: one that a CA must not know, if there is one,
// else one that it may know; empty: there is none.
func (q CAAQuestion) critical() (tag string, known bool) {
	for _, r := range q.Set.Records {
		t := strings.ToLower(r.Tag)
		if r.Flags&128 == 0 || t == tagIssue || t == tagIssueWild {
			continue
		}
		tag, known = fmt.Sprintf("%.40q", t), slices.Contains(registeredTags, t)
		if !known {
			return tag, false
		}
	}
	return tag, known
}

const (
	tagIssue     = "issue"
	tagIssueWild = "issuewild"
)

// properties returns the values that restrict who issues the name, and their tag: for a wildcard those of issuewild, where there
// are any.
func (q CAAQuestion) properties() (tag string, values []string) {
	of := func(tag string) (values []string) {
		for _, r := range q.Set.Records {
			if strings.EqualFold(r.Tag, tag) {
				values = append(values, r.Value)
			}
		}
		return values
	}
	if strings.HasPrefix(q.Domain, "*.") {
		if wild := of(tagIssueWild); len(wild) > 0 {
			return tagIssueWild, wild
		}
	}
	return tagIssue, of(tagIssue)
}

// compare compares the properties with the names of the CA. One that allows it is enough.
func (q CAAQuestion) compare() CAAFinding {
	tag, values := q.properties()
	named, account := false, true
	for _, value := range values {
		issuer, ok := parseCAAIssuer(value)
		if !ok || !slices.Contains(q.Identities, issuer.domain) {
			continue
		}
		if issuer.allowsAccount(q.AccountURL) && issuer.allowsDNS01() {
			return CAAFinding{State: CAAAllowed}
		}
		named, account = true, account && !issuer.allowsAccount(q.AccountURL)
	}
	switch {
	case len(values) == 0:
		return CAAFinding{State: CAAAllowed}
	case named:
		return q.pinned(tag, account)
	}
	return CAAFinding{CAAForbidden, api.ReasonCAAForbids, q.at() + " do not allow " + q.Identities[0] + " to issue", q.create(tag, q.Identities[0])}
}

// pinned judges properties that name the CA, but for another account (RFC 8657 section 3) or another method (section 4).
func (q CAAQuestion) pinned(tag string, account bool) CAAFinding {
	what := q.at() + " allow " + q.Identities[0] + " only with another validation method than " + methodDNS01
	if account {
		what = q.at() + " allow " + q.Identities[0] + " only for another account (accounturi)"
	}
	f := CAAFinding{CAAForbidden, api.ReasonCAAForbids, what, q.create(tag, CAAIssueValue(q.Identities[0], q.AccountURL))}
	obeys := slices.ContainsFunc(q.Identities, func(name string) bool { return slices.Contains(obeys8657, name) })
	if !obeys && q.Now.Before(enforced8657) {
		f.State, f.What = CAAWarned, what+"; every public CA must refuse that from "+enforced8657.Format(time.DateOnly)+" on"
	}
	return f
}

func (q CAAQuestion) create(tag, value string) string {
	return "create the record " + CAALine(q.Set.Owner, tag, value)
}

// at names the place of the records.
func (q CAAQuestion) at() string {
	if q.Set.Owner != q.Set.Name {
		return fmt.Sprintf("the CAA records at %s, to which %s is a CNAME,", q.Set.Owner, q.Set.Name)
	}
	return "the CAA records at " + q.Set.Name
}
