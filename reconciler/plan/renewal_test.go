package plan

import (
	"testing"
	"time"

	"certloop/reconciler/api"
	"pgregory.net/rapid"
)

func window(start, end time.Time) *api.ARIStatus {
	return &api.ARIStatus{CertID: "aki.a1", WindowStart: start, WindowEnd: end}
}

func TestRenewalTimes(t *testing.T) {
	l := leaf("a1", began, ends)
	short := leaf("a1", began, began.Add(6*day))
	for sentence, c := range map[string]struct {
		leaf     api.Leaf
		ari      *api.ARIStatus
		before   time.Duration
		from, to time.Time
		source   api.RenewalSource
	}{
		"two thirds of the life, spread over a twentieth": {l, nil, 0, began.Add(60 * day * 37 / 40), began.Add(60 * day), api.SourceLifetime},
		"half of it, under ten days":                      {short, nil, 0, began.Add(6 * day * 9 / 20), began.Add(3 * day), api.SourceLifetime},
		"as long before the end as the record says":       {l, nil, 20 * day, ends.Add(-20 * day), ends.Add(-20 * day), api.SourceRenewBefore},
		"which is at most two thirds of the life":         {l, nil, 89 * day, began.Add(30 * day), began.Add(30 * day), api.SourceRenewBefore},
		"in the CA's window":                              {l, window(began.Add(50*day), began.Add(52*day)), 0, began.Add(50 * day), began.Add(52 * day), api.SourceARI},
		"also in the first third of the life":             {l, window(began, began.Add(day)), 0, began, began.Add(day), api.SourceARI},
		"the record's word goes before a usual window":    {l, window(began.Add(50*day), began.Add(52*day)), 10 * day, ends.Add(-10 * day), ends.Add(-10 * day), api.SourceRenewBefore},
		"but not before that of a revocation":             {l, window(began.Add(2*day), began.Add(3*day)), 10 * day, began.Add(2 * day), began.Add(3 * day), api.SourceARI},
		"a window too late is brought forward":            {l, window(ends.Add(-day), ends), 0, ends.Add(-15 * day), ends.Add(-15 * day), api.SourceARI},
		"to a quarter of a short life":                    {short, window(began.Add(6*day), began.Add(7*day)), 0, began.Add(6 * day * 3 / 4), began.Add(6 * day * 3 / 4), api.SourceARI},
		"a window in the past means now":                  {l, window(began.Add(-2*day), began.Add(-day)), 0, began.Add(-2 * day), began.Add(-day), api.SourceARI},
		"one that ends before it starts is none":          {l, window(began.Add(3*day), began.Add(2*day)), 0, began.Add(55 * day), began.Add(60 * day), api.SourceLifetime},
		"nor one without a length":                        {l, window(began.Add(3*day), began.Add(3*day)), 0, began.Add(55 * day), began.Add(60 * day), api.SourceLifetime},
		"nor one that ended long before the certificate":  {l, window(began.Add(-9*day), began.Add(-day-time.Second)), 0, began.Add(55 * day), began.Add(60 * day), api.SourceLifetime},
		"nor one that was never filled in":                {l, &api.ARIStatus{CertID: "aki.a1"}, 0, began.Add(55 * day), began.Add(60 * day), api.SourceLifetime},
		"and then the record's word goes":                 {l, window(began.Add(3*day), began.Add(2*day)), 10 * day, ends.Add(-10 * day), ends.Add(-10 * day), api.SourceRenewBefore},
	} {
		t.Run(sentence, func(t *testing.T) {
			got, source := renewal("www", c.leaf, c.ari, c.before)
			if got.Before(c.from) || got.After(c.to) || source != c.source {
				t.Errorf("at %s by %s, want from %s to %s by %s", got, source, c.from, c.to, c.source)
			}
		})
	}
}

// life of a certificate: what public CAs issue, and a little beyond, in whole seconds.
func drawLeaf(t *rapid.T) api.Leaf {
	from := began.Add(time.Duration(rapid.Int64Range(0, 1e8).Draw(t, "from")) * time.Second)
	length := time.Duration(rapid.Int64Range(3600, 400*86400).Draw(t, "seconds")) * time.Second
	return leaf(rapid.StringMatching("[0-9a-f]{1,40}").Draw(t, "serial"), from, from.Add(length))
}

// drawWindow is any window about the certificate's life, sound or not; nil: the CA was not asked.
func drawWindow(t *rapid.T, l api.Leaf) *api.ARIStatus {
	if rapid.Bool().Draw(t, "no window") {
		return nil
	}
	life := int64(l.NotAfter.Sub(l.NotBefore) / time.Second)
	point := rapid.Int64Range(-life, 2*life)
	return window(l.NotBefore.Add(time.Duration(point.Draw(t, "start"))*time.Second), l.NotBefore.Add(time.Duration(point.Draw(t, "end"))*time.Second))
}

func drawBefore(t *rapid.T) time.Duration {
	return time.Duration(rapid.OneOf(rapid.Just(int64(0)), rapid.Int64Range(1, 500*86400)).Draw(t, "renew before")) * time.Second
}

func drawName(t *rapid.T) string { return rapid.StringMatching("[a-z]{1,9}").Draw(t, "name") }

func TestARenewalTimeIsAFunctionOfCertificateAndAnswer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name, l, before := drawName(t), drawLeaf(t), drawBefore(t)
		ari := drawWindow(t, l)
		at, source := renewal(name, l, ari, before)
		again, sourceAgain := renewal(name, l, ari, before)
		if !at.Equal(again) || source != sourceAgain {
			t.Fatalf("%s by %s, and then %s by %s", at, source, again, sourceAgain)
		}
		if at.Nanosecond() != 0 {
			t.Fatalf("%s is no whole second: what is stored would be another time", at)
		}
	})
}

func TestARenewalByTheCAsWindowLiesInItOrAtTheFloor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name, l, before := drawName(t), drawLeaf(t), drawBefore(t)
		ari := drawWindow(t, l)
		at, source := renewal(name, l, ari, before)
		if source != api.SourceARI {
			t.Skip("by another rule")
		}
		floor := latest(l, l.NotAfter.Sub(l.NotBefore))
		if at.After(floor) {
			t.Fatalf("at %s, and the floor is %s", at, floor)
		}
		if at.Equal(floor) && ari.WindowEnd.After(floor) {
			return
		}
		if at.Before(ari.WindowStart) || at.After(ari.WindowEnd) {
			t.Fatalf("at %s, and the window is %s to %s", at, ari.WindowStart, ari.WindowEnd)
		}
	})
}

func TestNothingRenewsInTheFirstThirdButByTheCAsWindow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name, l, before := drawName(t), drawLeaf(t), drawBefore(t)
		ari := drawWindow(t, l)
		at, source := renewal(name, l, ari, before)
		third := l.NotBefore.Add(l.NotAfter.Sub(l.NotBefore) / 3)
		if source != api.SourceARI && at.Before(third) {
			t.Fatalf("at %s by %s, and the first third ends at %s", at, source, third)
		}
		if !at.Before(l.NotAfter) {
			t.Fatalf("at %s by %s, and the certificate ends at %s", at, source, l.NotAfter)
		}
	})
}

func TestAnUnsoundWindowCountsAsNone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name, l, before := drawName(t), drawLeaf(t), drawBefore(t)
		ari := drawWindow(t, l)
		if ari == nil || (ari.WindowEnd.After(ari.WindowStart) && !ari.WindowEnd.Before(l.NotBefore.Add(-day))) {
			t.Skip("a sound one, or none")
		}
		at, source := renewal(name, l, ari, before)
		if want, by := renewal(name, l, nil, before); !at.Equal(want) || source != by {
			t.Fatalf("%s by %s, and without it %s by %s", at, source, want, by)
		}
	})
}

// TestRenewalsAreSpread: of a hundred certificates that were issued at once, few are renewed in the same hour.
func TestRenewalsAreSpread(t *testing.T) {
	hours := map[int64]int{}
	for i := range 100 {
		at, _ := renewal("record "+string(rune('a'+i)), leaf("a1", began, ends), nil, 0)
		hours[at.Unix()/3600]++
	}
	for hour, n := range hours {
		if n > 10 {
			t.Errorf("%d of 100 in the hour of %s", n, time.Unix(hour*3600, 0).UTC())
		}
	}
	one, _ := renewal("www", leaf("a1", began, ends), nil, 0)
	other, _ := renewal("www", leaf("a2", began, ends), nil, 0)
	if one.Sub(began) == other.Sub(began) {
		t.Error("every certificate of a record is renewed at the same age")
	}
}
