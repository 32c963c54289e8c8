package command

import (
	"testing"

	"certloop/cmd/certloop/deployment"
)

func withLines(w *world) *world {
	w.lines = []deployment.LogLine{
		{ID: "1", Time: in(-0.01), Fields: map[string]any{"level": "INFO", "message": "effect", "kind": "Certificate", "name": "api",
			"action": "NewOrder", "reason": "Ordering", "generation": 1, "order": "https://acme.example.net/order/1", "request_id": "0"}},
		{ID: "2", Time: in(-0.009), Fields: map[string]any{"level": "ERROR", "message": "effect", "kind": "Certificate", "name": "shop",
			"action": "Accept", "reason": "Validating", "error": "the CA found no TXT record", "error_kind": "Terminal"}},
		{ID: "3", Time: in(-0.008), Fields: map[string]any{"level": "INFO", "message": "reconciled", "kind": "Certificate", "name": "api",
			"effects": 4, "took": 1.4, "retry_in": 30}},
	}
	return w
}

func TestGolden_Logs(t *testing.T) {
	goldens(t, func() *world { return withLines(sample()) }, map[string]recording{
		"logs":           {terminal{}, 0, "logs api"},
		"logs-error":     {terminal{}, 0, "logs shop --since 90d"},
		"logs-none":      {terminal{environ: japanese}, 0, "logs www"},
		"logs-unknown":   {terminal{}, 1, "logs wwww"},
		"logs-bad-since": {terminal{}, 3, "logs api --since yesterday"},
		"events":         {terminal{}, 0, "events"},
		"events-of-one":  {terminal{}, 0, "events www"},
	})
}
