package sim

import (
	"slices"
	"strings"
	"testing"
	"time"

	"certloop/reconciler/api"
)

// slip returns a table with a record whose kind is misspelled, and a correct one.
func slip() (*World, *meter) {
	w, m := New(nil), &meter{results: map[api.PassResult]int{}, failures: map[string]int{}}
	w.Loop.Meter = m
	w.account()
	w.certificate("www")
	w.AllowedCertificates = 1
	w.Table.PutItem(map[string]any{"name": "shop", "kind": "certificate", "domains": []any{"shop.example.com"}})
	return w, m
}

func (w *World) ignored() (names []string) {
	for _, n := range w.Notices {
		if n.Type == api.NoticeIgnored {
			names = append(names, n.Name)
		}
	}
	return names
}

func TestUnknownKinds_AnItemIsReportedOnce(t *testing.T) {
	w, m := slip()
	w.Run(5 * 24 * time.Hour)
	if got := w.ignored(); !slices.Equal(got, []string{"shop"}) {
		t.Errorf("after five days there are notices of %v", got)
	}
	if m.census.UnknownKinds != 1 || m.census.Ready != 1 || m.failures["UnknownKind"] != 0 {
		t.Errorf("counted %+v, failed %v", m.census, m.failures)
	}
	if n := strings.Count(w.log.String(), `"items of unknown kinds","records":1,"items":["\"shop\" of kind \"certificate\", meant as Certificate?"]`); n < 4 {
		t.Errorf("the log has it %d times in five days:\n%s", n, w.log.String())
	}
	key := api.Key{Kind: "certificate", Name: "shop"}
	w.Table.DeleteItem(key)
	w.Run(2 * 24 * time.Hour)
	if m.census.UnknownKinds != 0 || len(w.ignored()) != 1 {
		t.Errorf("corrected: counted %+v, notices of %v", m.census, w.ignored())
	}
	w.Table.PutItem(map[string]any{"name": "shop", "kind": "certificate"})
	w.Run(3 * 24 * time.Hour)
	if got := w.ignored(); len(got) != 2 {
		t.Errorf("written again: notices of %v", got)
	}
	if len(w.Violations) > 0 {
		t.Error(w.Violations)
	}
}

// Mail is sent once although the bus refuses for days, and the bus receives the notice when it accepts it.
func TestNotify_ARefusingChannelRepeatsNothingOnTheOther(t *testing.T) {
	w, m := slip()
	w.Refusing[eventChannel] = &api.Error{Kind: api.Terminal, Reason: api.ReasonInternalError, Message: "no bus"}
	w.Run(4 * 24 * time.Hour)
	if got := w.ignored(); !slices.Equal(got, []string{"shop"}) {
		t.Errorf("notices of %v", got)
	}
	if m.resyncs < 3 || m.failures["InternalError"] == 0 {
		t.Errorf("%d resyncs, failures %v", m.resyncs, m.failures)
	}
	delete(w.Refusing, eventChannel)
	w.Run(2 * 24 * time.Hour)
	s, err := w.Table.GetController(t.Context())
	if err != nil || len(s.Outbox) != 0 || len(s.ReportedItems) != 1 || len(w.ignored()) != 1 || len(w.Violations) > 0 {
		t.Errorf("%+v, %v; notices of %v; %v", s, err, w.ignored(), w.Violations)
	}
}

// TestUnknownKinds_AReportUnderFaults loses no notice, and repeats none without a fault, for any fault at one point of
// the resync.
func TestUnknownKinds_AReportUnderFaults(t *testing.T) {
	base, _ := slip()
	base.Run(2 * 24 * time.Hour)
	for i, op := range base.calls.trace {
		if !strings.HasSuffix(op, "Controller") && !strings.HasPrefix(op, "notify.") && op != "table.All" {
			continue
		}
		for _, fault := range []Kind{Err, LostReply, CrashBefore, CrashAfter} {
			w, _ := slip()
			w.calls.faults = Faults{i: fault}
			w.Run(4 * 24 * time.Hour)
			if w.calls.struck == 0 {
				t.Errorf("%s at %d, %s: no call failed", fault, i, op)
			}
			if len(w.ignored()) == 0 || len(w.ignored()) > 2 || len(w.Violations) > 0 {
				t.Errorf("%s at %d, %s: notices of %v, %v", fault, i, op, w.ignored(), w.Violations)
			}
		}
	}
}
