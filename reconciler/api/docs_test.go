package api_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"certloop/internal/doctable"
	"certloop/reconciler/api"
)

func TestDocs_HaveExactlyTheAttributesThatAreWritten(t *testing.T) {
	doc := doctable.Read(t, "../../docs/reference/stored-items.md")
	for heading, v := range map[string]any{
		"CertificateStatus": api.CertificateStatus{}, "AccountStatus": api.AccountStatus{}, "Issuance": api.Issuance{},
		"PolicyStatus": api.PolicyStatus{},
		"Conditions":   api.Condition{}, "Target status": api.TargetStatus{}, "Renewal information": api.ARIStatus{},
		"History": api.HistoryEntry{}, "Notices": api.OutboxEntry{}, "Published values": api.PublishedTXT{},
		"Challenge zones": api.ChallengeZone{}, "ControllerStatus": api.ControllerStatus{}, "Attempts": api.Attempt{}, "Obtained certificates": api.IssuedStatus{},
		"Rollout status": api.RolloutStatus{}, "Kept certificate": api.KeptCertificate{}, "Rollback": api.Rollback{},
	} {
		got, want := doctable.Names(doc[heading]), jsonNames(reflect.TypeOf(v))
		slices.Sort(got)
		slices.Sort(want)
		if !slices.Equal(got, want) {
			t.Errorf("%s: documented are\n%q, written are\n%q", heading, got, want)
		}
	}
}

// jsonNames returns the attribute names of a struct, including embedded ones.
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

func TestDocs_HaveExactlyTheReasons(t *testing.T) {
	var documented []string
	for heading, rows := range doctable.Read(t, "../../docs/reference/reasons.md") {
		for _, r := range rows {
			documented = append(documented, r.Name)
			for _, column := range []string{"meaning", "what to do"} {
				if len(r.Cells[column]) < len("Check it.") {
					t.Errorf("%s: %s has no %q", heading, r.Name, column)
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

// markdownLink matches a link; a message keeps only its text.
var markdownLink = regexp.MustCompile(`\[([^]]*)\]\([^)]*\)`)

func TestDocs_HaveTheRemedies(t *testing.T) {
	documented := 0
	for _, rows := range doctable.Read(t, "../../docs/reference/reasons.md") {
		for _, r := range rows {
			want := strings.ReplaceAll(markdownLink.ReplaceAllString(r.Cells["what to do"], "$1"), "`", "")
			if want == "No action needed." {
				want = ""
			}
			documented++
			if got := api.Remedy(api.Reason(r.Name)); got != want {
				t.Errorf("%s: %q, and in the docs %q", r.Name, got, want)
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
