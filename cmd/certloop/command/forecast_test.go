package command

import (
	"fmt"
	"strings"
	"testing"

	"certloop/reconciler/api"
)

func TestGolden_Forecast(t *testing.T) {
	goldens(t, sample, map[string]recording{
		"forecast":           {terminal{width: 100}, 0, "forecast --days 90"},
		"forecast-ja":        {terminal{width: 80, environ: japanese}, 0, "forecast"},
		"forecast-json":      {terminal{}, 0, "forecast --days 7 -o json"},
		"forecast-bad-days":  {terminal{}, 3, "forecast --days 0"},
		"forecast-bad-limit": {terminal{}, 3, "forecast --limit jprs=-1"},
	})
	goldens(t, large, map[string]recording{
		"forecast-over":       {terminal{width: 100}, 0, "forecast --days 40 --limit jprs=50"},
		"forecast-over-60":    {terminal{width: 60}, 0, "forecast --days 40 --limit jprs=50"},
		"forecast-over-plain": {terminal{}, 0, "forecast --days 9 --limit jprs=50"},
		"forecast-over-ja":    {terminal{width: 100, environ: japanese}, 0, "forecast --days 40 --limit jprs=50"},
	})
}

// large is an installation whose renewals come together.
func large() *world {
	w := sample()
	w.records = nil
	for day, n := range map[int]int{0: 3, 2: 61, 9: 50, 10: 12, 30: 120} {
		for i := range n {
			status := installed(condition(api.ConditionReady, api.ConditionTrue, api.ReasonReady, "", -1))
			status.RenewAt, status.NotBefore, status.NotAfter = in(float64(day)+0.1), in(-100), in(298)
			name := fmt.Sprintf("c-%d-%d", day, i)
			w.records = append(w.records, certificate(name, map[string]any{"domains": []any{name + ".example.com"}, "account": "jprs"}, status))
		}
	}
	return w
}

// TestForecast_KnowsTheLimitsOfAccounts: an account's own limit marks the days that exceed it, and --limit replaces it.
func TestForecast_KnowsTheLimitsOfAccounts(t *testing.T) {
	w := large()
	w.records = append(w.records, api.Listed{Key: api.Key{Kind: api.KindAccount, Name: "jprs"},
		Record: map[string]any{"name": "jprs", "kind": "Account", "directory": "jprs", "limits": map[string]any{"orders": "50/1d"}}})
	own, _ := terminal{world: w}.run(t, "forecast")
	given, _ := terminal{world: large()}.run(t, "forecast", "--limit", "jprs=50")
	raised, _ := terminal{world: w}.run(t, "forecast", "--limit", "jprs=1000")
	without, _ := terminal{world: large()}.run(t, "forecast")
	if own != given || own == without {
		t.Errorf("with limits in the record:\n%s\nwith --limit:\n%s", own, given)
	}
	if raised != without {
		t.Errorf("with a larger --limit:\n%s", raised)
	}
}

// The marks do not depend on colours, and the JSON stays as it is.
func TestForecast_TheDocumentHasNoMarks(t *testing.T) {
	plain, _ := terminal{world: large()}.run(t, "forecast", "-o", "json")
	limited, code := terminal{world: large()}.run(t, "forecast", "-o", "json", "--limit", "jprs=1")
	if code != 0 || plain != limited || strings.Contains(plain, "!") {
		t.Errorf("code %d, and a limit changes the document", code)
	}
}
