package memory

import (
	"context"

	"certloop/reconciler/api"
	"certloop/store/internal/canonical"
)

// GetLedger returns what the account ordered.
func (t *Table) GetLedger(ctx context.Context, account string) (api.Ledger, error) {
	if err := ended(ctx); err != nil {
		return api.Ledger{}, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.ledgers[account]
	switch ledgerVersion(l) {
	case 0:
		return api.Ledger{}, nil
	case api.DamagedLedger:
		return api.Ledger{Version: api.DamagedLedger}, nil
	}
	read := canonical.Copy(*l)
	read.Bound()
	return read, nil
}

func (t *Table) writeLedger(account string, l *api.Ledger) {
	l.Version = max(l.Version, 0) + 1
	stored := canonical.Copy(*l)
	stored.Bound()
	t.ledgers[account] = &stored
}

func ledgerVersion(l *api.Ledger) int64 {
	switch {
	case l == nil:
		return 0
	case l.Version < 1 || l.Version > 1<<53: // as in package store
		return api.DamagedLedger
	}
	return l.Version
}

// ForgeLedger is Forge for what an account ordered. A version below 1 is one that cannot be read.
func (t *Table) ForgeLedger(account string, change func(*api.Ledger) *api.Ledger) {
	t.mu.Lock()
	defer t.mu.Unlock()
	forged := change(canonical.Copy(t.ledgers[account]))
	if forged == nil {
		delete(t.ledgers, account)
		return
	}
	t.ledgers[account] = canonical.Copy(forged)
}
