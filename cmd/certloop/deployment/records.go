package deployment

import (
	"context"

	"certloop/reconciler/api"
	"certloop/store"
)

// RecordChange is a change of a record under the condition that it is as it was read.
type RecordChange = store.RecordChange

// ChangeRecord makes the change. It returns an *api.Error of kind Conflict if the record is not as it was read.
func (d *Deployment) ChangeRecord(ctx context.Context, c RecordChange) error {
	return d.explained(d.records.ChangeRecord(ctx, c))
}

// RemoveRecord deletes the record if it is as it was read, and returns a Conflict if it is not.
func (d *Deployment) RemoveRecord(ctx context.Context, c RecordChange) error {
	return d.explained(d.records.RemoveRecord(ctx, c))
}

// Served reads what the endpoints of a certificate serve; nil if they were never probed.
func (d *Deployment) Served(ctx context.Context, name string) (*api.ServedStatus, error) {
	served, err := d.records.Served(ctx, name)
	return served, d.explained(err)
}

// Ledger reads what an account ordered lately.
func (d *Deployment) Ledger(ctx context.Context, account string) (api.Ledger, error) {
	ledger, err := d.records.GetLedger(ctx, account)
	return ledger, d.explained(err)
}

// Flight reads where the issuance of a certificate stands, without its private key; nil if there is none in flight.
func (d *Deployment) Flight(ctx context.Context, name string) (*api.Issuance, error) {
	flight, err := d.records.Flight(ctx, name)
	return flight, d.explained(err)
}
