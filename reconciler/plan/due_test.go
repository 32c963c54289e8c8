package plan

import (
	"testing"
	"time"

	"certloop/reconciler/api"
	"pgregory.net/rapid"
)

func TestDueEntry_TheEntryOfTheDueIndex(t *testing.T) {
	in := func(d time.Duration) int64 { return now.Add(d).Unix() }
	for sentence, c := range map[string]struct {
		at      time.Time
		present int64
		want    int64
	}{
		"none where nothing is to come":             {time.Time{}, in(time.Hour), 0},
		"the time itself, where it is far":          {now.Add(time.Hour), 0, in(time.Hour)},
		"from a quarter of an hour on":              {now.Add(15 * time.Minute), 0, in(15 * time.Minute)},
		"a net under the queue, where it is near":   {now.Add(5 * time.Minute), 0, in(10 * time.Minute)},
		"also where it is now":                      {now, 0, in(10 * time.Minute)},
		"also where it is over":                     {now.Add(-time.Hour), 0, in(10 * time.Minute)},
		"one that still serves is not moved":        {now.Add(time.Minute), in(3 * time.Minute), in(3 * time.Minute)},
		"one that would come before the message is": {now.Add(time.Minute), in(2 * time.Minute), in(10 * time.Minute)},
		"it comes after the message":                {now.Add(15*time.Minute - time.Second), 0, in(17*time.Minute - time.Second)},
		"up to a quarter of an hour":                {now, in(17 * time.Minute), in(17 * time.Minute)},
		"one that is too far is":                    {now, in(17*time.Minute + time.Second), in(10 * time.Minute)},
		"one that is over is":                       {now, in(0), in(10 * time.Minute)},
		"another far time replaces it":              {now.Add(2 * time.Hour), in(time.Hour), in(2 * time.Hour)},
		"also one that would have come sooner":      {now.Add(2 * time.Hour), in(time.Minute), in(2 * time.Hour)},
	} {
		t.Run(sentence, func(t *testing.T) {
			partition, got := dueEntry(now, c.at, c.present)
			if got != c.want {
				t.Errorf("in %s, want in %s", time.Unix(got, 0).Sub(now), time.Unix(c.want, 0).Sub(now))
			}
			if (partition == api.DuePartition) != (got != 0) || (got == 0 && partition != "") {
				t.Errorf("partition %q for %d", partition, got)
			}
		})
	}
}

// TestDueEntry_TheDueIndexBringsARecordBack: never before its time where that is far, and within a quarter of an hour of it where
// the queue may have lost it.
func TestDueEntry_TheDueIndexBringsARecordBack(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		wait := time.Duration(rapid.Int64Range(-3600, 30*86400).Draw(t, "wait")) * time.Second
		present := rapid.OneOf(rapid.Just(int64(0)), rapid.Int64Range(now.Unix()-3600, now.Unix()+90*86400)).Draw(t, "present")
		_, due := dueEntry(now, now.Add(wait), present)
		after := time.Unix(due, 0).Sub(now)
		switch {
		case wait >= 15*time.Minute && after != wait:
			t.Fatalf("after %s, want %s", after, wait)
		case wait < 15*time.Minute && (after <= 0 || after > 17*time.Minute):
			t.Fatalf("after %s, for something in %s", after, wait)
		}
		if _, again := dueEntry(now, now.Add(wait), due); again != due {
			t.Fatalf("the same again moves it from %d to %d", due, again)
		}
	})
}
