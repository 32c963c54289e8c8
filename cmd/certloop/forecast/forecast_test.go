package forecast

import (
	"testing"
	"time"

	"pgregory.net/rapid"
)

var now = time.Date(2026, 11, 27, 10, 0, 0, 0, time.UTC)

func TestProject_CountsEachRenewal(t *testing.T) {
	for sentence, c := range map[string]struct {
		renewAt  time.Duration
		life     time.Duration
		lifetime time.Duration
		days     int
		want     int
	}{
		"90 days, renewed after 60, in 90 days":             {5 * day, 90 * day, 0, 90, 2},
		"an overdue renewal is today":                       {-3 * day, 90 * day, 0, 1, 1},
		"a renewal after the span does not count":           {91 * day, 398 * day, 0, 90, 0},
		"at 47 days of life, renewed every 31 days":         {5 * day, 398 * day, 47 * day, 90, 3},
		"under ten days of life, after half of it":          {0, 6 * day, 0, 30, 10},
		"a lifetime of seconds is not renewed every second": {0, time.Second, 0, 1, 24},
	} {
		t.Run(sentence, func(t *testing.T) {
			p := Project([]Certificate{{Name: "www", Account: "a", RenewAt: now.Add(c.renewAt), Lifetime: c.life, Places: []string{"x", "y"}}}, now, c.days, c.lifetime)
			if p.Total != c.want {
				t.Errorf("%d renewals, want %d", p.Total, c.want)
			}
			if c.want > 0 && (p.Accounts[0].Total != c.want || len(p.Places) != 2 || p.Places[1].Total != c.want) {
				t.Errorf("accounts %+v, places %+v", p.Accounts, p.Places)
			}
		})
	}
}

func TestProject_NamesWhatItDoesNotKnow(t *testing.T) {
	p := Project([]Certificate{{Name: "new"}}, now, 90, 0)
	if len(p.Unknown) != 1 || p.Unknown[0] != "new" || p.Total != 0 {
		t.Errorf("%+v", p)
	}
}

// TestProject_Sums holds that days, accounts and places count the same renewals, whatever the certificates.
func TestProject_Sums(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		days := rapid.IntRange(1, 400).Draw(t, "days")
		all := rapid.SliceOfN(rapid.Custom(func(t *rapid.T) Certificate {
			return Certificate{
				Name:     rapid.StringMatching(`[a-z]{1,3}`).Draw(t, "name"),
				Account:  rapid.SampledFrom([]string{"a", "b"}).Draw(t, "account"),
				RenewAt:  now.Add(time.Duration(rapid.IntRange(-100, 500).Draw(t, "renew")) * day),
				Lifetime: time.Duration(rapid.IntRange(0, 400).Draw(t, "life")) * day,
				Places:   []string{"p"},
			}
		}), 0, 20).Draw(t, "certificates")
		p := Project(all, now, days, time.Duration(rapid.SampledFrom([]int{0, 47, 100}).Draw(t, "lifetime"))*day)
		perDay, perAccount, perPlace, perWeek := 0, 0, 0, 0
		for _, d := range p.Days {
			perDay += d.Renewals
		}
		for _, d := range Weeks(p.Days) {
			perWeek += d.Renewals
		}
		for _, u := range p.Accounts {
			perAccount += u.Total
		}
		for _, u := range p.Places {
			perPlace += u.Total
		}
		if len(p.Days) != days || perDay != p.Total || perAccount != p.Total || perPlace != p.Total || perWeek != p.Total {
			t.Errorf("total %d, by day %d, by week %d, by account %d, by place %d", p.Total, perDay, perWeek, perAccount, perPlace)
		}
	})
}
