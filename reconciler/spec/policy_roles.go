package spec

import "certloop/reconciler/api"

var policyRoleAttributes = []string{"arn", "external_id"}

// policyRoles reads roles: each entry is the ARN of a role, or a map of arn and external_id.
func (f fields) policyRoles() []api.PolicyRole {
	given := f.givenEntries("roles")
	if given == nil {
		return nil
	}
	roles, places := []api.PolicyRole{}, map[string]string{}
	for _, e := range given {
		r, ok := f.policyRole(e)
		if !ok {
			continue
		}
		if before, twice := places[r.RoleARN]; twice {
			f.problems.add(e.at, "is the same role as %s: remove one", before)
		}
		places[r.RoleARN] = e.at
		roles = append(roles, r)
	}
	return roles
}

// policyRole reads one entry of roles; false if it is wrong.
func (f fields) policyRole(e entry) (api.PolicyRole, bool) {
	before := f.problems.count()
	values, isMap := e.value.(map[string]any)
	if !isMap {
		values = map[string]any{"arn": e.value}
		if s, ok := e.value.(string); !ok || s == "" {
			f.problems.add(e.at, "is %s, not a role: write its ARN, or a map of arn and external_id", typeName(e.value))
			return api.PolicyRole{}, false
		}
	}
	m := fields{at: e.at, values: values, problems: f.problems}
	if !m.given("arn") {
		m.wrong("arn", "is missing: give %s", roleShape)
	}
	r := api.PolicyRole{Role: api.Role{RoleARN: m.roleARN("arn"), ExternalID: m.externalID("external_id")}}
	r.FixedExternalID = r.ExternalID != ""
	m.only(policyRoleAttributes)
	return r, f.problems.count() == before
}
