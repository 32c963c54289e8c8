package spec_test

import (
	"encoding/json"
	"time"

	"pgregory.net/rapid"
)

// attributeNames are names that a decoder knows, and some that it does not.
var attributeNames = []string{
	"name", "kind", "domains", "account", "zone", "dns", "targets", "acm_arn", "region", "key_type", "renew_before",
	"profile", "preferred_chain", "deletion_policy", "suspend", "renew_token", "tags", "role_arn", "external_id",
	"directory", "email", "eab_secret_arn", "ca_certificates", "network", "limits", "domain", "Zone", "", "ключ",
}

// anyValue is any Go value that the table, YAML or JSON can give, nested up to depth.
func anyValue(depth int) *rapid.Generator[any] {
	leaves := []*rapid.Generator[any]{
		rapid.Just[any](nil),
		rapid.Bool().AsAny(),
		rapid.String().AsAny(),
		rapid.SampledFrom(plausible).AsAny(),
		rapid.Int().AsAny(),
		rapid.Float64().AsAny(),
		rapid.Custom(func(t *rapid.T) json.Number { return json.Number(rapid.String().Draw(t, "number")) }).AsAny(),
		rapid.SliceOf(rapid.String()).AsAny(),
		rapid.SliceOf(rapid.Byte()).AsAny(),
		rapid.SliceOf(rapid.SliceOf(rapid.Byte())).AsAny(),
		rapid.Just([]json.Number{"2", "1"}).AsAny(),
		rapid.Just(time.Unix(0, 0)).AsAny(),
	}
	if depth == 0 {
		return rapid.OneOf(leaves...)
	}
	deeper := anyValue(depth - 1)
	return rapid.OneOf(append(leaves,
		rapid.SliceOfN(deeper, 0, 5).AsAny(),
		rapid.MapOfN(rapid.SampledFrom(attributeNames), deeper, 0, 5).AsAny(),
	)...)
}

// plausible are values that pass the first check of some attribute.
var plausible = []string{
	"Certificate", "Account", "www", "example.com", "*.example.com", "www.example.com", "bücher.example", "xn--", "*", ".",
	"arn:aws:acm:us-east-1:123456789012:certificate/1", "arn:aws:iam::123456789012:role/x", "us-east-1", "30d", "0h",
	"RSA_2048", "rsa", "Retain", "Z1D633PJN98FT9", "https://ca.example/dir", "letsencrypt", "a@example.com", "999999999999999999d",
}

// anyRecord draws any record; most of them are wrong.
func anyRecord() *rapid.Generator[map[string]any] {
	return rapid.MapOfN(rapid.SampledFrom(attributeNames), anyValue(2), 0, len(attributeNames))
}
