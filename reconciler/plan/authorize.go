package plan

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"certloop/reconciler/api"
)

// Whether a record may use what it asks for. Without any policy everything is allowed. With one or more, one policy must
// allow the record as a whole: attributes of several policies are never put together. A policy that is not valid allows
// nothing, and counts as one.

// authorization is what a set of policies says of one record.
type authorization struct {
	// allowed are the policies that allow it as a whole, the preferred one first.
	allowed []*api.Policy
	// refusal says why none does; empty where one does, or where there is no policy.
	refusal string
}

// authorize asks every policy of the set. preferred is the name of the policy that is first among those that allow.
func authorize[U any](set api.PolicySet, name, preferred string, rules []rule[U], u U) authorization {
	var a authorization
	var tried []string
	for _, e := range byName(set) {
		switch {
		case !appliesTo(e, name):
		case e.Policy == nil && e.Name == "":
			tried = append(tried, "the set of all policies is damaged or missing and allows nothing until the next resync repairs it")
		case e.Policy == nil:
			tried = append(tried, fmt.Sprintf("policy %s is not valid and allows nothing", e.Name))
		default:
			if why := violations(e.Policy, rules, u); why == "" {
				a.allowed = append(a.allowed, e.Policy)
			} else {
				tried = append(tried, fmt.Sprintf("policy %s does not allow %s", e.Name, why))
			}
		}
	}
	if i := slices.IndexFunc(a.allowed, func(p *api.Policy) bool { return p.Name == preferred }); i > 0 {
		first := a.allowed[i]
		copy(a.allowed[1:], a.allowed[:i])
		a.allowed[0] = first
	}
	if len(a.allowed) == 0 && len(set.Policies) > 0 {
		a.refusal = whyRefused(name, tried)
	}
	return a
}

// byName returns the order in which policies are tried.
func byName(set api.PolicySet) []api.PolicyEntry {
	return slices.SortedFunc(slices.Values(set.Policies), func(a, b api.PolicyEntry) int { return cmp.Compare(a.Name, b.Name) })
}

// appliesTo reports whether the policy speaks of records of that name. Of one that is not valid nobody knows that, so it
// is named in the refusal.
func appliesTo(e api.PolicyEntry, name string) bool {
	return e.Policy == nil || slices.ContainsFunc(e.Policy.Records, func(p string) bool { return api.MatchesName(p, name) })
}

// violations names the attributes against which the record is, each with its first value; empty: none.
func violations[U any](p *api.Policy, rules []rule[U], u U) string {
	var all []string
	for _, r := range rules {
		if value, denied := r.denied(p, u); denied {
			all = append(all, fmt.Sprintf("%s %q", r.attribute, shortValue(value)))
		}
	}
	return someOf(all, ", ", "more")
}

// shortValue leaves an ARN whole and cuts what is longer.
func shortValue(s string) string {
	const most = 160
	if runes := []rune(s); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return s
}

// mostTried is how many policies, and how many violations of one, a refusal names.
const mostTried = 3

// someOf joins the first few, and counts the rest.
func someOf(all []string, separator, rest string) string {
	if len(all) <= mostTried {
		return strings.Join(all, separator)
	}
	return fmt.Sprintf("%s%sand %d %s", strings.Join(all[:mostTried], separator), separator, len(all)-mostTried, rest)
}

// whyRefused does not name policies that do not apply: they are other teams'.
func whyRefused(name string, tried []string) string {
	if len(tried) == 0 {
		return fmt.Sprintf("no policy applies to a record of the name %q: ask an administrator for a policy whose records match it", name)
	}
	return "no policy allows the record: " + someOf(tried, "; ", "more policies do not allow it")
}

// AccountRefusal returns why the policies do not allow the account; empty: they do.
func AccountRefusal(set api.PolicySet, a *api.Account) string {
	return authorize(set, a.Name, "", accountRules, a).refusal
}

// CheckTarget returns the error that keeps a record from reading a target through a role that no policy lets it use, or a
// certificate that none lets it adopt. Such a target is not even read: it may be another team's, and the status of the
// record would show what is there. claimed: the record has adopted the certificate, and continues to read it.
func CheckTarget(set api.PolicySet, name string, t api.Target, claimed bool) error {
	if t.RoleARN == "" && (t.ACMARN == "" || claimed) {
		return nil
	}
	for _, e := range set.Policies {
		if e.Policy != nil && appliesTo(e, name) && mayLook(e.Policy, t, claimed) {
			return nil
		}
	}
	if len(set.Policies) == 0 {
		return nil
	}
	return &api.Error{Kind: api.Terminal, Reason: api.ReasonPolicyDenied,
		Message: fmt.Sprintf("no policy lets the record use the target %s", shortValue(t.Key()))}
}

func mayLook(p *api.Policy, t api.Target, claimed bool) bool {
	_, role := deniedRole(p, []api.Role{t.Role})
	_, id := deniedExternalID(p, []api.Role{t.Role})
	_, arn := beyond(p.ACMARNs, given(t.ACMARN), api.MatchesARN)
	return !role && !id && (!arn || claimed)
}

// FixExternalIDs returns the record with the external IDs that the policy fixes which allows it, in the roles for which it
// names none. Where several policies do, it is the one that admitted the record before, else the first by name: a policy
// that fixes another external ID for such a role does not allow the record. Where none does, the other policies that apply
// to it are asked, because a denied record is still observed.
func FixExternalIDs(c *api.Certificate, set api.PolicySet, preferred string) *api.Certificate {
	a := authorize(set, c.Name, preferred, certificateRules, specUses(c))
	policies := a.allowed
	if len(policies) == 0 {
		policies = authorize(set, c.Name, preferred, nil, uses{}).allowed
	} else {
		policies = policies[:1]
	}
	fixed := *c
	fixed.DNS, fixed.Targets = fixExternalID(policies, c.DNS), slices.Clone(c.Targets)
	for i := range fixed.Targets {
		fixed.Targets[i].Role = fixExternalID(policies, fixed.Targets[i].Role)
	}
	return &fixed
}

// fixExternalID returns the role with the external ID of the first policy that names it.
func fixExternalID(policies []*api.Policy, r api.Role) api.Role {
	for _, p := range policies {
		if e := roleOf(p, r.RoleARN); e != nil && r.ExternalID == "" {
			r.ExternalID = e.ExternalID
			return r
		}
	}
	return r
}
