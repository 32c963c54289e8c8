package spec_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/go-multierror"

	"certloop/reconciler/api"
	"certloop/reconciler/spec"
)

var defaults = spec.Defaults{Region: "ap-northeast-1"}

const (
	acmARN  = "arn:aws:acm:us-east-1:123456789012:certificate/0f7b3c56-8c2a-4a52-9d3c-6a3f3a1b2c3d"
	roleARN = "arn:aws:iam::123456789012:role/certloop/acm"
)

// certificate returns the shortest valid Certificate record, modified by change; nil removes an attribute.
func certificate(change map[string]any) map[string]any {
	record := map[string]any{"name": "www", "kind": "Certificate", "domains": []any{"example.com"}}
	return overlay(record, change)
}

func overlay(record, change map[string]any) map[string]any {
	maps.Copy(record, change)
	maps.DeleteFunc(record, func(_ string, v any) bool { return v == nil })
	return record
}

func list(values ...any) []any { return values }

type object = map[string]any

func TestDecodeCertificate_HasDefaults(t *testing.T) {
	got, err := spec.DecodeCertificate(certificate(nil), defaults)
	want := &api.Certificate{
		Name: "www", Domains: []string{"example.com"}, Account: "default", DeletionPolicy: api.Retain,
		Targets: []api.Target{{Location: api.Location{Region: "ap-northeast-1"}}},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestDecodeCertificate_ReadsEveryAttribute(t *testing.T) {
	got, err := spec.DecodeCertificate(object{
		"name": "shop.1", "kind": "Certificate", "domains": []string{"www.example.com", "*.b.example.com", "Bücher.example"},
		"account": "jprs", "zone": "/hostedzone/Z1D633PJN98FT9", "dns": object{"role_arn": roleARN, "external_id": "x-1"},
		"targets": list(
			object{},
			object{"acm_arn": acmARN, "role_arn": roleARN},
			object{"region": "eu-west-1", "role_arn": roleARN, "external_id": "y-1"},
		),
		"key_type": "EC_secp384r1", "renew_before": "720h", "profile": "tlsserver", "preferred_chain": "ISRG Root X1",
		"deletion_policy": "Delete", "suspend": true, "renew_token": "1", "tags": object{"Team": "web", "Empty": ""},
	}, defaults)
	role := api.Role{RoleARN: roleARN}
	want := &api.Certificate{
		Name: "shop.1", Domains: []string{"*.b.example.com", "www.example.com", "xn--bcher-kva.example"},
		Account: "jprs", Zone: "Z1D633PJN98FT9", DNS: api.Role{RoleARN: roleARN, ExternalID: "x-1"},
		Targets: []api.Target{
			{Location: api.Location{Region: "ap-northeast-1"}},
			{Location: api.Location{Region: "us-east-1", Role: role}, ACMARN: acmARN},
			{Location: api.Location{Region: "eu-west-1", Role: api.Role{RoleARN: roleARN, ExternalID: "y-1"}}},
		},
		KeyType: api.EC384, RenewBefore: 720 * time.Hour, Profile: "tlsserver", PreferredChain: "ISRG Root X1",
		DeletionPolicy: api.Delete, Suspend: true, RenewToken: "1", Tags: map[string]string{"Team": "web", "Empty": ""},
	}
	if err != nil || !reflect.DeepEqual(got, want) {
		t.Errorf("got %+v, %v", got, err)
	}
}

func TestDecodeCertificate_OptionalAndAlternativeForms(t *testing.T) {
	short, err := spec.DecodeCertificate(certificate(nil), defaults)
	if err != nil {
		t.Fatal(err)
	}
	nothing := object{}
	for _, name := range []string{
		"account", "zone", "dns", "targets", "acm_arn", "region", "key_type", "renew_before", "profile", "preferred_chain",
		"deletion_policy", "suspend", "renew_token", "tags",
	} {
		nothing[name] = nil
	}
	withNull := certificate(nil)
	maps.Copy(withNull, nothing)
	tests := map[string]object{
		"NULL is absent":                  withNull,
		"no targets":                      certificate(object{"targets": list()}),
		"one target without attributes":   certificate(object{"targets": list(object{})}),
		"an empty dns":                    certificate(object{"dns": object{}}),
		"empty tags":                      certificate(object{"tags": object{}}),
		"the defaults themselves":         certificate(object{"account": "default", "deletion_policy": "Retain", "suspend": false}),
		"the region of the controller":    certificate(object{"region": "ap-northeast-1"}),
		"a string set of one":             certificate(object{"domains": []string{"example.com"}}),
		"upper case and a dot at the end": certificate(object{"domains": list("Example.COM.")}),
	}
	for name, record := range tests {
		t.Run(name, func(t *testing.T) {
			got, err := spec.DecodeCertificate(record, defaults)
			if err != nil || !reflect.DeepEqual(got, short) {
				t.Errorf("got %+v, %v", got, err)
			}
		})
	}
}

func TestDecodeCertificate_Values(t *testing.T) {
	tests := map[string]struct {
		change object
		read   func(*api.Certificate) any
		want   any
	}{
		"days of lead time":                {object{"renew_before": "30d"}, func(c *api.Certificate) any { return c.RenewBefore }, 720 * time.Hour},
		"the shortest lead time":           {object{"renew_before": "1h"}, func(c *api.Certificate) any { return c.RenewBefore }, time.Hour},
		"the longest lead time":            {object{"renew_before": "3650d"}, func(c *api.Certificate) any { return c.RenewBefore }, 87600 * time.Hour},
		"a zone without its path":          {object{"zone": "Z2"}, func(c *api.Certificate) any { return c.Zone }, "Z2"},
		"a region of three words":          {object{"region": "us-gov-west-1"}, func(c *api.Certificate) any { return c.Targets[0].Region }, "us-gov-west-1"},
		"the region of the ARN":            {object{"acm_arn": acmARN}, func(c *api.Certificate) any { return c.Targets[0].Region }, "us-east-1"},
		"the ARN, shorthand":               {object{"acm_arn": acmARN, "region": "us-east-1"}, func(c *api.Certificate) any { return c.Targets[0].Key() }, acmARN},
		"an ARN of China":                  {object{"acm_arn": "arn:aws-cn:acm:cn-north-1:123456789012:certificate/1"}, func(c *api.Certificate) any { return c.Targets[0].Region }, "cn-north-1"},
		"a chain with spaces in it":        {object{"preferred_chain": "ISRG Root X2"}, func(c *api.Certificate) any { return c.PreferredChain }, "ISRG Root X2"},
		"a list keeps its order":           {object{"domains": list("b.example.com", "a.example.com")}, func(c *api.Certificate) any { return c.CommonName() }, "b.example.com"},
		"a set is sorted":                  {object{"domains": []string{"b.example.com", "a.example.com"}}, func(c *api.Certificate) any { return c.CommonName() }, "a.example.com"},
		"a set is sorted by what it means": {object{"domains": []string{"B.example.com", "a.example.com"}}, func(c *api.Certificate) any { return c.CommonName() }, "a.example.com"},
		"a tag in any script":              {object{"tags": object{"チーム": "ウェブ 1"}}, func(c *api.Certificate) any { return c.Tags["チーム"] }, "ウェブ 1"},
		"a role with a path for dns":       {object{"dns": object{"role_arn": "arn:aws:iam::123456789012:role/a/b/c,d@e"}}, func(c *api.Certificate) any { return c.DNS.RoleARN }, "arn:aws:iam::123456789012:role/a/b/c,d@e"},
		"two targets of one region that differ by role": {
			object{"targets": list(object{}, object{"role_arn": roleARN})}, func(c *api.Certificate) any { return len(c.Targets) }, 2,
		},
		"two targets of one region that differ by ARN": {
			object{"targets": list(object{"region": "us-east-1"}, object{"acm_arn": acmARN})}, func(c *api.Certificate) any { return len(c.Targets) }, 2,
		},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			c, err := spec.DecodeCertificate(certificate(tc.change), defaults)
			if err != nil {
				t.Fatal(err)
			}
			if got := tc.read(c); !reflect.DeepEqual(got, tc.want) {
				t.Errorf("got %v, want %v", got, tc.want)
			}
		})
	}
}

func TestDecodeCertificate_AcceptsEveryKeyType(t *testing.T) {
	for _, want := range api.KeyTypes {
		c, err := spec.DecodeCertificate(certificate(object{"key_type": string(want)}), defaults)
		if err != nil || c.KeyType != want {
			t.Errorf("%s: %+v, %v", want, c, err)
		}
	}
}

func TestDecodeCertificate_Problems(t *testing.T) {
	many := object{}
	for i := range 41 {
		many[fmt.Sprint("k", i)] = "v"
	}
	const isNoText = "not a string: write it as a string, in quotes"
	known := "remove it, or use one of name, kind, domains, account, zone, dns, targets, acm_arn, region, key_type, " +
		"renew_before, profile, preferred_chain, deletion_policy, suspend, renew_token, tags, probe, rollout"
	tests := map[string]struct {
		change object
		want   string
	}{
		"no name":                              {object{"name": nil}, "name: is missing: give the record a name"},
		"a name in upper case":                 {object{"name": "Web"}, `name: "Web" holds 'W': use 1 to 63 of a-z, 0-9, '.' and '-'`},
		"a name that is a number":              {object{"name": 1}, "name: is a number, " + isNoText},
		"no kind":                              {object{"kind": nil}, "kind: is missing: write Certificate"},
		"the kind of an account":               {object{"kind": "Account"}, `kind: "Account" is another kind of record: write Certificate`},
		"a misspelled attribute":               {object{"key_tipe": "x"}, "key_tipe: is not a known attribute: did you mean key_type?"},
		"an attribute in camelCase":            {object{"renewBefore": "30d"}, "renewBefore: is not a known attribute: did you mean renew_before?"},
		"an attribute with hyphens":            {object{"preferred-chain": "x"}, "preferred-chain: is not a known attribute: did you mean preferred_chain?"},
		"an unknown attribute of another kind": {object{"comment": "x"}, "comment: is not a known attribute: " + known},
		"a status attribute":                   {object{"conditions": list()}, "conditions: is not a known attribute: " + known},
		"an attribute name of many lines":      {object{"a\nb": "x"}, `"a\nb": is not a known attribute: ` + known},

		"an empty account":           {object{"account": ""}, "account: is empty: remove it or give a value"},
		"a blank account":            {object{"account": "  "}, "account: is empty: remove it or give a value"},
		"an account with a blank":    {object{"account": "jprs "}, "account: begins or ends with white space: remove it"},
		"an account no one can have": {object{"account": "-x"}, `account: "-x" starts or ends with '.' or '-': start and end it with a letter or digit`},
		"a zone by its name":         {object{"zone": "example.com"}, `zone: "example.com" is not a hosted zone ID: give the ID that Route 53 shows, such as Z1D633PJN98FT9`},
		"a zone in lower case":       {object{"zone": "z1d633pjn98ft9"}, `zone: "z1d633pjn98ft9" is not a hosted zone ID: give the ID that Route 53 shows, such as Z1D633PJN98FT9`},
		"dns that is a role":         {object{"dns": roleARN}, fmt.Sprintf("dns: is the string %q, not a map: write a map (M in DynamoDB)", roleARN)},
		"dns with a typing error":    {object{"dns": object{"rolearn": roleARN}}, "dns.rolearn: is not a known attribute: did you mean role_arn?"},
		"dns without a role":         {object{"dns": object{"external_id": "abc"}}, "dns.external_id: goes with a role only: add role_arn or remove it"},
		"a short external id":        {object{"dns": object{"role_arn": roleARN, "external_id": "a"}}, `dns.external_id: "a" is not an external ID: use 2 or more letters, digits and _ + = , . @ : / -`},
		"a session for a role":       {object{"dns": object{"role_arn": "arn:aws:sts::123456789012:assumed-role/x/y"}}, `dns.role_arn: "arn:aws:sts::123456789012:assumed-role/x/y" is not the ARN of an IAM role: give arn:aws:iam::<account>:role/<name>`},
		"a user for a role":          {object{"dns": object{"role_arn": "arn:aws:iam::123456789012:user/x"}}, `dns.role_arn: "arn:aws:iam::123456789012:user/x" is not the ARN of an IAM role: give arn:aws:iam::<account>:role/<name>`},
		"a role by its name":         {object{"dns": object{"role_arn": "certloop"}}, `dns.role_arn: "certloop" is not the ARN of an IAM role: give arn:aws:iam::<account>:role/<name>`},

		"an ARN by its id":               {object{"acm_arn": "0f7b3c56"}, `acm_arn: "0f7b3c56" is not an ARN: give arn:aws:acm:<region>:<account>:certificate/<id>`},
		"the ARN of IAM":                 {object{"acm_arn": "arn:aws:iam::123456789012:server-certificate/x"}, `acm_arn: "arn:aws:iam::123456789012:server-certificate/x" is an ARN of "iam", not of ACM: give arn:aws:acm:<region>:<account>:certificate/<id>`},
		"an ARN without region":          {object{"acm_arn": "arn:aws:acm::123456789012:certificate/1"}, `acm_arn: "arn:aws:acm::123456789012:certificate/1" has no region: give arn:aws:acm:<region>:<account>:certificate/<id>`},
		"an ARN of a short account":      {object{"acm_arn": "arn:aws:acm:us-east-1:1234:certificate/1"}, `acm_arn: "arn:aws:acm:us-east-1:1234:certificate/1" has no account of 12 digits: give arn:aws:acm:<region>:<account>:certificate/<id>`},
		"an ARN of no certificate":       {object{"acm_arn": "arn:aws:acm:us-east-1:123456789012:account"}, `acm_arn: "arn:aws:acm:us-east-1:123456789012:account" is not the ARN of a certificate: give arn:aws:acm:<region>:<account>:certificate/<id>`},
		"a region for a city":            {object{"region": "Tokyo"}, `region: "Tokyo" is not an AWS region: give one, such as us-east-1`},
		"an availability zone":           {object{"region": "us-east-1a"}, `region: "us-east-1a" is not an AWS region: give one, such as us-east-1`},
		"a region that is not the ARN's": {object{"acm_arn": acmARN, "region": "eu-west-1"}, `region: "eu-west-1" is not the region of acm_arn, us-east-1: remove it or correct one of the two`},
		"shorthand beside targets": {
			object{"targets": list(object{}), "acm_arn": acmARN, "region": "us-east-1"},
			"acm_arn: is given beside targets: move it into the target it belongs to; " +
				"region: is given beside targets: move it into the target it belongs to",
		},
		"targets that are a map":    {object{"targets": object{"region": "us-east-1"}}, "targets: is a map, not a list: write a list (L in DynamoDB)"},
		"a target that is a region": {object{"targets": list("us-east-1")}, `targets[0]: is the string "us-east-1", not a map: write a map (M in DynamoDB)`},
		"a target with a typing error": {
			object{"targets": list(object{}, object{"region": "us-east-1", "rolearn": roleARN})},
			"targets[1].rolearn: is not a known attribute: did you mean role_arn?",
		},
		"a target of another region": {object{"targets": list(object{"acm_arn": acmARN, "region": "eu-west-1"})}, `targets[0].region: "eu-west-1" is not the region of acm_arn, us-east-1: remove it or correct one of the two`},
		"a target of another account than its role": {
			object{"targets": list(object{"acm_arn": acmARN, "role_arn": "arn:aws:iam::210987654321:role/x"})},
			"targets[0].role_arn: is a role of account 210987654321, and acm_arn is in account 123456789012: a role reaches its own account's ACM only",
		},
		"the same ARN twice": {
			object{"targets": list(object{"acm_arn": acmARN}, object{"acm_arn": acmARN, "role_arn": roleARN})},
			"targets[1]: is the same place as targets[0] (" + acmARN + "): remove one",
		},
		"the same region twice, once by default": {
			object{"targets": list(object{}, object{"region": "us-east-1"}, object{"region": "ap-northeast-1"})},
			"targets[2]: is the same place as targets[0] (ap-northeast-1): remove one",
		},
		"the same region and role under two external ids": {
			object{"targets": list(object{"role_arn": roleARN}, object{"role_arn": roleARN, "external_id": "abc"})},
			"targets[1]: is the same place as targets[0] (ap-northeast-1/" + roleARN + "): remove one",
		},
		"a role that no tag can hold": {
			object{"targets": list(object{"role_arn": "arn:aws:iam::123456789012:role/a,b"})},
			`targets[0].role_arn: "arn:aws:iam::123456789012:role/a,b" cannot be written into a tag of ACM: use a role whose ARN is shorter and holds no ","`,
		},
		"too many targets": {object{"targets": regions(21)}, "targets: has 21 entries: use at most 20, and a second record for the rest"},

		"a key type of openssl":       {object{"key_type": "rsa2048"}, `key_type: "rsa2048" is not ACM's name of a key type: write RSA_2048`},
		"a key type with a hyphen":    {object{"key_type": "RSA-2048"}, `key_type: "RSA-2048" is not ACM's name of a key type: write RSA_2048`},
		"a curve by its short name":   {object{"key_type": "P256"}, `key_type: "P256" is not ACM's name of a key type: write EC_prime256v1`},
		"the larger curve":            {object{"key_type": "ecdsa-p384"}, `key_type: "ecdsa-p384" is not ACM's name of a key type: write EC_secp384r1`},
		"a key type of another world": {object{"key_type": "Ed25519"}, `key_type: "Ed25519" is not a key type: use one of RSA_2048, RSA_3072, RSA_4096, EC_prime256v1, EC_secp384r1`},
		"a key type of the past":      {object{"key_type": "RSA_1024"}, `key_type: "RSA_1024" is not a key type: use one of RSA_2048, RSA_3072, RSA_4096, EC_prime256v1, EC_secp384r1`},

		"a lead time as a number":          {object{"renew_before": json.Number("30")}, "renew_before: is a number, " + isNoText},
		"a lead time without unit":         {object{"renew_before": "30"}, `renew_before: "30" is not a lead time: write whole days or hours, such as 30d or 720h`},
		"a lead time in minutes":           {object{"renew_before": "90m"}, `renew_before: "90m" is not a lead time: write whole days or hours, such as 30d or 720h`},
		"a negative lead time":             {object{"renew_before": "-30d"}, `renew_before: "-30d" is not a lead time: write whole days or hours, such as 30d or 720h`},
		"no lead time":                     {object{"renew_before": "0h"}, `renew_before: "0h" is out of range: use 1h to 3650d`},
		"a lead time of a life":            {object{"renew_before": "3651d"}, `renew_before: "3651d" is out of range: use 1h to 3650d`},
		"a lead time that overflows":       {object{"renew_before": "999999999999d"}, `renew_before: "999999999999d" is not a lead time: write whole days or hours, such as 30d or 720h`},
		"the profile of many lines":        {object{"profile": "a\nb"}, "profile: holds a line break or another control character: remove it"},
		"a long root":                      {object{"preferred_chain": strings.Repeat("x", 257)}, "preferred_chain: has 257 bytes: use at most 256"},
		"a root that is not UTF-8":         {object{"preferred_chain": "\xff"}, "preferred_chain: is not UTF-8: write it again"},
		"a policy in lower case":           {object{"deletion_policy": "retain"}, `deletion_policy: "retain" is not a deletion policy: write Retain or Delete`},
		"suspend as a string":              {object{"suspend": "true"}, `suspend: is the string "true", not a boolean: write true or false without quotes (BOOL in DynamoDB)`},
		"suspend as a number":              {object{"suspend": 1.0}, "suspend: is a number, not a boolean: write true or false without quotes (BOOL in DynamoDB)"},
		"a token that YAML read as a date": {object{"renew_token": time.Unix(0, 0)}, "renew_token: is a time, " + isNoText},
		"a token that is binary":           {object{"renew_token": []byte("x")}, "renew_token: is binary, " + isNoText},

		"tags as a list":             {object{"tags": list("a")}, "tags: is a list, not a map: write a map (M in DynamoDB)"},
		"too many tags":              {object{"tags": many}, "tags: has 41 entries: use at most 40"},
		"a tag of AWS":               {object{"tags": object{"AWS:x": "v"}}, `tags["AWS:x"]: begins with aws:, which is AWS's own: use another key`},
		"a tag of ours":              {object{"tags": object{"certloop:owner": "v"}}, `tags["certloop:owner"]: begins with certloop:, which is the controller's own: use another key`},
		"a tag without key":          {object{"tags": object{"": "v"}}, `tags[""]: has no key: give it one`},
		"a tag with a strange key":   {object{"tags": object{"a*b": "v"}}, `tags["a*b"]: is not a tag key: use at most 128 letters, digits, spaces and _ . : / = + - @`},
		"a tag with a strange value": {object{"tags": object{"a": "x,y"}}, `tags["a"]: "x,y" is not a tag value: use at most 256 letters, digits, spaces and _ . : / = + - @`},
		"a tag with a number":        {object{"tags": object{"Cost Center": 42}}, `tags["Cost Center"]: is a number, ` + isNoText},
		"a tag with a long key":      {object{"tags": object{strings.Repeat("k", 129): "v"}}, `tags["` + strings.Repeat("k", 80) + `…"]: is not a tag key: use at most 128 letters, digits, spaces and _ . : / = + - @`},
		"a tag with a long value":    {object{"tags": object{"a": strings.Repeat("v", 257)}}, `tags["a"]: "` + strings.Repeat("v", 80) + `…" is not a tag value: use at most 256 letters, digits, spaces and _ . : / = + - @`},
	}
	for name, tc := range tests {
		t.Run(name, func(t *testing.T) {
			c, err := spec.DecodeCertificate(certificate(tc.change), defaults)
			if c != nil || err == nil {
				t.Fatalf("decoded as %+v", c)
			}
			if got := err.Error(); got != tc.want {
				t.Errorf("got\n%s\nwant\n%s", got, tc.want)
			}
		})
	}
}

// regions returns n targets in regions that do not exist yet.
func regions(n int) []any {
	var targets []any
	for i := range n {
		targets = append(targets, object{"region": fmt.Sprint("us-east-", i)})
	}
	return targets
}

func TestDecodeCertificate_AllProblemsAreReportedInTheOrderOfTheAttributes(t *testing.T) {
	record := object{
		"domains": list("a_b.example.com", "ok.example.com", "OK.example.com"), "zone": "x", "region": "x", "zzz_unknown_attribute": 1,
		"suspend": "yes", "tags": object{"b": 1, "a": 1}, "renew_before": "x", "aaa_unknown_attribute": 1, "key_type": "x",
	}
	_, err := spec.DecodeCertificate(record, defaults)
	var got []string
	var all *multierror.Error
	if !errors.As(err, &all) {
		t.Fatal(err)
	}
	for _, problem := range all.Errors {
		at, _, _ := strings.Cut(problem.Error(), ": ")
		got = append(got, at)
	}
	want := []string{
		"name", "kind", "domains[0]", "domains[2]", "zone", "region", "key_type", "renew_before", "suspend", `tags["a"]`, `tags["b"]`,
		"aaa_unknown_attribute", "zzz_unknown_attribute",
	}
	if !reflect.DeepEqual(got, want) {
		t.Errorf("problems of\n%q, not of\n%q", got, want)
	}
}

func TestDecodeCertificate_TheErrorIsReadyForACondition(t *testing.T) {
	_, err := spec.DecodeCertificate(certificate(object{"zone": "x", "region": "x"}), defaults)
	if api.KindOf(err) != api.Terminal || api.ReasonOf(err, "") != api.ReasonInvalidSpec {
		t.Errorf("kind %s, reason %s", api.KindOf(err), api.ReasonOf(err, ""))
	}
	if got := api.MessageOf(err); got != err.Error() || strings.Count(got, "; ") != 1 || !api.Clean(got) {
		t.Errorf("the message is %q", got)
	}
	var all *multierror.Error
	if !errors.As(err, &all) || len(all.Errors) != 2 {
		t.Errorf("the single errors are not to be had: %v", all)
	}
}

func TestDecodeCertificate_TheMessageIsShortForAnyRecord(t *testing.T) {
	var domains []any
	for range 2_000 {
		domains = append(domains, strings.Repeat("ß_", 40))
	}
	_, err := spec.DecodeCertificate(certificate(object{"domains": domains}), defaults)
	message := err.Error()
	if len(message) > api.MaxMessage || !strings.HasPrefix(message, "domains: has 2000 names") || !strings.HasSuffix(message, "; and 97 more problems") {
		t.Errorf("%d bytes: %q", len(message), message)
	}
}

func TestDecodeCertificate_ARegionIsAlwaysSet(t *testing.T) {
	_, err := spec.DecodeCertificate(certificate(nil), spec.Defaults{})
	if err == nil || err.Error() != "region: is missing, and there is no default here: give one, such as us-east-1" {
		t.Errorf("got %v", err)
	}
	if _, err := spec.DecodeCertificate(certificate(object{"acm_arn": acmARN}), spec.Defaults{}); err != nil {
		t.Errorf("the region of the ARN is not enough: %v", err)
	}
}
