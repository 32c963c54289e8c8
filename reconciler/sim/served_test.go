package sim

import (
	"context"
	"fmt"
	"testing"
	"time"

	"certloop/reconciler"
	"certloop/reconciler/api"
)

// TestServed_OfProbesThatAreSwitchedOffIsNotShown: what was seen before says nothing about the present.
func TestServed_OfProbesThatAreSwitchedOffIsNotShown(t *testing.T) {
	w := New(nil)
	behindFront(0)(w)
	w.front, w.Loop.Prober = nil, nil
	w.wake(certificateKey("www"), 0)
	w.Run(time.Minute)
	if c, had := api.GetCondition(w.status("www").Conditions, api.ConditionServed); had {
		t.Errorf("there is still %+v", c)
	}
}

// crossed is a table in which a probe that was under way writes just before the loop does.
type crossed struct {
	worldPorts
	armed *bool
}

func (c crossed) WriteServed(ctx context.Context, name string, s *api.ServedStatus) error {
	if *c.armed {
		*c.armed = false
		late := *s
		late.DueAt = c.w.clock.now.Add(24 * time.Hour).Unix()
		if err := c.w.Table.WriteServed(ctx, name, &late); err != nil {
			return err
		}
	}
	return c.w.Table.WriteServed(ctx, name, s)
}

func TestServed_IsProbedSoonAfterAnImportThatCrossesAProbe(t *testing.T) {
	w := New(nil)
	behindFront(0)(w)
	w.AllowedCertificates = 2
	armed := true
	w.Loop.Served = crossed{worldPorts{w}, &armed}
	w.certificate("www", "probe", map[string]any{"interval": "1d"}, "renew_token", "two")
	imported := w.clock.now
	w.Run(2 * time.Minute)
	if due := time.Unix(w.object("www").Served.DueAt, 0); armed || due.Sub(imported) > 3*time.Minute {
		t.Errorf("the next probe is at %s, %s after the import was asked for (crossed: %v)", due, due.Sub(imported), !armed)
	}
}

// TestServed_AnyDamageHeals: whatever somebody does to the item, the endpoints are probed again within two days.
func TestServed_AnyDamageHeals(t *testing.T) {
	far := time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC)
	for sentence, change := range map[string]func(*api.ServedStatus) *api.ServedStatus{
		"its version cannot be read":  func(s *api.ServedStatus) *api.ServedStatus { s.Version = -1; return s },
		"nothing of it can be read":   func(s *api.ServedStatus) *api.ServedStatus { return &api.ServedStatus{Version: -1} },
		"it is not due":               func(s *api.ServedStatus) *api.ServedStatus { s.DueAt = 0; return s },
		"it is due in the far future": func(s *api.ServedStatus) *api.ServedStatus { s.DueAt = far.Unix(); return s },
		"it was deleted":              func(*api.ServedStatus) *api.ServedStatus { return nil },
		"its times lie ahead": func(s *api.ServedStatus) *api.ServedStatus {
			s.CheckedAt, s.ExpectedSince, s.FrontendsAt = far, far, far
			return s
		},
		"its version is another, and its dates": func(s *api.ServedStatus) *api.ServedStatus { s.Version, s.DueAt = 1<<40, far.Unix(); return s },
	} {
		t.Run(sentence, func(t *testing.T) {
			w := New(nil)
			behindFront(0)(w)
			w.Table.ForgeServed("www", change)
			from := w.clock.now
			w.Run(49 * time.Hour)
			served := w.object("www").Served
			if served == nil || !served.CheckedAt.After(from) || served.Version < 1 {
				t.Fatalf("there is %+v", served)
			}
			if w.wantServed(api.ConditionTrue, api.ReasonServed); len(w.Violations) > 0 {
				t.Error(w.Violations)
			}
		})
	}
}

// TestServed_IsProbedSoonAfterItIsSwitchedOn, and after its interval is made shorter, without a resync.
func TestServed_IsProbedSoonAfterAChangeOfTheRecord(t *testing.T) {
	for sentence, before := range map[string]map[string]any{
		"switched on":      {"off": true},
		"a short interval": {"interval": "7d"},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := New(nil)
			behindFront(0)(w)
			w.certificate("www", "probe", before)
			w.Run(26 * time.Hour)
			from := w.clock.now
			w.certificate("www", "probe", map[string]any{"interval": "1h"})
			w.Run(2 * time.Hour)
			if served := w.object("www").Served; served == nil || !served.CheckedAt.After(from) {
				t.Errorf("after two hours there is %+v", served)
			}
		})
	}
}

// TestServed_EveryDueCertificateIsProbed holds that endpoints which take all the time there is delay the others by a bounded number
// of invocations, and are on record as unknown.
func TestServed_EveryDueCertificateIsProbed(t *testing.T) {
	w := New(nil)
	registered(w)
	const count, hostile = 12, 6
	names := func(i int) (all []any) {
		for n := range 1 + 9*(1-i/hostile) {
			all = append(all, fmt.Sprintf("h%d.c%d.example.com", n, i))
		}
		return all
	}
	slow := map[string]time.Duration{}
	w.AllowedCertificates = count
	for i := range count {
		w.certificate(fmt.Sprint("c", i), "domains", names(i))
		for _, name := range names(i) {
			if i < hostile {
				slow[name.(string)] = 31 * time.Second
			}
		}
	}
	w.Run(time.Hour)
	w.open("c0", 0)
	w.front.slow = slow
	for i := range count { // the hostile ones are due first
		w.Table.ForgeServed(fmt.Sprint("c", i), func(*api.ServedStatus) *api.ServedStatus {
			return &api.ServedStatus{Version: 1, DueAt: w.clock.now.Unix() - int64(count-i)}
		})
	}
	invocations := 0
	for ; invocations < count; invocations++ {
		left := 0
		for i := range count {
			if w.object(fmt.Sprint("c", i)).Served.CheckedAt.IsZero() {
				left++
			}
		}
		if left == 0 {
			break
		}
		began := w.clock.now
		if err := w.Loop.Probe(context.Background()); err != nil {
			t.Fatal(err)
		}
		if took := w.clock.now.Sub(began); took > 51*time.Second {
			t.Errorf("an invocation took %s", took)
		}
		w.clock.Sleep(context.Background(), time.Minute)
	}
	if invocations > hostile/2+1 {
		t.Errorf("all are probed after %d invocations", invocations)
	}
	for i := range hostile {
		for _, e := range w.object(fmt.Sprint("c", i)).Served.Endpoints {
			if e.State != api.ServedUnknown || e.Message == "" {
				t.Errorf("c%d: %+v", i, e)
			}
		}
	}
}

// TestServed_AWaitThatNeverEndsIsAnsweredAtOnce: a record without endpoints is reported before anything is waited for.
func TestServed_AWaitThatNeverEndsIsAnsweredAtOnce(t *testing.T) {
	for sentence, c := range map[string]struct {
		extra []any
		says  string
	}{
		"switched off":   {[]any{"probe", map[string]any{"off": true}}, "probe.off"},
		"only wildcards": {[]any{"domains", []any{"*.example.com"}}, "names_for_wildcards"},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := New(nil)
			behindFront(0)(w)
			w.AllowedCertificates = 2
			w.certificate("www", c.extra...)
			w.Run(time.Hour)
			w.within(t, 10*time.Second, func() {
				_, err := w.Loop.Invoke(context.Background(), reconciler.Invocation{Names: []string{"www"}, Require: api.ConditionServed, Wait: 10 * time.Minute})
				errorSays(t, err, "certificate www is not Served", c.says, "require Ready")
			})
		})
	}
}

// TestServed_AWaitProbesAtABoundedRate while a load balancer picks up the certificate late.
func TestServed_AWaitProbesAtABoundedRate(t *testing.T) {
	w := New(nil)
	behindFront(14 * time.Minute)(w)
	w.AllowedCertificates = 2
	w.certificate("www", "renew_token", "two", "probe", map[string]any{"interval": "1d"})
	before := w.front.asked["www.example.com"]
	_, err := w.Loop.Invoke(context.Background(), reconciler.Invocation{Names: []string{"www"}, Require: api.ConditionServed, Wait: 15 * time.Minute})
	if err != nil {
		t.Error(err)
	}
	if asked := w.front.asked["www.example.com"] - before; asked < 10 || asked > 30 {
		t.Errorf("the endpoint was asked %d times in a quarter of an hour", asked)
	}
}

// TestServed_AWSIsAskedRarely counts how often the resources that use a certificate are described.
func TestServed_AWSIsAskedRarely(t *testing.T) {
	w := New(nil)
	behindFront(0)(w)
	w.certificate("www") // probed once an hour
	w.balance(0)
	w.Run(10 * 24 * time.Hour)
	if n := w.front.describing; n < 30 || n > 42 {
		t.Errorf("in ten days it was described %d times", n)
	}
}
