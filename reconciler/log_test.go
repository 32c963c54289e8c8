package reconciler

import (
	"bytes"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"certloop/reconciler/api"
	"certloop/reconciler/logkey"
	"certloop/reconciler/plan"
)

func TestSeconds_AreWrittenInDecimalNotation(t *testing.T) {
	for d, want := range map[time.Duration]string{
		0: "0", 1820 * time.Millisecond: "1.82", 999600 * time.Microsecond: "1", 400 * time.Microsecond: "0", 6 * time.Hour: "21600",
	} {
		var out bytes.Buffer
		slog.New(slog.NewJSONHandler(&out, nil)).LogAttrs(t.Context(), slog.LevelInfo, "m", seconds(logkey.Took, d))
		if !strings.Contains(out.String(), fmt.Sprintf(`"took":%s}`, want)) {
			t.Errorf("%s is written as %s", d, out.String())
		}
	}
}

func TestFailed_WhatCountsAsAFailedEffect(t *testing.T) {
	kind := func(k api.ErrorKind) error { return fmt.Errorf("do it: %w", &api.Error{Kind: k, Message: "no"}) }
	for sentence, c := range map[string]struct {
		action plan.Action
		err    error
		want   bool
	}{
		"none":                                  {plan.Import, nil, false},
		"a refusal":                             {plan.Import, kind(api.Terminal), true},
		"no answer":                             {plan.Publish, kind(api.Transient), true},
		"a bug":                                 {plan.Publish, errors.New("x"), true},
		"not that another writer was first":     {plan.Publish, kind(api.Conflict), false},
		"a deleted certificate to import under": {plan.Import, kind(api.NotFound), true},
		"not a deleted one to delete":           {plan.DeleteCertificate, kind(api.NotFound), false},
		"not a deleted one to tag":              {plan.Tag, kind(api.NotFound), false},
		"nor a deleted zone to clean":           {plan.CleanDNS, kind(api.NotFound), false},
		"nor an account that is looked up":      {plan.Lookup, kind(api.NotFound), false},
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := plan.IsFailure(c.action, c.err); got != c.want {
				t.Errorf("failed: %v", got)
			}
			var out bytes.Buffer
			r := New(Config{Log: slog.New(slog.NewJSONHandler(&out, nil))})
			r.logEffect(t.Context(), api.Key{Kind: api.KindCertificate, Name: "www"}, plan.Plan{Action: c.action}, c.err)
			line := out.String()
			if strings.Contains(line, `"WARN"`) != c.want || strings.Contains(line, `"effect failed"`) != c.want ||
				strings.Contains(line, `"error_kind"`) != (c.err != nil) {
				t.Errorf("the line is %s", line)
			}
		})
	}
}
