package plan

import (
	"fmt"
	"slices"
	"strings"

	"certloop/reconciler/api"
)

// A rule compares what a record uses with one attribute of a policy. It returns the first value that the policy does not
// allow. What is not known yet is left out of U, so a rule that finds nothing means that nothing known is against the
// policy.
type rule[U any] struct {
	attribute string
	denied    func(p *api.Policy, u U) (value string, denied bool)
}

// uses returns what a Certificate record uses, in effective values: those of the record, what it leaves out, and what was found
// for it.
type uses struct {
	domains        []string
	account        string
	zones          []string
	roles          []api.Role
	regions        []string
	arns           []string
	keyType        api.KeyType
	profile        string
	deletionPolicy api.DeletionPolicy
	// endpoints are host:port of what the record has probed, without its own names at port 443.
	endpoints []string
}

// certificateRules is the specification of what a policy allows a Certificate record. All must agree.
var certificateRules = []rule[uses]{
	{"domains", func(p *api.Policy, u uses) (string, bool) { return beyond(p.Domains, u.domains, api.MatchesDomain) }},
	{"wildcards", func(p *api.Policy, u uses) (string, bool) { return deniedWildcard(p, u.domains) }},
	{"accounts", func(p *api.Policy, u uses) (string, bool) {
		return beyond(p.Accounts, given(u.account), api.MatchesName)
	}},
	{"zones", func(p *api.Policy, u uses) (string, bool) { return beyond(p.Zones, u.zones, equal) }},
	{"roles", func(p *api.Policy, u uses) (string, bool) { return deniedRole(p, u.roles) }},
	{"external_id", func(p *api.Policy, u uses) (string, bool) { return deniedExternalID(p, u.roles) }},
	{"regions", func(p *api.Policy, u uses) (string, bool) { return beyond(p.Regions, u.regions, equal) }},
	{"acm_arns", func(p *api.Policy, u uses) (string, bool) { return beyond(p.ACMARNs, u.arns, api.MatchesARN) }},
	{"key_types", func(p *api.Policy, u uses) (string, bool) { return beyond(p.KeyTypes, given(u.keyType), equal) }},
	{"profiles", func(p *api.Policy, u uses) (string, bool) { return beyond(p.Profiles, given(u.profile), equal) }},
	{"deletion_policies", func(p *api.Policy, u uses) (string, bool) {
		return beyond(p.DeletionPolicies, given(u.deletionPolicy), equal)
	}},
	{"probe_endpoints", func(p *api.Policy, u uses) (string, bool) {
		return beyond(p.ProbeEndpoints, u.endpoints, api.MatchesEndpoint)
	}},
}

// accountRules is the same for an Account record.
var accountRules = []rule[*api.Account]{
	{"directories", func(p *api.Policy, a *api.Account) (string, bool) {
		return beyond(p.Directories, given(a.Directory), equal)
	}},
	{"eab_secrets", func(p *api.Policy, a *api.Account) (string, bool) {
		return beyond(p.EABSecrets, given(a.EABSecretARN), api.MatchesARN)
	}},
	{"networks", func(p *api.Policy, a *api.Account) (string, bool) { return beyond(p.Networks, given(a.Network), equal) }},
}

// beyond returns the first value in use that no entry of the list covers. A nil list does not restrict.
func beyond[P, V ~string](list []P, used []V, covers func(P, V) bool) (string, bool) {
	if list == nil {
		return "", false
	}
	for _, v := range used {
		if !slices.ContainsFunc(list, func(p P) bool { return covers(p, v) }) {
			return string(v), true
		}
	}
	return "", false
}

func equal[T comparable](a, b T) bool { return a == b }

// given is a list of the value; empty where it is.
func given[T ~string](v T) []T {
	if v == "" {
		return nil
	}
	return []T{v}
}

func deniedWildcard(p *api.Policy, domains []string) (string, bool) {
	if p.Wildcards == nil || *p.Wildcards {
		return "", false
	}
	for _, d := range domains {
		if strings.HasPrefix(d, "*.") {
			return d, true
		}
	}
	return "", false
}

// deniedRole returns the ARN of the first role that no entry of the policy covers. The controller's own role, which has no
// ARN in a record, is always allowed: zones and regions bound what it is used for.
func deniedRole(p *api.Policy, roles []api.Role) (string, bool) {
	for _, r := range roles {
		if p.Roles != nil && r.RoleARN != "" && roleOf(p, r.RoleARN) == nil {
			return r.RoleARN, true
		}
	}
	return "", false
}

// deniedExternalID returns the ARN of the first role that the record names with another external ID than the policy fixes.
// The external ID itself is not repeated.
func deniedExternalID(p *api.Policy, roles []api.Role) (string, bool) {
	for _, r := range roles {
		if e := roleOf(p, r.RoleARN); e != nil && e.FixedExternalID && r.ExternalID != "" && r.ExternalID != e.ExternalID {
			return r.RoleARN, true
		}
	}
	return "", false
}

// roleOf returns the policy's entry for the role; nil: it has none.
func roleOf(p *api.Policy, arn string) *api.PolicyRole {
	i := slices.IndexFunc(p.Roles, func(e api.PolicyRole) bool { return e.RoleARN == arn })
	if i < 0 {
		return nil
	}
	return &p.Roles[i]
}

// specUses returns what the spec of the record uses.
func specUses(c *api.Certificate) uses {
	u := uses{
		domains: c.Domains, account: c.Account, zones: given(c.Zone), roles: []api.Role{c.DNS}, keyType: c.KeyType,
		profile: c.Profile, deletionPolicy: c.DeletionPolicy, endpoints: addedEndpoints(c),
	}
	for _, t := range c.Targets {
		u.roles, u.regions = append(u.roles, t.Role), append(u.regions, t.Region)
		u.arns = append(u.arns, given(t.ACMARN)...)
	}
	return u
}

// addedEndpoints returns host:port of the endpoints that the record adds to those of its own names: domains bounds the names, and port
// 443 of them is always allowed. Endpoints of a record that switches probes off are compared too, because that can change.
func addedEndpoints(c *api.Certificate) (all []string) {
	for _, e := range c.Probe.Endpoints {
		e = e.WithDefaults()
		if e.Port != api.ProtocolTLS.DefaultPort() || !covers(c.Domains, e.Host) {
			all = append(all, fmt.Sprintf("%s:%d", e.Host, e.Port))
		}
	}
	return all
}

// uses returns what the record uses as far as it is known: with the zones that were found, the adopted certificates, the
// effective key type and profile.
func (f *facts) uses() uses {
	u := specUses(f.Spec)
	u.keyType, u.profile = effectiveKeyType(f), f.profile()
	for _, z := range f.knownZones() {
		u.zones = append(u.zones, z.Zone)
	}
	for i := range f.Targets {
		t := &f.Targets[i]
		if t.Wanted && !t.named() && t.Found != nil && t.Found.Tags[api.TagAdopted] != "" {
			u.arns = append(u.arns, t.Found.ARN)
		}
	}
	return u
}

// knownZones returns the zones that were resolved in this pass, and those of the order under way for these names, in which its
// values are published. That this step has dropped the order does not make them unknown.
func (f *facts) knownZones() []api.ChallengeZone {
	switch {
	case f.zonesOutdated():
		return f.Zones
	case len(f.iss.Zones) > 0 && api.SameNames(f.iss.Domains, f.Spec.Domains):
		return slices.Concat(f.Zones, f.iss.Zones)
	case f.Zones != nil:
		return f.Zones
	case f.Issuance != nil && api.SameNames(f.Issuance.Domains, f.Spec.Domains):
		return f.Issuance.Zones
	}
	return nil
}
