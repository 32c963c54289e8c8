package moto

import (
	"encoding/json"
	"os"
	"os/exec"
	"reflect"
	"regexp"
	"strings"
	"testing"
)

// queryProgram evaluates a query as the AWS CLI does: --query is JMESPath over the response.
const queryProgram = `import jmespath, json, sys
json.dump(jmespath.search(sys.argv[1], json.load(sys.stdin)), sys.stdout)`

// queries returns the queries of the commands in docs/guides/operate.md that scan the table.
func queries(t *testing.T) []string {
	t.Helper()
	text, err := os.ReadFile("../../../docs/guides/operate.md")
	if err != nil {
		t.Fatal(err)
	}
	var all []string
	for _, m := range regexp.MustCompile("(?s)aws dynamodb scan [^`]*--query \"([^\"]+)\"").FindAllStringSubmatch(string(text), -1) {
		all = append(all, m[1])
	}
	if len(all) != 2 {
		t.Fatalf("docs/guides/operate.md has %d scans", len(all))
	}
	return all
}

type value map[string]any

func text(s string) value { return value{"S": s} }

// statusItem returns an item as DynamoDB returns it; conditions are type, status, reason and message.
func statusItem(name, next string, conditions ...[4]string) map[string]any {
	var list []any
	for _, c := range conditions {
		m := map[string]any{"type": text(c[0]), "status": text(c[1]), "reason": text(c[2])}
		if c[3] != "" {
			m["message"] = text(c[3])
		}
		list = append(list, value{"M": m})
	}
	item := map[string]any{"name": text("status#" + name), "not_after": text("2026-12-0" + name[:1]), "conditions": value{"L": list}}
	if next != "" {
		item["next_attempt_at"] = text(next)
	}
	return item
}

func search(t *testing.T, query string, items ...any) (rows [][]any) {
	t.Helper()
	interpreter, err := python(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	answer, err := json.Marshal(map[string]any{"Items": items})
	if err != nil {
		t.Fatal(err)
	}
	command := exec.CommandContext(t.Context(), interpreter, "-c", queryProgram, query)
	command.Stdin, command.Stderr = strings.NewReader(string(answer)), os.Stderr
	out, err := command.Output()
	if err == nil {
		err = json.Unmarshal(out, &rows)
	}
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return rows
}

// TestNightList_HasWhatIsWrongAndWhy checks that the list has every problem of certificates and accounts, and
// nothing else.
func TestNightList_HasWhatIsWrongAndWhy(t *testing.T) {
	good, waiting := [4]string{"Accepted", "True", "Accepted", ""}, [4]string{"Issuing", "False", "NotNeeded", ""}
	ready := [4]string{"Ready", "True", "Ready", ""}
	items := []any{
		statusItem("1fine", "", good, waiting, ready),
		statusItem("2suspended", "", good, [4]string{"Issuing", "False", "Suspended", ""}, ready),
		statusItem("3invalid", "", [4]string{"Accepted", "False", "InvalidSpec", "key_type: is \"NOPE\""}, [4]string{"Issuing", "False", "Blocked", "see"}, ready),
		statusItem("4blocked", "2026-12-01T00:00:00Z", good, [4]string{"Issuing", "False", "UsagesIncompatible", "lacks keyEncipherment"}, ready),
		statusItem("5account", "", good, [4]string{"Ready", "False", "EABRequired", "the CA asks for a credential"}),
		statusItem("6silent", "", good, waiting, [4]string{"Ready", "Unknown", "TargetUnknown", ""}),
	}
	all := queries(t)
	want := [][]any{
		{"status#3invalid", "2026-12-03", nil, `InvalidSpec: key_type: is "NOPE"`},
		{"status#4blocked", "2026-12-04", "2026-12-01T00:00:00Z", "UsagesIncompatible: lacks keyEncipherment"},
		{"status#5account", "2026-12-05", nil, "EABRequired: the CA asks for a credential"},
		{"status#6silent", "2026-12-06", nil, "TargetUnknown: "},
	}
	if got := search(t, all[0], items...); !reflect.DeepEqual(got, want) {
		t.Errorf("the night list is\n%v\nwant\n%v", got, want)
	}
	if got := search(t, all[1], items...); len(got) != 6 || got[0][3] != nil || got[1][3] != "Suspended: " || got[2][3] != want[0][3] {
		t.Errorf("the list by date is\n%v", got)
	}
}
