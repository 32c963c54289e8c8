package manifest_test

import (
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"certloop/cmd/certloop/manifest"
	"certloop/reconciler/api"
	"certloop/reconciler/spec"
)

var defaults = spec.Defaults{Region: "eu-central-1"}

func decode(text string) ([]manifest.Document, error) {
	return manifest.Decode([]manifest.File{{Name: "a.yaml", Body: []byte(text)}}, defaults)
}

func attributes(docs []manifest.Document) []map[string]any {
	var out []map[string]any
	for _, d := range docs {
		out = append(out, d.Attributes)
	}
	return out
}

func TestDecode_Forms(t *testing.T) {
	www := map[string]any{"name": "www", "kind": "Certificate", "domains": []any{"example.com", "*.example.com"}}
	api := map[string]any{"name": "api", "kind": "Certificate", "domains": []any{"api.example.com"}, "account": nil}
	const wwwYAML = "name: www\nkind: Certificate\ndomains:\n- example.com\n- '*.example.com'\n"
	const apiYAML = "kind: Certificate\nname: api\naccount: null\ndomains: [api.example.com]\n"
	const wwwJSON = `{"name": "www", "kind": "Certificate", "domains": ["example.com", "*.example.com"]}`
	for sentence, c := range map[string]struct {
		text string
		want []map[string]any
	}{
		"one YAML document":         {wwwYAML, []map[string]any{www}},
		"two":                       {wwwYAML + "---\n" + apiYAML, []map[string]any{www, api}},
		"marks, comments, empty":    {"# head\n---\n# one\n---\n" + wwwYAML + "...\n---\n\n--- # two\n" + apiYAML + "---\n", []map[string]any{www, api}},
		"directives":                {"%YAML 1.2\n---\n" + wwwYAML, []map[string]any{www}},
		"carriage returns":          {strings.ReplaceAll(wwwYAML+"---\n"+apiYAML, "\n", "\r\n"), []map[string]any{www, api}},
		"a byte order mark":         {"\ufeff" + wwwYAML, []map[string]any{www}},
		"a list":                    {"- {name: www, kind: Certificate, domains: [example.com, '*.example.com']}\n", []map[string]any{www}},
		"JSON":                      {wwwJSON, []map[string]any{www}},
		"JSON with tabs":            {"{\t\"name\":\"www\",\n\t\"kind\":\"Certificate\",\n\t\"domains\":[\"example.com\",\t\"\\u002a.example.com\"]}\n", []map[string]any{www}},
		"JSON, several":             {wwwJSON + "\n" + strings.ReplaceAll(wwwJSON, `"www"`, `"www2"`), []map[string]any{www, {"name": "www2", "kind": "Certificate", "domains": www["domains"]}}},
		"JSON, a list":              {"[" + wwwJSON + "]", []map[string]any{www}},
		"flow YAML is no JSON":      {"{name: www, kind: Certificate, domains: [example.com, '*.example.com']}", []map[string]any{www}},
		"the output of get -o json": {`{"items":[{"name":"www","kind":"Certificate","record":` + wwwJSON + `,"status":{"version":1}},{"name":"old","kind":"Certificate","record":null,"status":null}]}`, []map[string]any{www}},
		"the output of get -o yaml": {"items:\n- name: www\n  kind: Certificate\n  record:\n    domains: [example.com, '*.example.com']\n    kind: Certificate\n    name: www\n  status:\n    version: 1\n", []map[string]any{www}},
		"anchors and merges": {"name: www\nkind: Certificate\ntargets:\n- &one {region: us-east-1, role_arn: 'arn:aws:iam::123456789012:role/a'}\n- <<: *one\n  region: eu-west-1\n", []map[string]any{
			{"name": "www", "kind": "Certificate", "targets": []any{
				map[string]any{"region": "us-east-1", "role_arn": "arn:aws:iam::123456789012:role/a"},
				map[string]any{"region": "eu-west-1", "role_arn": "arn:aws:iam::123456789012:role/a"}}}}},
		"types": {"name: www\nkind: Certificate\nsuspend: true\nrenew_before: 30d\nrenew_token: 2026-11-23\ntags: {Year: '2026', !!str 7: !!str 8}\n", []map[string]any{
			{"name": "www", "kind": "Certificate", "suspend": true, "renew_before": "30d", "renew_token": "2026-11-23", "tags": map[string]any{"Year": "2026", "7": "8"}}}},
		"a number": {"name: policy#a\nkind: Policy\nmax_certificates: 0x32\nwildcards: false\n", []map[string]any{
			{"name": "policy#a", "kind": "Policy", "max_certificates": json.Number("50"), "wildcards": false}}},
		"null inside a map is absent": {"name: www\nkind: Certificate\ndns: {role_arn: ~}\n", []map[string]any{{"name": "www", "kind": "Certificate", "dns": map[string]any{}}}},
		"nothing":                     {"\n# nothing\n", nil},
	} {
		t.Run(sentence, func(t *testing.T) {
			docs, err := decode(c.text)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(c.want, attributes(docs)); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

// update makes the test write the problems: go test ./cmd/certloop/manifest -update.
var update = flag.Bool("update", false, "write the problems into the files of testdata/problems")

const problemsMark = "#### problems\n"

// TestDecode_Problems reads the files of testdata/problems; each has the problems at its end.
func TestDecode_Problems(t *testing.T) {
	files, _ := filepath.Glob("testdata/problems/*")
	if len(files) < 8 {
		t.Fatalf("found only %q", files)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			body, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			text, want, _ := strings.Cut(string(body), problemsMark)
			_, err = manifest.Decode([]manifest.File{{Name: filepath.Base(file), Body: []byte(text)}}, defaults)
			if err == nil {
				t.Fatal("no problem was found")
			}
			if *update {
				if err := os.WriteFile(file, []byte(text+problemsMark+err.Error()+"\n"), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(strings.TrimSpace(want), err.Error()); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestDecode_SeveralFiles(t *testing.T) {
	const record = "name: www\nkind: Certificate\n"
	_, err := manifest.Decode([]manifest.File{
		{Name: "a.yaml", Body: []byte(record)}, {Name: "b.json", Body: []byte(`{"kind":"Account","name":"www"}`)},
		{Name: "c.yaml", Body: []byte("# again\n" + record)}, {Name: "d.yaml", Body: []byte("name: [\n")},
	}, defaults)
	if err == nil {
		t.Fatal("no problem was found")
	}
	for _, want := range []string{"c.yaml:2:1: name: Certificate/www is there twice, first at a.yaml:1:1: remove one", "d.yaml:1:7: syntax error: "} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v, which lacks %q", err, want)
		}
	}
}

// An operator's file may come from elsewhere: reading it must end soon, whatever it has.
func TestDecode_IsBounded(t *testing.T) {
	bomb := "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
	for i := 1; i < 12; i++ {
		of, n := strconv.Itoa(i-1), strconv.Itoa(i)
		bomb += "a" + n + ": &a" + n + " [" + strings.Repeat("*a"+of+", ", 9) + "*a" + of + "]\n"
	}
	for sentence, c := range map[string]struct{ text, want string }{
		"an alias bomb":              {bomb, "values, with those that its aliases stand for"},
		"a cycle":                    {"name: &a [*a]\n", "has no anchor before it"},
		"deep flow":                  {strings.Repeat("[", 1<<20), "nested more than"},
		"deep flow maps":             {"a: " + strings.Repeat("{a: ", 1<<18), "nested more than"},
		"deep JSON":                  {strings.Repeat(`{"a":`, 1<<18), "nested more than"},
		"deep dashes":                {strings.Repeat("- ", 1<<19) + "a", "nested more than"},
		"deep questions":             {strings.Repeat("? ", 1<<19) + "a", "nested more than"},
		"deep tags":                  {"a: " + strings.Repeat("!!map ", 1<<17) + "a", "nested more than"},
		"deep indents":               {indents(1200), "nested more than"},
		"a large file":               {strings.Repeat("#", manifest.MaxFile+1), "use several files"},
		"a binary file":              {"name: \xff\xfe\n", "a.yaml:1:7: the file is not UTF-8"},
		"a zero byte":                {"name: a\x00b\n", "is not UTF-8"},
		"more problems than is read": {strings.Repeat("---\nx: 1\n", 200), "and 500 more"},
	} {
		t.Run(sentence, func(t *testing.T) {
			start := time.Now()
			_, err := decode(c.text)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("the error is %.300v, want one with %q", err, c.want)
			}
			if took := time.Since(start); took > 20*time.Second {
				t.Errorf("it took %s", took)
			}
		})
	}
}

func indents(levels int) string {
	var out strings.Builder
	for i := range levels {
		out.WriteString(strings.Repeat(" ", i) + "a:\n")
	}
	return out.String()
}

func TestDocument_CheckJudgesTheWholeRecord(t *testing.T) {
	docs, err := decode("name: www\nkind: Certificate\ntargets: [{region: eu-west-1}]\n")
	if err != nil {
		t.Fatal(err)
	}
	whole := map[string]any{"name": "www", "kind": "Certificate", "targets": docs[0].Attributes["targets"], "region": "eu-west-1"}
	const want = "a.yaml:1:1: domains: is missing: give 1 to 100 DNS names\n" +
		"a.yaml:1:1: region: is given beside targets: move it into the target it belongs to " +
		"(the table has region, this file does not: to remove it, write region: null)"
	if got := docs[0].Check(whole, defaults).Error(); got != want {
		t.Errorf("the problems are\n%s\nwant\n%s", got, want)
	}
	if key := (api.Key{Kind: api.KindCertificate, Name: "www"}); docs[0].Key != key {
		t.Errorf("the key is %s", docs[0].Key)
	}
}

var yamlBlock = regexp.MustCompile("(?s)```yaml\n(.*?)```")

// The records in YAML of the documents have no problem.
func TestDocs_EveryYAMLRecordIsValid(t *testing.T) {
	for file, least := range map[string]int{"docs/reference/records.md": 2, "README.md": 2, "README.ja.md": 2} {
		text, err := os.ReadFile("../../../" + file)
		if err != nil {
			t.Fatal(err)
		}
		found := 0
		for _, block := range yamlBlock.FindAllStringSubmatch(string(text), -1) {
			if !strings.Contains(block[1], "kind: Certificate") {
				continue
			}
			docs, err := decode(block[1])
			if err != nil {
				t.Errorf("%s: %v", file, err)
			}
			for _, d := range docs {
				found++
				if problems := d.Check(d.Attributes, defaults); len(problems) > 0 {
					t.Errorf("%s: %v", file, problems)
				}
			}
		}
		if found < least {
			t.Errorf("%s has only %d records in YAML", file, found)
		}
	}
}
