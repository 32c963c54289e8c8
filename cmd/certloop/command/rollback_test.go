package command

import (
	"reflect"
	"strings"
	"testing"

	"certloop/cmd/certloop/deployment"
)

func TestRollback(t *testing.T) {
	for args, want := range map[string]struct {
		event map[string]any
		says  string
	}{
		"rollback www":                  {map[string]any{"action": "rollback", "names": []any{"www"}, "wait": "2m0s"}, "www: the certificate before is back"},
		"rollback www --undo":           {map[string]any{"action": "rollback", "names": []any{"www"}, "wait": "2m0s", "undo": true}, "www: the rollback is undone"},
		"rollback www --timeout 90m":    {map[string]any{"action": "rollback", "names": []any{"www"}, "wait": "14m0s"}, "www: the certificate before is back"},
		"rollback www www --undo=false": {map[string]any{"action": "rollback", "names": []any{"www"}, "wait": "2m0s"}, "www: the certificate before is back"},
	} {
		w := sample()
		var events []map[string]any
		w.invoke = func(event map[string]any) (any, error) {
			events = append(events, event)
			return map[string]any{}, nil
		}
		out, code := terminal{world: w}.run(t, strings.Fields(args)...)
		if code != 0 || !strings.Contains(out, want.says) || !reflect.DeepEqual(events, []map[string]any{want.event}) {
			t.Errorf("%s: code %d, %s, events %v", args, code, out, events)
		}
	}
}

func TestRollback_ARefusalHasItsReason(t *testing.T) {
	for args, why := range map[string]string{
		"rollback www":        "certificate www was not rolled back: no certificate is being rolled out",
		"rollback www --undo": "the rollback of certificate www was not undone: nothing is rolled back: the record has no rollout",
	} {
		w := sample()
		w.invoke = func(map[string]any) (any, error) {
			return nil, &deployment.FunctionError{Type: "ReconcileFailed", Message: why}
		}
		out, code := terminal{world: w}.run(t, strings.Fields(args)...)
		if code != ExitDiffers || !strings.Contains(strings.Join(strings.Fields(out), " "), why) || strings.Contains(out, "rolled out again") {
			t.Errorf("%s: code %d, %s", args, code, out)
		}
	}
}
