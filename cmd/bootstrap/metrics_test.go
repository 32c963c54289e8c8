package main

import (
	"bytes"
	"errors"
	"log/slog"
	"strings"
	"testing"
)

func TestInvoke_WritesTheMetricsOnceHoweverItEnds(t *testing.T) {
	for sentence, c := range map[string]struct {
		loop    controller
		payload string
	}{
		"well":               {&fakeLoop{}, `{"action":"tick"}`},
		"with an error":      {&fakeLoop{err: errors.New("table not found")}, `{"action":"resync"}`},
		"with a wrong event": {&fakeLoop{}, `{}`},
		"with a panic":       {panicking{}, `{"action":"tick"}`},
	} {
		t.Run(sentence, func(t *testing.T) {
			metrics := &fakeFlusher{}
			h := &handler{controller: c.loop, log: slog.New(slog.DiscardHandler), metrics: metrics}
			func() {
				defer func() { _ = recover() }()
				_, _ = h.Invoke(t.Context(), []byte(c.payload))
			}()
			if metrics.flushed != 1 {
				t.Errorf("they were written %d times", metrics.flushed)
			}
		})
	}
}

// panicking is a loop without an implementation.
type panicking struct{ controller }

func TestInvoke_MetricsThatCannotBeWrittenDoNotFailIt(t *testing.T) {
	var log bytes.Buffer
	h := &handler{controller: &fakeLoop{}, log: newLogger(&log, slog.LevelInfo), metrics: &fakeFlusher{err: errors.New("broken pipe")}}
	answer, err := h.Invoke(t.Context(), []byte(`{"action":"tick"}`))
	if err != nil || string(answer) != `{}` {
		t.Errorf("answer %s, %v", answer, err)
	}
	if got := log.String(); !strings.Contains(got, `"level":"ERROR"`) || !strings.Contains(got, "broken pipe") {
		t.Errorf("log %s", got)
	}
}
