package store

import (
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"pgregory.net/rapid"

	"certloop/reconciler/api"
	"certloop/reconciler/spec"
)

// TestDecodePolicySet_ADamagedOneDenies checks that a damaged item is never read as "there is no policy", and that no
// policy is read that differs from its own record.
func TestDecodePolicySet_ADamagedOneDenies(t *testing.T) {
	good := map[string]any{"name": "policy#a", "kind": "Policy", "records": []any{"a.*"}}
	entry := map[string]any{"name": "a", "digest": "d", "record": good}
	for sentence, c := range map[string]struct {
		version, policies any
		damaged           bool
		valid             int
	}{
		"the controller's own":          {json.Number("7"), []any{entry}, false, 1},
		"no policies":                   {json.Number("7"), nil, true, 0},
		"a text":                        {json.Number("7"), "none", true, 0},
		"a set":                         {json.Number("7"), []string{"a"}, true, 0},
		"no version":                    {nil, []any{entry}, true, 1},
		"a version that is text":        {"7", []any{entry}, true, 1},
		"a fraction":                    {json.Number("1.5"), []any{entry}, true, 1},
		"a version below one":           {json.Number("0"), []any{entry}, true, 1},
		"a version that would overflow": {json.Number("9223372036854775807"), []any{entry}, true, 1},
		"an entry that is text":         {json.Number("7"), []any{"a"}, false, 0},
		"an entry without its record":   {json.Number("7"), []any{map[string]any{"name": "a", "digest": "d"}}, false, 0},
		"an entry of another's record":  {json.Number("7"), []any{map[string]any{"name": "b", "record": good}}, false, 0},
		"a record that is text":         {json.Number("7"), []any{map[string]any{"name": "a", "record": "x"}}, false, 0},
		"patterns that are text":        {json.Number("7"), []any{entry, entry}, false, 2},
	} {
		t.Run(sentence, func(t *testing.T) {
			it, err := encodeRecord(map[string]any{"version": c.version, "policies": c.policies, "to_wake": "x"})
			if err != nil {
				t.Fatal(err)
			}
			set := spec.DecodePolicySet(decodePolicySet(it))
			if (set.Version == api.DamagedPolicySet) != c.damaged || len(set.Policies) == 0 || valid(set) != c.valid {
				t.Errorf("read as %+v", set)
			}
			for _, e := range set.Policies {
				if e.Record != nil && e.Digest != api.SpecDigest(e.Record) {
					t.Errorf("the digest of %s is not that of its record", e.Name)
				}
			}
		})
	}
}

func valid(set api.PolicySet) (n int) {
	for _, e := range set.Policies {
		if e.Policy != nil {
			n++
		}
	}
	return n
}

// TestDecodePolicySet_NeverFails draws items of any form.
func TestDecodePolicySet_NeverFails(t *testing.T) {
	leaf := rapid.SampledFrom([]any{nil, "a", "policy#a", true, json.Number("3"), []string{"a"}, []byte("a"), []any{}, map[string]any{}})
	rapid.Check(t, func(r *rapid.T) {
		list := func(of func() any) any {
			var l []any
			for range rapid.IntRange(0, 3).Draw(r, "length") {
				l = append(l, of())
			}
			return l
		}
		entry := func() any {
			record := map[string]any{"name": leaf.Draw(r, "name"), "kind": leaf.Draw(r, "kind"), "records": list(func() any { return leaf.Draw(r, "pattern") })}
			return map[string]any{"name": leaf.Draw(r, "name"), "digest": leaf.Draw(r, "digest"), "record": record}
		}
		it, err := encodeRecord(map[string]any{
			"version": leaf.Draw(r, "version"), "policies": list(entry), "to_wake": list(func() any { return leaf.Draw(r, "to_wake") }),
		})
		if err != nil {
			r.Fatal(err)
		}
		if _, ok := it[attrPolicies].(*types.AttributeValueMemberL); !ok {
			it[attrPolicies], _ = attributeValue([]any{})
		}
		set := spec.DecodePolicySet(decodePolicySet(it))
		for _, e := range set.Policies {
			if e.Policy != nil && api.PolicyPartition(e.Name) != e.Record["name"] {
				r.Errorf("the policy %q is from the record of %v", e.Name, e.Record["name"])
			}
		}
	})
}

// TestDocs_HaveExactlyTheAttributesOfThePolicySet checks the attributes of the policy set and of admissions, apart
// from the keys.
func TestDocs_HaveExactlyTheAttributesOfThePolicySet(t *testing.T) {
	text, err := os.ReadFile("../docs/reference/stored-items.md")
	if err != nil {
		t.Fatal(err)
	}
	set, err := encodePolicySet(api.PolicySet{Version: 1, Policies: []api.PolicyEntry{{Name: "a"}}, ToWake: []string{"a.*"}})
	if err != nil {
		t.Fatal(err)
	}
	usage := usageKey("a")
	usage[attrRecords] = &types.AttributeValueMemberSS{Value: []string{"a.www"}}
	row := regexp.MustCompile("(?m)^\\| `([a-z_]+)` \\|")
	for heading, it := range map[string]item{"PolicySet": set, "PolicyUsage": usage} {
		_, section, _ := strings.Cut(string(text), "\n## "+heading+"\n")
		section, _, _ = strings.Cut(section, "\n## ")
		got := []string{attrKind, attrName}
		for _, m := range row.FindAllStringSubmatch(section, -1) {
			got = append(got, m[1])
		}
		slices.Sort(got)
		if want := slices.Sorted(maps.Keys(it)); !slices.Equal(got, want) {
			t.Errorf("%s: documented are %v, written are %v", heading, got, want)
		}
	}
}
