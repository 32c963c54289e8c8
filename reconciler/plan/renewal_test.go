package plan

import (
	"math"
	"math/big"
	"testing"
	"time"

	"certloop/reconciler/api"
	"pgregory.net/rapid"
)

func window(start, end time.Time) *api.ARIStatus {
	return &api.ARIStatus{CertID: "aki.a1", WindowStart: start, WindowEnd: end}
}

func TestRenewal_Times(t *testing.T) {
	l := leaf("a1", began, ends)
	short := leaf("a1", began, began.Add(6*day))
	for sentence, c := range map[string]struct {
		leaf     api.Leaf
		ari      *api.ARIStatus
		before   time.Duration
		from, to time.Time
		source   api.RenewalSource
	}{
		"two thirds of the life, spread over a twentieth":  {l, nil, 0, began.Add(60 * day * 37 / 40), began.Add(60 * day), api.SourceLifetime},
		"half of it, under ten days":                       {short, nil, 0, began.Add(6 * day * 9 / 20), began.Add(3 * day), api.SourceLifetime},
		"as long before the end as the record says":        {l, nil, 20 * day, ends.Add(-20 * day), ends.Add(-20 * day), api.SourceRenewBefore},
		"which is at most two thirds of the life":          {l, nil, 89 * day, began.Add(30 * day), began.Add(30 * day), api.SourceRenewBefore},
		"in the CA's window":                               {l, window(began.Add(50*day), began.Add(52*day)), 0, began.Add(50 * day), began.Add(52 * day), api.SourceARI},
		"also in the first third of the life":              {l, window(began, began.Add(day)), 0, began, began.Add(day), api.SourceARI},
		"a window that ends before the record's time wins": {l, window(began.Add(50*day), began.Add(52*day)), 10 * day, began.Add(50 * day), began.Add(52 * day), api.SourceARI},
		"also after the first third of the life":           {l, window(began.Add(40*day), began.Add(41*day)), 20 * day, began.Add(40 * day), began.Add(41 * day), api.SourceARI},
		"and within it":                                    {l, window(began.Add(2*day), began.Add(3*day)), 10 * day, began.Add(2 * day), began.Add(3 * day), api.SourceARI},
		"one that ends at that time or later does not":     {l, window(began.Add(50*day), began.Add(80*day)), 10 * day, began.Add(80 * day), began.Add(80 * day), api.SourceRenewBefore},
		"nor one that begins after it":                     {l, window(began.Add(85*day), began.Add(86*day)), 10 * day, began.Add(80 * day), began.Add(80 * day), api.SourceRenewBefore},
		"a window too late is brought forward":             {l, window(ends.Add(-day), ends), 0, ends.Add(-15 * day), ends.Add(-15 * day), api.SourceARI},
		"to a quarter of a short life":                     {short, window(began.Add(6*day), began.Add(7*day)), 0, began.Add(6 * day * 3 / 4), began.Add(6 * day * 3 / 4), api.SourceARI},
		"a window in the past means now":                   {l, window(began.Add(-2*day), began.Add(-day)), 0, began.Add(-2 * day), began.Add(-day), api.SourceARI},
		"one that ends before it starts is none":           {l, window(began.Add(3*day), began.Add(2*day)), 0, began.Add(55 * day), began.Add(60 * day), api.SourceLifetime},
		"nor one without a length":                         {l, window(began.Add(3*day), began.Add(3*day)), 0, began.Add(55 * day), began.Add(60 * day), api.SourceLifetime},
		"nor one that ended long before the certificate":   {l, window(began.Add(-9*day), began.Add(-day-time.Second)), 0, began.Add(55 * day), began.Add(60 * day), api.SourceLifetime},
		"nor one that was never filled in":                 {l, &api.ARIStatus{CertID: "aki.a1"}, 0, began.Add(55 * day), began.Add(60 * day), api.SourceLifetime},
		"and then the record's word goes":                  {l, window(began.Add(3*day), began.Add(2*day)), 10 * day, ends.Add(-10 * day), ends.Add(-10 * day), api.SourceRenewBefore},
	} {
		t.Run(sentence, func(t *testing.T) {
			got, source := renewal("www", c.leaf, c.ari, c.before, 0)
			if got.Before(c.from) || got.After(c.to) || source != c.source {
				t.Errorf("at %s by %s, want from %s to %s by %s", got, source, c.from, c.to, c.source)
			}
		})
	}
}

// drawLeaf is a certificate: usually what public CAs issue and a little beyond, else anything that X.509 can say, also an
// end that is not after the start. All times are whole seconds.
func drawLeaf(t *rapid.T) api.Leaf {
	serial := rapid.StringMatching("[0-9a-f]{1,40}")
	if rapid.IntRange(0, 3).Draw(t, "any") == 0 {
		year := rapid.Int64Range(time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC).Unix(), time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC).Unix())
		return leaf(serial.Draw(t, "serial"), time.Unix(year.Draw(t, "from"), 0).UTC(), time.Unix(year.Draw(t, "to"), 0).UTC())
	}
	from := began.Add(time.Duration(rapid.Int64Range(0, 1e8).Draw(t, "from")) * time.Second)
	length := time.Duration(rapid.Int64Range(3600, 400*86400).Draw(t, "seconds")) * time.Second
	return leaf(serial.Draw(t, "serial"), from, from.Add(length))
}

// drawWindow is any window about the certificate's life, sound or not; nil: the CA was not asked.
func drawWindow(t *rapid.T, l api.Leaf) *api.ARIStatus {
	if rapid.Bool().Draw(t, "no window") {
		return nil
	}
	life := span(l.NotBefore, l.NotAfter)
	point := rapid.Int64Range(-life, 2*life)
	return window(after(l.NotBefore, point.Draw(t, "start")), after(l.NotBefore, point.Draw(t, "end")))
}

func drawBefore(t *rapid.T) time.Duration {
	longest := int64(math.MaxInt64 / time.Second)
	return time.Duration(rapid.OneOf(rapid.Just(int64(0)), rapid.Int64Range(1, 500*86400), rapid.Int64Range(1, longest)).Draw(t, "renew before")) * time.Second
}

func drawName(t *rapid.T) string { return rapid.StringMatching("[a-z]{1,9}").Draw(t, "name") }

func TestRenewal_ARenewalTimeIsAFunctionOfCertificateAndAnswer(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name, l, before := drawName(t), drawLeaf(t), drawBefore(t)
		ari := drawWindow(t, l)
		at, source := renewal(name, l, ari, before, 0)
		again, sourceAgain := renewal(name, l, ari, before, 0)
		if !at.Equal(again) || source != sourceAgain {
			t.Fatalf("%s by %s, and then %s by %s", at, source, again, sourceAgain)
		}
		if at.Nanosecond() != 0 {
			t.Fatalf("%s is no whole second: what is stored would be another time", at)
		}
	})
}

func TestRenewal_ARenewalByTheCAsWindowLiesInItOrAtTheFloor(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name, l, before := drawName(t), drawLeaf(t), drawBefore(t)
		ari := drawWindow(t, l)
		at, source := renewal(name, l, ari, before, 0)
		if source != api.SourceARI {
			t.Skip("by another rule")
		}
		floor := latest(l)
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

func TestRenewal_NothingRenewsInTheFirstThirdButByTheCAsWindow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name, l, before := drawName(t), drawLeaf(t), drawBefore(t)
		ari := drawWindow(t, l)
		at, source := renewal(name, l, ari, before, 0)
		from, to := big.NewInt(l.NotBefore.Unix()), big.NewInt(l.NotAfter.Unix())
		if span(l.NotBefore, l.NotAfter) < 3 {
			t.Skip("a third of it is no whole second")
		}
		// 3 * (at - from) >= to - from
		passed := new(big.Int).Mul(big.NewInt(3), new(big.Int).Sub(big.NewInt(at.Unix()), from))
		if source != api.SourceARI && passed.Cmp(new(big.Int).Sub(to, from)) < 0 {
			t.Fatalf("at %s by %s, in the first third of %s to %s", at, source, l.NotBefore, l.NotAfter)
		}
		if !at.Before(l.NotAfter) {
			t.Fatalf("at %s by %s, and the certificate ends at %s", at, source, l.NotAfter)
		}
	})
}

// TestRenewal_ARenewalIsNeverLaterThanTheWindowSays, whatever the record says: a window may announce a revocation.
func TestRenewal_ARenewalIsNeverLaterThanTheWindowSays(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name, l, before := drawName(t), drawLeaf(t), drawBefore(t)
		ari := drawWindow(t, l)
		if !usableWindow(l, ari) {
			t.Skip("there is none")
		}
		at, source := renewal(name, l, ari, before, 0)
		if at.After(ari.WindowEnd) {
			t.Fatalf("at %s by %s, and the window ends at %s", at, source, ari.WindowEnd)
		}
		if source == api.SourceRenewBefore && at.Before(l.NotAfter.Add(-before)) {
			t.Fatalf("at %s, earlier than %s before the end", at, before)
		}
	})
}

// TestRenewal_ARenewalNeedsNoMoreThanTheDates: without window and renew_before it lies where the table of renewal says, for any
// dates, calculated here without a time.Duration.
func TestRenewal_ARenewalNeedsNoMoreThanTheDates(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		l := drawLeaf(t)
		at, source := renewal(drawName(t), l, nil, 0, 0)
		life := new(big.Int).Sub(big.NewInt(l.NotAfter.Unix()), big.NewInt(l.NotBefore.Unix()))
		if life.Sign() <= 0 {
			if !at.Equal(l.NotAfter) {
				t.Fatalf("at %s, and its only moment is %s", at, l.NotAfter)
			}
			return
		}
		share := func(num, den int64) *big.Int {
			return new(big.Int).Div(new(big.Int).Mul(life, big.NewInt(num)), big.NewInt(den))
		}
		most, spread := share(2, 3), share(1, 20)
		if life.Cmp(big.NewInt(10*86400)) < 0 {
			most = share(1, 2)
		}
		passed := new(big.Int).Sub(big.NewInt(at.Unix()), big.NewInt(l.NotBefore.Unix()))
		if passed.Cmp(most) > 0 || passed.Cmp(new(big.Int).Sub(most, spread)) < 0 || source != api.SourceLifetime {
			t.Fatalf("after %s seconds of %s by %s", passed, life, source)
		}
	})
}

// TestRenewal_ACertificateOfTwoCenturiesIsRenewedOnce: it is not due again as soon as it is in place.
func TestRenewal_ACertificateOfTwoCenturiesIsRenewedOnce(t *testing.T) {
	for sentence, l := range map[string]api.Leaf{
		"200 years":              leaf("a1", began, began.AddDate(200, 0, 0)),
		"without an end":         leaf("a1", began, time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)),
		"without a start":        leaf("a1", time.Date(1, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(9999, 12, 31, 23, 59, 59, 0, time.UTC)),
		"longer than a Duration": leaf("a1", began, began.AddDate(293, 0, 0)),
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := Decide(kept(target(holds(l)))); got.Reason != api.ReasonNotNeeded || got.At.Before(now.AddDate(100, 0, 0)) {
				t.Errorf("decided %+v", got)
			}
		})
	}
}

func TestRenewal_AnUnsoundWindowCountsAsNone(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		name, l, before := drawName(t), drawLeaf(t), drawBefore(t)
		ari := drawWindow(t, l)
		if ari == nil || (ari.WindowEnd.After(ari.WindowStart) && !ari.WindowEnd.Before(l.NotBefore.Add(-day))) {
			t.Skip("a sound one, or none")
		}
		at, source := renewal(name, l, ari, before, 0)
		if want, by := renewal(name, l, nil, before, 0); !at.Equal(want) || source != by {
			t.Fatalf("%s by %s, and without it %s by %s", at, source, want, by)
		}
	})
}

// TestRenewal_RenewalsAreSpread: of a hundred certificates that were issued at once, few are renewed in the same hour.
func TestRenewal_RenewalsAreSpread(t *testing.T) {
	hours := map[int64]int{}
	for i := range 100 {
		at, _ := renewal("record "+string(rune('a'+i)), leaf("a1", began, ends), nil, 0, 0)
		hours[at.Unix()/3600]++
	}
	for hour, n := range hours {
		if n > 10 {
			t.Errorf("%d of 100 in the hour of %s", n, time.Unix(hour*3600, 0).UTC())
		}
	}
	one, _ := renewal("www", leaf("a1", began, ends), nil, 0, 0)
	other, _ := renewal("www", leaf("a2", began, ends), nil, 0, 0)
	if one.Sub(began) == other.Sub(began) {
		t.Error("every certificate of a record is renewed at the same age")
	}
}
