package command

import (
	"strings"
	"testing"
)

func TestGolden_Forecast(t *testing.T) {
	for name, c := range map[string]struct {
		terminal terminal
		code     int
		args     string
	}{
		"forecast":          {terminal{width: 100}, 0, "forecast --days 90"},
		"forecast-ja":       {terminal{width: 80, environ: japanese}, 0, "forecast"},
		"forecast-json":     {terminal{}, 0, "forecast --days 7 -o json"},
		"forecast-bad-days": {terminal{}, 3, "forecast --days 0"},
	} {
		t.Run(name, func(t *testing.T) {
			c.terminal.world = sample()
			c.terminal.golden(t, name, c.code, strings.Fields(c.args)...)
		})
	}
}
