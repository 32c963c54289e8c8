package spec_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/go-multierror"
	"pgregory.net/rapid"

	"certloop/reconciler/api"
	"certloop/reconciler/spec"
)

// policy returns the shortest valid Policy record, modified by change; nil removes an attribute.
func policy(change object) object {
	return overlay(object{"name": "policy#team-a", "kind": "Policy", "records": list("team-a.*")}, change)
}

func TestDecodePolicy_AnAbsentAttributeIsNilAndAnEmptyOneIsNot(t *testing.T) {
	got, err := spec.DecodePolicy(policy(nil))
	if want := (&api.Policy{Name: "team-a", Records: []string{"team-a.*"}}); err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
	empty := object{}
	lists := []string{"domains", "accounts", "zones", "roles", "regions", "acm_arns", "key_types", "profiles", "deletion_policies", "probe_endpoints", "directories", "eab_secrets", "networks"}
	for _, name := range lists {
		empty[name] = list()
	}
	got, err = spec.DecodePolicy(policy(empty))
	want := &api.Policy{
		Name: "team-a", Records: []string{"team-a.*"}, Domains: []string{}, Accounts: []string{}, Zones: []string{}, Roles: []api.PolicyRole{},
		Regions: []string{}, ACMARNs: []string{}, KeyTypes: []api.KeyType{}, Profiles: []string{}, DeletionPolicies: []api.DeletionPolicy{},
		ProbeEndpoints: []string{}, Directories: []string{}, EABSecrets: []string{}, Networks: []api.Network{},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
	for name := range empty {
		empty[name] = nil
	}
	if got, err = spec.DecodePolicy(policy(empty)); err != nil || got.Domains != nil || got.Roles != nil || got.KeyTypes != nil {
		t.Errorf("NULL: got %+v, %v", got, err)
	}
}

func TestDecodePolicy_ReadsEveryAttribute(t *testing.T) {
	got, err := spec.DecodePolicy(object{
		"name": "policy#team-a", "kind": "Policy", "records": []string{"team-a.*", "*", "www"},
		"domains": list("Example.com.", "*.example.com", "**.Bücher.example", "**.internal"), "wildcards": false,
		"accounts": list("default", "team-a.*"), "zones": list("/hostedzone/Z1D633PJN98FT9"),
		"roles":   list(roleARN, object{"arn": "arn:aws:iam::345678901234:role/x", "external_id": "team-a"}),
		"regions": list("us-east-1"), "acm_arns": list(acmARN, "arn:aws:acm:*:123456789012:certificate/*"),
		"key_types": list("RSA_2048", "EC_prime256v1"), "profiles": list("tlsserver"), "deletion_policies": list("Retain"),
		"probe_endpoints":  list("LB.example.net.", "mx.example.com:587", "**.Bücher.example:*", "*.example.com:8443"),
		"max_certificates": json.Number("50"), "min_force_interval": "1d",
		"directories": list("letsencrypt", "https://ca.example/dir"),
		"eab_secrets": list("arn:aws:secretsmanager:eu-west-1:123456789012:secret:team-a/*"), "networks": list("public", "private"),
	})
	no := false
	want := &api.Policy{
		Name: "team-a", Records: []string{"*", "team-a.*", "www"},
		Domains:   []string{"example.com", "*.example.com", "**.xn--bcher-kva.example", "**.internal"},
		Wildcards: &no, Accounts: []string{"default", "team-a.*"}, Zones: []string{"Z1D633PJN98FT9"},
		Roles: []api.PolicyRole{
			{Role: api.Role{RoleARN: roleARN}},
			{Role: api.Role{RoleARN: "arn:aws:iam::345678901234:role/x", ExternalID: "team-a"}, FixedExternalID: true},
		},
		Regions: []string{"us-east-1"}, ACMARNs: []string{acmARN, "arn:aws:acm:*:123456789012:certificate/*"},
		KeyTypes: []api.KeyType{api.RSA2048, api.EC256}, Profiles: []string{"tlsserver"}, DeletionPolicies: []api.DeletionPolicy{api.Retain},
		ProbeEndpoints:  []string{"lb.example.net:443", "mx.example.com:587", "**.xn--bcher-kva.example:*", "*.example.com:8443"},
		MaxCertificates: 50, MinForceInterval: 24 * time.Hour,
		Directories: []string{"https://acme-v02.api.letsencrypt.org/directory", "https://ca.example/dir"},
		EABSecrets:  []string{"arn:aws:secretsmanager:eu-west-1:123456789012:secret:team-a/*"},
		Networks:    []api.Network{api.NetworkPublic, api.NetworkPrivate},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestDecodePolicy_Problems(t *testing.T) {
	const arnHint = `, with at most one "*" in each of region, account and resource`
	acmHint := " is not a pattern of such ARNs: give arn:aws:acm:<region>:<account>:certificate/<id>" + arnHint
	secretHint := " is not a pattern of such ARNs: give arn:aws:secretsmanager:<region>:<account>:secret:<name>" + arnHint
	many := list()
	for i := range 101 {
		many = append(many, fmt.Sprint("team-", i))
	}
	big := list()
	for range 100 {
		big = append(big, "**."+strings.Repeat(strings.Repeat("a", 60)+".", 3)+strings.Repeat("b", 40)+".example")
	}
	tests := map[string]struct {
		change object
		want   string
	}{
		"no name":            {object{"name": nil}, "name: is missing: write policy# and a name"},
		"a name by itself":   {object{"name": "team-a"}, `name: "team-a" is not the name of a policy: write policy# and a name, such as policy#team-a`},
		"a bad name":         {object{"name": "policy#Team"}, `name: after policy#, "Team" holds 'T': use 1 to 63 of a-z, 0-9, '.' and '-'`},
		"an empty name":      {object{"name": "policy#"}, `name: after policy#, "" has 0 characters: use 1 to 63 of a-z, 0-9, '.' and '-'`},
		"another kind":       {object{"kind": "policy"}, `kind: "policy" is another kind of record: write Policy`},
		"a misspelled one":   {object{"domain": list("x")}, "domain: is not a known attribute: did you mean domains?"},
		"camel case":         {object{"maxCertificates": 1}, "maxCertificates: is not a known attribute: did you mean max_certificates?"},
		"a word for another": {object{"role": list()}, "role: is not a known attribute: did you mean roles?"},
		"no records":         {object{"records": nil}, `records: is missing: give the patterns of the names of the records that it applies to, such as "team-a.*"`},
		"empty records":      {object{"records": list()}, `records: is empty: give at least one pattern, such as "team-a.*"`},
		"records as text":    {object{"records": "team-a.*"}, `records: is the string "team-a.*", not a list: write a list (L or SS in DynamoDB)`},
		"a number in a list": {object{"records": list(1)}, "records[0]: " + `is a number, not a string: write it as a string, in quotes`},
		"an empty string":    {object{"zones": list("")}, "zones[0]: is empty: remove it or give a value"},
		"white space":        {object{"profiles": list(" x")}, "profiles[0]: begins or ends with white space: remove it"},
		"a star in front":    {object{"records": list("*.team-a")}, `records[0]: "*.team-a" has "*" in another place than at the end: give a name, or the beginning of names and "*"`},
		"two stars":          {object{"accounts": list("a*b*")}, `accounts[0]: "a*b*" has "*" in another place than at the end: give a name, or the beginning of names and "*"`},
		"a bad beginning":    {object{"records": list("Team.*")}, `records[0]: "Team.*" is not a prefix of names: use 1 to 63 of a-z, 0-9, "." and "-", a letter or digit first, then "*"`},
		"too many":           {object{"accounts": many}, "accounts: has 101 entries: use at most 100, and a second policy for the rest"},
		"too large":          {object{"domains": big, "accounts": many[:100], "profiles": list(strings.Repeat("p", 10000))}, "record: has 34364 bytes: use at most 32768, and a second policy for the rest"},

		"every name":            {object{"domains": list("*")}, `domains[0]: "*" stands for every name: remove domains to allow every name`},
		"a star within":         {object{"domains": list("w*.example.com")}, `domains[0]: "w*.example.com" has "*" in a place where it means nothing: write *.example.com for one level below, **.example.com for all`},
		"three stars":           {object{"domains": list("***.example.com")}, `domains[0]: "***.example.com" has "*" in a place where it means nothing: write *.example.com for one level below, **.example.com for all`},
		"a URL":                 {object{"domains": list("https://example.com/")}, `domains[0]: is a URL: give the name only, "example.com"`},
		"a name without dot":    {object{"domains": list("localhost")}, `domains[0]: "localhost" has no dot: give the full name, such as www.example.com`},
		"wildcards as text":     {object{"wildcards": "no"}, `wildcards: is the string "no", not a boolean: write true or false without quotes (BOOL in DynamoDB)`},
		"a zone's name":         {object{"zones": list("example.com")}, `zones[0]: "example.com" is not a hosted zone ID: give the ID that Route 53 shows, such as Z1D633PJN98FT9`},
		"a user as a role":      {object{"roles": list("arn:aws:iam::123456789012:user/x")}, `roles[0].arn: "arn:aws:iam::123456789012:user/x" is not the ARN of an IAM role: give arn:aws:iam::<account>:role/<name>`},
		"a role by pattern":     {object{"roles": list("arn:aws:iam::*:role/x")}, `roles[0].arn: "arn:aws:iam::*:role/x" is not the ARN of an IAM role: give arn:aws:iam::<account>:role/<name>`},
		"a role without arn":    {object{"roles": list(object{"external_id": "abc"})}, "roles[0].arn: is missing: give arn:aws:iam::<account>:role/<name>"},
		"a role as in a record": {object{"roles": list(object{"arn": roleARN, "role_arn": roleARN})}, "roles[0].role_arn: is not a known attribute: remove it, or use one of arn, external_id"},
		"a short external ID":   {object{"roles": list(object{"arn": roleARN, "external_id": "x"})}, `roles[0].external_id: "x" is not an external ID: use 2 or more letters, digits and _ + = , . @ : / -`},
		"a role twice":          {object{"roles": list(roleARN, object{"arn": roleARN, "external_id": "abc"})}, "roles[1]: is the same role as roles[0]: remove one"},
		"a role of no kind":     {object{"roles": list(1)}, "roles[0]: is a number, not a role: write its ARN, or a map of arn and external_id"},
		"a zone as a region":    {object{"regions": list("us-east-1a")}, `regions[0]: "us-east-1a" is not an AWS region: give one, such as us-east-1`},
		"every ARN":             {object{"acm_arns": list("*")}, `acm_arns[0]: "*" stands for every ARN: remove acm_arns to allow every ARN`},
		"an ARN of another":     {object{"acm_arns": list("arn:aws:iam::123456789012:role/x")}, `acm_arns[0]: "arn:aws:iam::123456789012:role/x"` + acmHint},
		"a star across parts":   {object{"acm_arns": list("arn:aws:acm:*")}, `acm_arns[0]: "arn:aws:acm:*"` + acmHint},
		"two stars in a part":   {object{"acm_arns": list("arn:aws:acm:*:123456789012:certificate/*a*")}, `acm_arns[0]: "arn:aws:acm:*:123456789012:certificate/*a*"` + acmHint},
		"a star as partition":   {object{"acm_arns": list("arn:aws*:acm:*:123456789012:certificate/*")}, `acm_arns[0]: "arn:aws*:acm:*:123456789012:certificate/*"` + acmHint},
		"half an account":       {object{"acm_arns": list("arn:aws:acm:*:1234*:certificate/*")}, `acm_arns[0]: "arn:aws:acm:*:1234*:certificate/*"` + acmHint},
		"a secret's name":       {object{"eab_secrets": list("team-a/*")}, `eab_secrets[0]: "team-a/*"` + secretHint},
		"a key type of openssl": {object{"key_types": list("rsa2048")}, `key_types[0]: "rsa2048" is not ACM's name of a key type: write RSA_2048`},
		"a policy's name":       {object{"deletion_policies": list("Delet")}, `deletion_policies[0]: "Delet" is not a deletion policy: did you mean Delete?`},
		"every endpoint":        {object{"probe_endpoints": list("*")}, `probe_endpoints[0]: "*" stands for every host: remove probe_endpoints to allow every endpoint`},
		"any host at a port":    {object{"probe_endpoints": list("**:443")}, `probe_endpoints[0]: "**:443" stands for every host: remove probe_endpoints to allow every endpoint`},
		"no port":               {object{"probe_endpoints": list("lb.example.net:")}, `probe_endpoints[0]: "lb.example.net:" has no TCP port after ":": use 1 to 65535, or "*" for every port`},
		"a port by name":        {object{"probe_endpoints": list("lb.example.net:https")}, `probe_endpoints[0]: "lb.example.net:https" has no TCP port after ":": use 1 to 65535, or "*" for every port`},
		"a port that is none":   {object{"probe_endpoints": list("lb.example.net:65536")}, `probe_endpoints[0]: "lb.example.net:65536" has no TCP port after ":": use 1 to 65535, or "*" for every port`},
		"an endpoint's URL":     {object{"probe_endpoints": list("https://lb.example.net")}, `probe_endpoints[0]: "https://lb.example.net" is not a pattern of endpoints: write lb.example.net, lb.example.net:8443, or **.example.net:* for every port`},
		"an endpoint's address": {object{"probe_endpoints": list("::1")}, `probe_endpoints[0]: "::1" is not a pattern of endpoints: write lb.example.net, lb.example.net:8443, or **.example.net:* for every port`},
		"a network":             {object{"networks": list("internet")}, `networks[0]: "internet" is not a network: use public or private`},
		"a directory's alias":   {object{"directories": list("letsencrpt")}, `directories[0]: "letsencrpt" is not a known directory: did you mean letsencrypt?`},
		"a number as text":      {object{"max_certificates": "50"}, `max_certificates: is the string "50", not a number: write a number without quotes (N in DynamoDB)`},
		"no certificate":        {object{"max_certificates": json.Number("0")}, `max_certificates: "0" is out of range: use a whole number from 1 to 1000`},
		"too many certificates": {object{"max_certificates": 1001}, `max_certificates: "1001" is out of range: use a whole number from 1 to 1000`},
		"half a certificate":    {object{"max_certificates": 1.5}, `max_certificates: "1.5" is out of range: use a whole number from 1 to 1000`},
		"an endless number":     {object{"max_certificates": json.Number("1e999")}, `max_certificates: "1e999" is out of range: use a whole number from 1 to 1000`},
		"not a number":          {object{"max_certificates": json.Number("NaN")}, `max_certificates: "NaN" is out of range: use a whole number from 1 to 1000`},
		"minutes":               {object{"min_force_interval": "90m"}, `min_force_interval: "90m" is not an interval: write whole days or hours, such as 30d or 720h`},
		"two years":             {object{"min_force_interval": "731d"}, `min_force_interval: "731d" is out of range: use 1h to 365d`},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			p, err := spec.DecodePolicy(policy(tc.change))
			if p != nil || err == nil {
				t.Fatalf("decoded as %+v", p)
			}
			if got := err.Error(); got != tc.want {
				t.Errorf("got\n%s\nwant\n%s", got, tc.want)
			}
			if api.KindOf(err) != api.Terminal || api.ReasonOf(err, "") != api.ReasonInvalidSpec {
				t.Errorf("kind %s, reason %s", api.KindOf(err), api.ReasonOf(err, ""))
			}
		})
	}
}

func TestDecodePolicy_AllProblemsAreReportedInTheOrderOfTheAttributes(t *testing.T) {
	_, err := spec.DecodePolicy(object{
		"zzz_unknown_attribute": 1, "networks": list("x"), "domains": list("ok.example.com", "a_b.example.com"), "roles": list("x"), "max_certificates": 0,
	})
	var all *multierror.Error
	if !errors.As(err, &all) {
		t.Fatal(err)
	}
	var got []string
	for _, problem := range all.Errors {
		at, _, _ := strings.Cut(problem.Error(), ": ")
		got = append(got, at)
	}
	want := []string{"name", "kind", "records", "domains[1]", "roles[0].arn", "max_certificates", "networks[0]", "zzz_unknown_attribute"}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("problems of\n%q, not of\n%q", got, want)
	}
}

func TestDecodePolicyEntry_AnInvalidPolicyAllowsNothing(t *testing.T) {
	good, err := spec.DecodePolicyEntry("team-a", policy(nil))
	if err != nil || good.Policy == nil || good.Name != "team-a" || good.Digest != api.SpecDigest(policy(nil)) {
		t.Errorf("a good one: %+v", good)
	}
	for sentence, c := range map[string]struct {
		name   string
		record object
	}{
		"an unknown attribute":    {"team-a", policy(object{"domian": list()})},
		"another policy's record": {"team-b", policy(nil)},
		"no record":               {"team-a", nil},
	} {
		e, err := spec.DecodePolicyEntry(c.name, c.record)
		if e.Policy != nil || api.KindOf(err) != api.Terminal || e.Digest != api.SpecDigest(c.record) {
			t.Errorf("%s: %+v, %v", sentence, e, err)
		}
		set := spec.DecodePolicySet(api.PolicySet{Version: 3, Policies: []api.PolicyEntry{api.NewPolicyEntry(c.name, c.record), good, {}}})
		if len(set.Policies) != 3 || set.Policies[0].Policy != nil || !reflect.DeepEqual(set.Policies[1], good) || set.Policies[2].Policy != nil {
			t.Errorf("%s: the set is %+v", sentence, set)
		}
	}
}

func TestDecodePolicySet_TheStoredSetStaysAsItIs(t *testing.T) {
	stored := api.PolicySet{Policies: []api.PolicyEntry{api.NewPolicyEntry("team-a", policy(nil))}}
	if got := spec.DecodePolicySet(stored); got.Policies[0].Policy == nil || stored.Policies[0].Policy != nil {
		t.Errorf("decoded %+v, stored %+v", got, stored)
	}
	if got := spec.DecodePolicySet(api.PolicySet{}); !reflect.DeepEqual(got, api.PolicySet{}) {
		t.Errorf("no policy: %+v", got)
	}
}

// For any record, decoding ends with a policy or with problems, and the result is within bounds.
func TestDecodePolicy_AnyRecord(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		record := rapid.MapOfN(rapid.SampledFrom(append(policyNames, attributeNames...)), anyValue(2), 0, 20).Draw(t, "record")
		if rapid.Bool().Draw(t, "plausible") {
			record = policy(record)
		}
		p, err := spec.DecodePolicy(record)
		if (p == nil) == (err == nil) {
			t.Fatalf("%+v, %v", p, err)
		}
		if err != nil {
			if message := err.Error(); len(message) > api.MaxMessage || !api.Clean(message) {
				t.Fatalf("%q", message)
			}
			return
		}
		if len(p.Records) == 0 || p.MaxCertificates < 0 || p.MaxCertificates > 1000 || p.MinForceInterval < 0 {
			t.Fatalf("%+v", p)
		}
		for name, list := range map[string][]string{"records": p.Records, "domains": p.Domains, "zones": p.Zones, "acm_arns": p.ACMARNs} {
			if (list != nil) != (record[name] != nil) || len(list) > 100 {
				t.Fatalf("%s is %v, and %q of it", name, record[name], list)
			}
		}
	})
}

var policyNames = []string{
	"records", "domains", "wildcards", "accounts", "zones", "roles", "regions", "acm_arns", "key_types", "profiles",
	"deletion_policies", "probe_endpoints", "max_certificates", "min_force_interval", "directories", "eab_secrets", "networks",
}
