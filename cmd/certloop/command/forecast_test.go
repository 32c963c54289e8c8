package command

import (
	"testing"
)

func TestGolden_Forecast(t *testing.T) {
	goldens(t, sample, map[string]recording{
		"forecast":          {terminal{width: 100}, 0, "forecast --days 90"},
		"forecast-ja":       {terminal{width: 80, environ: japanese}, 0, "forecast"},
		"forecast-json":     {terminal{}, 0, "forecast --days 7 -o json"},
		"forecast-bad-days": {terminal{}, 3, "forecast --days 0"},
	})
}
