package progress

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"
)

func TestLimits_Until(t *testing.T) {
	limits := Limits{Idle: time.Minute, Most: 5 * time.Minute, Poll: time.Second}
	for sentence, c := range map[string]struct {
		// missing returns what is missing after so many seconds.
		missing func(second int) string
		// err is in the error, "" stands for none. took is how long the wait takes, in seconds.
		err  string
		took int
	}{
		"a check that holds ends the wait": {func(second int) string {
			if second < 30 {
				return "open"
			}
			return ""
		}, "", 30},
		"what makes progress is waited for, longer than the idle time": {func(second int) string {
			if second < 200 {
				return fmt.Sprintf("step %d", second/50)
			}
			return ""
		}, "", 200},
		"what shows nothing new is left after the idle time": {func(int) string { return "stuck" }, "stuck (nothing new was seen for 1m0s)", 60},
		"what goes to and fro shows nothing new": {func(second int) string {
			return []string{"open", "closed"}[second%2]
		}, "(nothing new was seen for 1m0s)", 61},
		"what always shows something new is left in the end": {func(second int) string {
			return fmt.Sprintf("attempt %d", second)
		}, "although something new was seen", 300},
	} {
		t.Run(sentence, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				began := time.Now()
				second := func() int { return int(time.Since(began) / time.Second) }
				err := limits.Until(t.Context(), func() string { return c.missing(second()) })
				if c.err == "" && err != nil || c.err != "" && (err == nil || !strings.Contains(err.Error(), c.err)) {
					t.Errorf("the error is %v, want %q", err, c.err)
				}
				if took := second(); took != c.took {
					t.Errorf("it took %d s, want %d", took, c.took)
				}
			})
		})
	}
}

// A check may itself take longer than the idle time.
func TestLimits_ASlowCheckIsRepeatedAfterSomethingNew(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		n := 0
		err := Limits{Idle: time.Second, Most: time.Hour, Poll: time.Millisecond}.Until(t.Context(), func() string {
			time.Sleep(5 * time.Second)
			if n++; n == 3 {
				return ""
			}
			return fmt.Sprint(n)
		})
		if err != nil {
			t.Error(err)
		}
	})
}

func TestLimits_AContextThatEndsEndsTheWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		err := Default.Until(ctx, func() string { return "open" })
		if err == nil || !strings.Contains(err.Error(), "open") {
			t.Errorf("the error is %v", err)
		}
	})
}
