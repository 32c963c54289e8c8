package spec

import (
	"strconv"
	"strings"
	"time"

	"certloop/reconciler/api"
)

// policyAttributes are the attributes of a Policy record, in the order of docs/reference/records.md.
var policyAttributes = []string{
	"name", "kind", "records", "domains", "wildcards", "accounts", "zones", "roles", "regions", "acm_arns", "key_types",
	"profiles", "deletion_policies", "probe_endpoints", "max_certificates", "min_force_interval", "directories", "eab_secrets", "networks",
}

// DecodePolicy reads a Policy record, under the rules of DecodeCertificate.
func DecodePolicy(record map[string]any) (*api.Policy, error) {
	f := newFields(record)
	if problem := policyProblem(record); problem != "" {
		f.problems.add("record", "%s", problem)
		return nil, f.problems.err()
	}
	// The order of these calls is the order of the problems.
	p := &api.Policy{
		Name:             f.policyName(),
		Records:          f.policyRecords(),
		Domains:          f.entries("domains", domainPattern),
		Wildcards:        f.optionalFlag("wildcards"),
		Accounts:         f.entries("accounts", namePattern),
		Zones:            f.entries("zones", zoneID),
		Roles:            f.policyRoles(),
		Regions:          f.entries("regions", regionName),
		ACMARNs:          f.entries("acm_arns", acmPattern),
		KeyTypes:         asTexts[api.KeyType](f.entries("key_types", keyTypeName)),
		Profiles:         f.entries("profiles", anyText),
		DeletionPolicies: asTexts[api.DeletionPolicy](f.entries("deletion_policies", deletionPolicyName)),
		ProbeEndpoints:   f.entries("probe_endpoints", endpointPattern),
		MaxCertificates:  f.maxCertificates(),
		MinForceInterval: f.duration("min_force_interval", "an interval", maxForceInterval),
		Directories:      f.entries("directories", directoryURL),
		EABSecrets:       f.entries("eab_secrets", secretPattern),
		Networks:         asTexts[api.Network](f.entries("networks", networkName)),
	}
	f.only(policyAttributes)
	if err := f.problems.err(); err != nil {
		return nil, err
	}
	return p, nil
}

func policyProblem(record map[string]any) string {
	if problem := api.RecordProblem(record); problem != "" {
		return problem
	}
	if size := api.PolicySize(record); size > api.MaxPolicySize {
		return "has " + strconv.Itoa(size) + " bytes: use at most " + strconv.Itoa(api.MaxPolicySize) + ", and a second policy for the rest"
	}
	return ""
}

// policyName reads name, which is the partition key of the policy, and kind. It returns the name without the prefix.
func (f fields) policyName() string {
	s, ok := f.text("name")
	name, prefixed := strings.CutPrefix(s, api.PolicyPrefix)
	switch {
	case !f.given("name"):
		f.wrong("name", "is missing: write %s and a name", api.PolicyPrefix)
	case !ok:
	case !prefixed:
		f.wrong("name", "%s is not the name of a policy: write %s and a name, such as %steam-a", api.Quote(s), api.PolicyPrefix, api.PolicyPrefix)
	default:
		if err := api.ValidateName(name); err != nil {
			f.wrong("name", "after %s, %s", api.PolicyPrefix, strings.TrimPrefix(err.Error(), "name "))
		}
	}
	f.kindIs(api.KindPolicy)
	return name
}

// policyRecords reads records, which has at least one pattern: without it a policy would apply to nothing, and still
// deny everything.
func (f fields) policyRecords() []string {
	patterns := f.entries("records", namePattern)
	switch {
	case !f.given("records"):
		f.wrong("records", `is missing: give the patterns of the names of the records that it applies to, such as "team-a.*"`)
	case f.count("records") == 0:
		f.wrong("records", `is empty: give at least one pattern, such as "team-a.*"`)
	}
	return patterns
}

// mostCertificates keeps the names of the admitted records far below the size of an item.
const mostCertificates = 1000

// maxForceInterval is a year, longer than any certificate lasts.
const maxForceInterval = 365 * 24 * time.Hour

func (f fields) maxCertificates() int {
	const name = "max_certificates"
	if !f.given(name) {
		return 0
	}
	text, ok := api.NumberText(f.values[name])
	if !ok {
		f.wrong(name, "is %s, not a number: write a number without quotes (N in DynamoDB)", typeName(f.values[name]))
		return 0
	}
	n, err := strconv.ParseFloat(text, 64)
	if err != nil || n != float64(int(n)) || n < 1 || n > mostCertificates {
		f.wrong(name, "%s is out of range: use a whole number from 1 to %d", api.Quote(text), mostCertificates)
		return 0
	}
	return int(n)
}
