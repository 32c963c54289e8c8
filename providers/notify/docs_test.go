package notify_test

import (
	"encoding/json"
	"os"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"certloop/providers/notify"
	"certloop/providers/notify/contract"
	"certloop/reconciler/api"
)

var block = regexp.MustCompile("(?s)```([a-z]*)\n(.*?)```")

// examples are the blocks of docs/reference/notices.md in a language.
func examples(t *testing.T, language string) (list []string) {
	t.Helper()
	text, err := os.ReadFile("../../docs/reference/notices.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, match := range block.FindAllStringSubmatch(string(text), -1) {
		if match[1] == language {
			list = append(list, match[2])
		}
	}
	return list
}

func TestTheDocsShowTheMailAsItIs(t *testing.T) {
	got, want := mailed(t, contract.Notice()), examples(t, "")
	if len(want) != 2 || got.Subject+"\n" != want[0] || got.Body != want[1] {
		t.Errorf("the mail is\n%s\n\n%s\nand in the docs\n%s", got.Subject, got.Body, strings.Join(want, "\n"))
	}
}

func TestTheDocsShowTheEventAsItIs(t *testing.T) {
	s := serve(t)
	if _, err := notify.New(s.config).Notify(t.Context(), contract.Notice(), nil); err != nil {
		t.Fatal(err)
	}
	event := s.events.All()[0]
	var got any
	if err := json.Unmarshal([]byte(event.Detail), &got); err != nil {
		t.Fatal(err)
	}
	for _, example := range examples(t, "json") {
		var want map[string]any
		if err := json.Unmarshal([]byte(example), &want); err != nil {
			t.Fatalf("%s: %v", example, err)
		}
		if _, isEvent := want["id"]; isEvent {
			if !reflect.DeepEqual(got, any(want)) {
				t.Errorf("the detail is %v\nand in the docs %v", got, want)
			}
			if event.Time != float64(contract.Notice().Time.Unix()) {
				t.Errorf("its time is %v", event.Time)
			}
			return
		}
	}
	t.Error("the docs show no event")
}

func TestTheDocsNameEveryType(t *testing.T) {
	text, err := os.ReadFile("../../docs/reference/notices.md")
	if err != nil {
		t.Fatal(err)
	}
	for _, kind := range contract.Types {
		if row := regexp.MustCompile("\n\\| `" + kind + "` \\| [A-Z][^|]+ \\| [A-Z][^|]+ \\|\n"); !row.Match(text) {
			t.Errorf("the docs have no row with what %s means and what to do", kind)
		}
	}
	// A field of the notice that nobody sets in the example would not be seen to be missing there.
	example := reflect.ValueOf(contract.Notice())
	for i := range example.NumField() {
		// Only a NoticesDigest has a digest, and that is mailed only.
		if name := reflect.TypeFor[api.Notice]().Field(i).Name; example.Field(i).IsZero() && name != "Digest" {
			t.Errorf("the example has no %s", name)
		}
	}
}
