package plan

import (
	"testing"
	"time"

	"certloop/reconciler/api"
	"pgregory.net/rapid"
)

func TestPrefer_WhichOfTwoCertificatesIsTheTargets(t *testing.T) {
	used := func(c *api.Installed) { c.InUseBy = []string{"listener"} }
	older := func(c *api.Installed) { c.ImportedAt = c.ImportedAt.Add(-time.Hour) }
	ours := func(c *api.Installed) { c.Leaf = successor }
	for sentence, c := range map[string]struct {
		holding       bool
		better, worse []func(*api.Installed)
	}{
		"the one on hold, whose reply was lost":        {true, []func(*api.Installed){ours, older}, []func(*api.Installed){used}},
		"the one in use":                               {false, []func(*api.Installed){used, older}, nil},
		"the newest":                                   {false, nil, []func(*api.Installed){older}},
		"the newest of those in use":                   {true, []func(*api.Installed){used}, []func(*api.Installed){used, older}},
		"the newest of those on hold":                  {true, []func(*api.Installed){ours}, []func(*api.Installed){ours, older}},
		"without a chain on hold its print is nothing": {false, []func(*api.Installed){used}, []func(*api.Installed){ours}},
	} {
		t.Run(sentence, func(t *testing.T) {
			in := kept()
			if c.holding {
				in = kept(issuing(held(successor)))
			}
			better, worse := installed(ownARN, leaf("a1", began, ends), place), installed(otherARN, leaf("a1", began, ends), place)
			for _, change := range c.better {
				change(better)
			}
			for _, change := range c.worse {
				change(worse)
			}
			if !Prefer(in, "", better, worse) || Prefer(in, "", worse, better) {
				t.Error("the other is taken")
			}
		})
	}
}

// TestPrefer_OneOfTwoIsAlwaysPreferred: in whatever order the search by tag lists them, the choice is the same.
func TestPrefer_OneOfTwoIsAlwaysPreferred(t *testing.T) {
	draw := rapid.Custom(func(t *rapid.T) *api.Installed {
		c := installed(rapid.SampledFrom([]string{ownARN, otherARN, "arn:third"}).Draw(t, "arn"), leaf("a1", began, ends), place)
		if rapid.Bool().Draw(t, "held") {
			c.Leaf = successor
		}
		if rapid.Bool().Draw(t, "used") {
			c.InUseBy = []string{"listener"}
		}
		c.ImportedAt = now.Add(-time.Duration(rapid.IntRange(0, 2).Draw(t, "age")) * time.Hour)
		return c
	})
	in := kept(issuing(held(successor)))
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := draw.Draw(t, "a"), draw.Draw(t, "b"), draw.Draw(t, "c")
		if a.ARN != b.ARN && Prefer(in, "", a, b) == Prefer(in, "", b, a) {
			t.Fatal("neither or both are preferred")
		}
		if Prefer(in, "", a, b) && Prefer(in, "", b, c) && !Prefer(in, "", a, c) {
			t.Fatal("it goes round in a circle")
		}
		if Prefer(in, "", a, a) {
			t.Fatal("one is preferred to itself")
		}
	})
}
