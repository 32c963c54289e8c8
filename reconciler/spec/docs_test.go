package spec_test

import (
	"encoding/json"
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"certloop/internal/doctable"
	"certloop/reconciler/api"
	"certloop/reconciler/spec"
)

func example(t *testing.T, r doctable.Row) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(strings.Trim(r.Cells["example"], "`")), &v); err != nil {
		t.Fatalf("the example of %s is not JSON: %v", r.Name, err)
	}
	return v
}

func TestDocs_EveryAttributeDecodes(t *testing.T) {
	doc := doctable.Read(t, "../../docs/reference/records.md")
	decoders := map[string]func(map[string]any) error{
		"Certificate": func(r map[string]any) error {
			_, err := spec.DecodeCertificate(r, defaults)
			return err
		},
		"Account": func(r map[string]any) error {
			_, err := spec.DecodeAccount(r)
			return err
		},
		"Policy": func(r map[string]any) error {
			_, err := spec.DecodePolicy(r)
			return err
		},
	}
	for heading, decode := range decoders {
		rows := doctable.With(doc[heading], "example")
		required := map[string]any{}
		for _, r := range rows {
			if r.Cells["default"] == "required" {
				required[r.Name] = example(t, r)
			}
		}
		for _, r := range rows {
			t.Run(heading+" "+r.Name, func(t *testing.T) {
				record := maps.Clone(required)
				record[r.Name] = example(t, r)
				if err := decode(record); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func TestDocs_EveryAttributeOfARoleOrTargetDecodes(t *testing.T) {
	doc := doctable.Read(t, "../../docs/reference/records.md")
	for heading, wrap := range map[string]func(map[string]any) map[string]any{
		"Targets": func(m map[string]any) map[string]any { return map[string]any{"targets": []any{m}} },
		"Roles":   func(m map[string]any) map[string]any { return map[string]any{"dns": m} },
	} {
		whole := map[string]any{}
		for _, r := range doctable.With(doc[heading], "example") {
			whole[r.Name] = example(t, r)
		}
		if len(whole) < 2 {
			t.Fatalf("no examples under %s", heading)
		}
		if _, err := spec.DecodeCertificate(certificate(wrap(whole)), defaults); err != nil {
			t.Errorf("%s: %v", heading, err)
		}
	}
}

// The decoder lists its known attributes when it refuses one, so that the documents can be compared with it.
func TestDocs_HaveExactlyTheAttributesThatDecode(t *testing.T) {
	doc := doctable.Read(t, "../../docs/reference/records.md")
	strange := map[string]any{"qqqqqqqqqqqq": true}
	_, certificateErr := spec.DecodeCertificate(strange, defaults)
	_, accountErr := spec.DecodeAccount(strange)
	_, policyErr := spec.DecodePolicy(strange)
	_, dnsErr := spec.DecodeCertificate(certificate(map[string]any{"dns": strange}), defaults)
	_, targetErr := spec.DecodeCertificate(certificate(map[string]any{"targets": []any{strange}}), defaults)
	for heading, err := range map[string]error{
		"Certificate": certificateErr, "Account": accountErr, "Policy": policyErr, "Roles": dnsErr, "Targets": targetErr,
	} {
		_, known, _ := strings.Cut(err.Error(), "or use one of ")
		want := strings.Split(known, ", ")
		if got := doctable.Names(doctable.With(doc[heading], "example")); !slices.Equal(got, want) {
			t.Errorf("%s: documented are\n%q, known are\n%q", heading, got, want)
		}
	}
}

func TestDocs_HaveExactlyTheDirectoryAliases(t *testing.T) {
	found := map[string]string{}
	for _, r := range doctable.With(doctable.Read(t, "../../docs/reference/records.md")["Account"], "alias") {
		found[r.Name] = strings.Trim(r.Cells["directory"], "`")
	}
	if !maps.Equal(found, api.DirectoryAliases) {
		t.Errorf("documented are %v", found)
	}
}

var putItem = regexp.MustCompile(`(?s)put-item --table-name certloop --item '(.*?)'`)

func TestDocs_EveryCommandWritesAValidRecord(t *testing.T) {
	for file, least := range map[string]map[any]int{
		"docs/reference/records.md": {"Certificate": 2, "Account": 2}, "README.md": {"Certificate": 1, "Account": 1}, "docs/guides/policies.md": {"Policy": 2},
		"README.ja.md": {"Certificate": 1, "Account": 1},
	} {
		t.Run(file, func(t *testing.T) {
			text, err := os.ReadFile("../../" + file)
			if err != nil {
				t.Fatal(err)
			}
			kinds := map[any]int{}
			for _, command := range putItem.FindAllStringSubmatch(string(text), -1) {
				record := recordOf(t, command[1])
				kinds[record["kind"]]++
				switch record["kind"] {
				case "Account":
					_, err = spec.DecodeAccount(record)
				case "Policy":
					_, err = spec.DecodePolicy(record)
				default:
					_, err = spec.DecodeCertificate(record, defaults)
				}
				if err != nil {
					t.Errorf("%s:\n%v", command[1], err)
				}
			}
			for kind, n := range least {
				if kinds[kind] < n {
					t.Errorf("found only %v", kinds)
				}
			}
		})
	}
}

// recordOf reads an item in DynamoDB's JSON.
func recordOf(t *testing.T, text string) map[string]any {
	t.Helper()
	var item map[string]map[string]any
	if err := json.Unmarshal([]byte(text), &item); err != nil {
		t.Fatalf("%v in %s", err, text)
	}
	record := map[string]any{}
	for name, v := range item {
		record[name] = plain(t, v)
	}
	return record
}

// plain returns the Go value of an attribute value in DynamoDB's JSON.
func plain(t *testing.T, v map[string]any) any {
	t.Helper()
	for kind, v := range v {
		switch kind {
		case "S", "BOOL":
			return v
		case "N":
			return json.Number(v.(string))
		case "SS":
			var set []string
			for _, s := range v.([]any) {
				set = append(set, s.(string))
			}
			return set
		case "L":
			var list []any
			for _, e := range v.([]any) {
				list = append(list, plain(t, e.(map[string]any)))
			}
			return list
		case "M":
			m := map[string]any{}
			for name, e := range v.(map[string]any) {
				m[name] = plain(t, e.(map[string]any))
			}
			return m
		}
	}
	t.Fatalf("%v is no attribute value", v)
	return nil
}
