package api_test

import (
	"encoding/json"
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"certloop/reconciler/api"
)

// row is one line of a table in the docs: the code in its first cell, the others by the heading of their column.
type row struct {
	name  string
	cells map[string]string
}

// tables reads the tables of a Markdown file, by the heading they stand under.
func tables(t *testing.T, file string) map[string][]row {
	t.Helper()
	text, err := os.ReadFile("../../docs/reference/" + file)
	if err != nil {
		t.Fatal(err)
	}
	found, heading := map[string][]row{}, ""
	var columns []string
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		switch {
		case strings.HasPrefix(line, "#"):
			heading, columns = strings.TrimLeft(line, "# "), nil
		case !strings.HasPrefix(line, "|"):
			columns = nil
		case columns == nil:
			columns = split(line)
		case !strings.HasPrefix(line, "|---"):
			cells := split(line)
			if len(cells) != len(columns) {
				t.Fatalf("%s: a row of %d cells under %q, which has %d columns: %s", file, len(cells), heading, len(columns), line)
			}
			r := row{name: strings.Trim(cells[0], "`"), cells: map[string]string{}}
			for i, column := range columns {
				r.cells[column] = cells[i]
			}
			found[heading] = append(found[heading], r)
		}
	}
	return found
}

func split(line string) []string {
	cells := strings.Split(strings.Trim(line, "|"), "|")
	for i := range cells {
		cells[i] = strings.TrimSpace(cells[i])
	}
	return cells
}

// with keeps the rows that have a cell in that column.
func with(rows []row, column string) []row {
	return slices.DeleteFunc(slices.Clone(rows), func(r row) bool { return r.cells[column] == "" })
}

func rowNames(rows []row) []string {
	var list []string
	for _, r := range rows {
		list = append(list, r.name)
	}
	return list
}

func example(t *testing.T, r row) any {
	t.Helper()
	var v any
	if err := json.Unmarshal([]byte(strings.Trim(r.cells["example"], "`")), &v); err != nil {
		t.Fatalf("the example of %s is not JSON: %v", r.name, err)
	}
	return v
}

func TestEveryDocumentedAttributeDecodes(t *testing.T) {
	doc := tables(t, "records.md")
	decoders := map[string]func(map[string]any) error{
		"Certificate": func(r map[string]any) error {
			_, err := api.DecodeCertificate(r, defaults)
			return err
		},
		"Account": func(r map[string]any) error {
			_, err := api.DecodeAccount(r)
			return err
		},
		"Policy": func(r map[string]any) error {
			_, err := api.DecodePolicy(r)
			return err
		},
	}
	for heading, decode := range decoders {
		rows := with(doc[heading], "example")
		required := map[string]any{}
		for _, r := range rows {
			if r.cells["default"] == "required" {
				required[r.name] = example(t, r)
			}
		}
		for _, r := range rows {
			t.Run(heading+" "+r.name, func(t *testing.T) {
				record := maps.Clone(required)
				record[r.name] = example(t, r)
				if err := decode(record); err != nil {
					t.Error(err)
				}
			})
		}
	}
}

func TestEveryDocumentedAttributeOfARoleOrTargetDecodes(t *testing.T) {
	doc := tables(t, "records.md")
	for heading, wrap := range map[string]func(map[string]any) map[string]any{
		"Targets": func(m map[string]any) map[string]any { return map[string]any{"targets": []any{m}} },
		"Roles":   func(m map[string]any) map[string]any { return map[string]any{"dns": m} },
	} {
		whole := map[string]any{}
		for _, r := range with(doc[heading], "example") {
			whole[r.name] = example(t, r)
		}
		if len(whole) < 2 {
			t.Fatalf("no examples under %s", heading)
		}
		if _, err := api.DecodeCertificate(certificate(wrap(whole)), defaults); err != nil {
			t.Errorf("%s: %v", heading, err)
		}
	}
}

// The decoder lists the attributes it knows when it refuses one, so that the docs can be held against it.
func TestTheDocsHaveExactlyTheAttributesThatDecode(t *testing.T) {
	doc := tables(t, "records.md")
	strange := map[string]any{"qqqqqqqqqqqq": true}
	_, certificateErr := api.DecodeCertificate(strange, defaults)
	_, accountErr := api.DecodeAccount(strange)
	_, policyErr := api.DecodePolicy(strange)
	_, dnsErr := api.DecodeCertificate(certificate(map[string]any{"dns": strange}), defaults)
	_, targetErr := api.DecodeCertificate(certificate(map[string]any{"targets": []any{strange}}), defaults)
	for heading, err := range map[string]error{
		"Certificate": certificateErr, "Account": accountErr, "Policy": policyErr, "Roles": dnsErr, "Targets": targetErr,
	} {
		_, known, _ := strings.Cut(err.Error(), "or use one of ")
		want := strings.Split(known, ", ")
		if got := rowNames(with(doc[heading], "example")); !slices.Equal(got, want) {
			t.Errorf("%s: documented are\n%q, known are\n%q", heading, got, want)
		}
	}
}

func TestTheDocsHaveExactlyTheAttributesThatAreWritten(t *testing.T) {
	doc := tables(t, "records.md")
	for heading, v := range map[string]any{
		"CertificateStatus": api.CertificateStatus{}, "AccountStatus": api.AccountStatus{}, "Issuance": api.Issuance{},
		"PolicyStatus": api.PolicyStatus{},
		"Conditions":   api.Condition{}, "Target status": api.TargetStatus{}, "Renewal information": api.ARIStatus{},
		"History": api.HistoryEntry{}, "Notices": api.OutboxEntry{}, "Published values": api.PublishedTXT{},
		"Challenge zones": api.ChallengeZone{}, "ControllerStatus": api.ControllerStatus{}, "Attempts": api.Attempt{}, "Obtained certificates": api.IssuedStatus{},
	} {
		got, want := rowNames(doc[heading]), jsonNames(reflect.TypeOf(v))
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: documented are\n%q, written are\n%q", heading, got, want)
		}
	}
}

// jsonNames are the attribute names of a struct, embedded ones among them.
func jsonNames(typ reflect.Type) []string {
	var list []string
	for field := range typ.Fields() {
		if field.Anonymous {
			list = append(list, jsonNames(field.Type)...)
			continue
		}
		name, _, _ := strings.Cut(field.Tag.Get("json"), ",")
		list = append(list, name)
	}
	return list
}

func TestTheDocsHaveExactlyTheDirectoryAliases(t *testing.T) {
	found := map[string]string{}
	for _, r := range with(tables(t, "records.md")["Account"], "alias") {
		found[r.name] = strings.Trim(r.cells["directory"], "`")
	}
	if !maps.Equal(found, api.DirectoryAliases) {
		t.Errorf("documented are %v", found)
	}
}

var putItem = regexp.MustCompile(`(?s)put-item --table-name certloop --item '(.*?)'`)

func TestEveryCommandInTheDocsWritesAGoodRecord(t *testing.T) {
	for file, least := range map[string]map[any]int{
		"docs/reference/records.md": {"Certificate": 2, "Account": 2}, "README.md": {"Certificate": 1, "Account": 1}, "docs/guides/policies.md": {"Policy": 2},
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
					_, err = api.DecodeAccount(record)
				case "Policy":
					_, err = api.DecodePolicy(record)
				default:
					_, err = api.DecodeCertificate(record, defaults)
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

// plain is the Go value of an attribute value in DynamoDB's JSON.
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

func TestTheDocsHaveExactlyTheReasons(t *testing.T) {
	var documented []string
	for heading, rows := range tables(t, "reasons.md") {
		for _, r := range rows {
			documented = append(documented, r.name)
			for _, column := range []string{"meaning", "what to do"} {
				if len(r.cells[column]) < len("Nothing.") {
					t.Errorf("%s: %s has no %q", heading, r.name, column)
				}
			}
		}
	}
	declared := declaredReasons(t)
	slices.Sort(documented)
	slices.Sort(declared)
	if len(declared) < 50 || !slices.Equal(documented, declared) {
		t.Errorf("documented are\n%q, declared are\n%q", documented, declared)
	}
}

// markdownLink is a link, of which a text for people keeps the words.
var markdownLink = regexp.MustCompile(`\[([^]]*)\]\([^)]*\)`)

func TestARemedyIsWhatTheDocsSay(t *testing.T) {
	documented := 0
	for _, rows := range tables(t, "reasons.md") {
		for _, r := range rows {
			want := strings.ReplaceAll(markdownLink.ReplaceAllString(r.cells["what to do"], "$1"), "`", "")
			if want == "Nothing." {
				want = ""
			}
			documented++
			if got := api.Remedy(api.Reason(r.name)); got != want {
				t.Errorf("%s: %q, and in the docs %q", r.name, got, want)
			}
		}
	}
	if documented == 0 {
		t.Error("no reason was read")
	}
}

func declaredReasons(t *testing.T) []string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "reasons.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var declared []string
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok {
			value, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			if name := spec.Names[0].Name; name != "Reason"+value {
				t.Errorf("%s has the value %s", name, value)
			}
			declared = append(declared, value)
		}
		return true
	})
	return declared
}
