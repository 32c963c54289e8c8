package manifest_test

import (
	"encoding/json"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"certloop/cmd/certloop/manifest"
	"certloop/internal/doctable"
)

func TestEncode_HasTheOrderOfTheDocuments(t *testing.T) {
	got := string(manifest.Encode([]map[string]any{
		{"tags": map[string]any{"Team": "web", "Cost Center": "42"}, "kind": "Certificate", "domains": []any{"*.example.com", "bücher.example"},
			"targets": []any{map[string]any{"acm_arn": "arn:aws:acm:us-east-1:123456789012:certificate/0f7b", "region": "us-east-1"}, map[string]any{}},
			"name":    "www", "suspend": false, "renew_before": "30d", "renew_token": "2026-11-23", "unknown": nil, "tokens": []any{}, "dns": map[string]any{}},
		{"kind": "Account", "name": "default", "ca_certificates": "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n", "directory": "letsencrypt",
			"email": "admin@example.com"},
		{"kind": "Policy", "name": "policy#a", "max_certificates": json.Number("50"), "records": []string{"a", "team-a.*"},
			"roles": []any{"arn:aws:iam::123456789012:role/a", map[string]any{"external_id": "1", "arn": "arn:aws:iam::123456789012:role/b"}}},
	}))
	want, err := os.ReadFile("testdata/encoded.yaml")
	if *update {
		err = os.WriteFile("testdata/encoded.yaml", []byte(got), 0o644)
		want = []byte(got)
	}
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// The examples of the documents decode as they are, as JSON and as YAML.
func TestEncode_EveryExampleOfTheDocumentsComesBack(t *testing.T) {
	doc := doctable.Read(t, "../../../docs/reference/records.md")
	for _, kind := range []string{"Certificate", "Account", "Policy"} {
		record := map[string]any{}
		for _, row := range doctable.With(doc[kind], "example") {
			in := json.NewDecoder(strings.NewReader(strings.Trim(row.Cells["example"], "`")))
			in.UseNumber()
			var value any
			if err := in.Decode(&value); err != nil {
				t.Fatalf("%s: %v", row.Name, err)
			}
			record[row.Name] = value
		}
		if kind == "Certificate" {
			delete(record, "acm_arn")
			delete(record, "region")
		}
		body, err := json.Marshal(record)
		if err != nil {
			t.Fatal(err)
		}
		for form, text := range map[string]string{"JSON": string(body), "YAML": string(manifest.Encode([]map[string]any{record}))} {
			docs, err := decode(text)
			if err != nil {
				t.Fatalf("%s as %s: %v\n%s", kind, form, err, text)
			}
			if diff := cmp.Diff([]map[string]any{record}, attributes(docs)); diff != "" {
				t.Errorf("%s as %s (-want +got):\n%s", kind, form, diff)
			}
		}
	}
}

// Each of these texts means something else in YAML if it is written without quotes, or is a trap for a writer.
var traps = []string{
	"", " ", "a ", " a", "true", "Yes", "no", "on", "null", "~", "NULL", ".inf", "-.INF", ".nan", "1", "-1", "+1", "0x1f", "0o17", "017", "1e3", "1_000",
	"1.5", ".5", "5.", "1:30", "12:30:45", "2026-11-23", "2026-11-23T10:00:00Z", "30d", "1h", "*.example.com", "&a", "!a", "!!str a", "%a", "@a", "`a",
	"#a", "a #b", "a: b", "a:", ":a", "- a", "-", "--", "---", "...", "--- a", "?", "? a", "[a]", "{a}", "a]", ",", "a, b", "|", ">", "'", "\"", "\\", "a'b", "a\"b\\n",
	"a\nb", "a\nb\n", "a\n", "\na", "a\n\nb", "a\n b", " a\nb", "a\nb \n", "a\n---\nb", "a\n# b\n", "a\tb", "\ta", "a\r\nb", "a\u0085b", "a\u2028b", "\u200b", "\ufeff", "\a\x1b",
	"バケツ", "bücher.example", "😀", "é: 😀\n", "<<", "=", "a=b", "arn:aws:iam::123456789012:role/path/a+b=c,d.e@f", "policy#team-a", "https://a.example/b?c=d#e", "y", "N",
	"-----BEGIN CERTIFICATE-----\nMIIB/+==\n-----END CERTIFICATE-----\n",
}

func TestEncode_EveryTextComesBack(t *testing.T) {
	record := map[string]any{"name": "www", "kind": "Certificate"}
	var list []any
	inner := map[string]any{}
	for _, text := range traps {
		list = append(list, text, []any{text}, map[string]any{text: text})
		inner[text] = text
	}
	record["list"], record["map"] = list, inner
	encoded := string(manifest.Encode([]map[string]any{record, record}))
	docs, _ := decode(encoded) // unknown attributes are a problem
	if len(docs) != 2 {
		t.Fatalf("%d documents were read", len(docs))
	}
	for i, entry := range list {
		if diff := cmp.Diff(entry, docs[0].Attributes["list"].([]any)[i]); diff != "" {
			t.Errorf("entry %d (-want +got):\n%s", i, diff)
		}
	}
	if diff := cmp.Diff(record, docs[1].Attributes); diff != "" && !t.Failed() {
		t.Errorf("(-want +got):\n%s\n%s", diff, encoded)
	}
}
