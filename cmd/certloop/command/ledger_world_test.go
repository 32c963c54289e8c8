package command

import (
	"context"

	"certloop/reconciler/api"
)

// ordering is what the accounts of a world ordered.
type ordering map[string]api.Ledger

func (o ordering) Ledger(_ context.Context, account string) (api.Ledger, error) {
	return o[account], nil
}

// orderedLately is a ledger of Let's Encrypt.
func orderedLately() api.Ledger {
	at := func(days float64) int64 { return in(days).UnixMilli() }
	return api.Ledger{Version: 9, Directory: api.DirectoryAliases["letsencrypt"], Orders: at(0.1),
		Domains: map[string]int64{"example.com": at(7), "example.co.jp": at(2)}, Failures: map[string]int64{"www.example.com": at(0.01)}}
}
