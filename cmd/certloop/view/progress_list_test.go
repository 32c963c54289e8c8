package view

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
	"time"

	"certloop/cmd/certloop/lang"
	"certloop/cmd/certloop/screen"
	"certloop/reconciler/api"
)

// Certificates of which more are under way than the terminal has lines stay on the screen, and what failed stays visible.
func TestProgressLines_OfManyCertificatesFitTheTerminal(t *testing.T) {
	s := screen.New(screen.Config{Out: new(bytes.Buffer), Language: lang.English, Width: 80, Now: func() time.Time { return now }})
	s.Live = true
	var list []Progress
	for i := range 300 {
		issuance := stored{status: api.ConditionTrue, reason: api.ReasonValidating, flight: flight(nil)}.issuance()
		issuance.Targets = []TargetPoint{{Key: "eu-west-1"}, {Key: "us-east-1"}}
		list = append(list, Progress{Certificate: Certificate{Name: fmt.Sprint("n", i)}, Issuance: issuance})
	}
	list[200].Problem = "certificate n200 was not forced"
	list[0].Outcome = Outcome{Done: true}
	for _, height := range []int{1, 2, 3, 4, 10, 24, 301, 302, 901, 1000} {
		s.Height = height
		lines := ProgressLines(s, list)
		if len(lines) >= height && height > 2 {
			t.Errorf("%d lines on a terminal of %d", len(lines), height)
		}
		if all := strings.Join(lines, "\n"); !strings.Contains(all, "n200") && height > 2 {
			t.Errorf("on a terminal of %d lines the failure is not visible:\n%s", height, all)
		}
	}
	s.Height = 10
	if last := ProgressLines(s, list)[8]; last != "… and 292 more certificates (under way: 291, done: 1)" {
		t.Errorf("the last line is %q", last)
	}
}

// Where lines cannot be drawn again, what changes by itself with time is not a change.
func TestProgressLines_DoNotChangeWithTime(t *testing.T) {
	clock := now
	s := screen.New(screen.Config{Out: new(bytes.Buffer), Language: lang.English, Now: func() time.Time { return clock }})
	issuance := stored{api.ConditionFalse, api.ReasonCAUnavailable, "m", nextAt(now.Add(time.Hour)), flight(nil)}.issuance()
	issuance.Targets = []TargetPoint{{"eu", Point{Standing: Failed, Until: now.Add(time.Hour)}}, {"us", Point{Standing: Current, Since: now}}}
	list := []Progress{{Certificate: Certificate{Name: "www"}, Issuance: issuance}}
	before := ProgressLines(s, list)
	clock = clock.Add(10 * time.Minute)
	if after := ProgressLines(s, list); strings.Join(before, "\n") != strings.Join(after, "\n") || len(after) != 3 {
		t.Errorf("%q, and ten minutes later %q", before, after)
	}
}
