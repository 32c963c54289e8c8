package reconciler

import (
	"context"

	"certloop/reconciler/api"
	"certloop/reconciler/ports"
)

// Record is a record of a dry run: it takes the place of what the table has under its key, and is never written.
type Record struct {
	Key  api.Key
	Item map[string]any
}

// planned is the table with other certificates and accounts. What the controller stored stays as it is: a record that the table
// does not have has no status. The policies stay too, because they bound what is read for a record. Nothing can be written
// through it.
type planned struct {
	ports.Certificates
	accounts ports.Accounts
	list     []Record
}

// item returns the planned record under that key; nil: the table's counts.
func (p planned) item(kind api.Kind, name string) map[string]any {
	for _, r := range p.list {
		if r.Key == (api.Key{Kind: kind, Name: name}) {
			return r.Item
		}
	}
	return nil
}

// dry returns a Reconciler that reads these records before those of the table, and cannot write the table.
func (r *Reconciler) dry(records []Record) *Reconciler {
	p := planned{Certificates: r.Certificates, accounts: r.Accounts, list: records}
	c := r.Config
	c.Certificates, c.Accounts = p, plannedAccounts{p}
	return &Reconciler{c}
}

// Get implements ports.Certificates.
func (p planned) Get(ctx context.Context, name string) (api.Object, error) {
	o, err := p.Certificates.Get(ctx, name)
	if err != nil {
		return o, err
	}
	if record := p.item(api.KindCertificate, name); record != nil {
		o.Record = record
	}
	return o, nil
}

// Write implements ports.Certificates, as do the methods below it: a dry run writes nothing.
func (planned) Write(context.Context, api.Write) error { return errDry() }

// ClaimARN writes nothing.
func (planned) ClaimARN(context.Context, string, string, string) (string, error) { return "", errDry() }

// ReleaseARN writes nothing.
func (planned) ReleaseARN(context.Context, string, string) error { return errDry() }

// plannedAccounts is the part of planned for accounts.
type plannedAccounts struct{ planned }

// GetAccount implements ports.Accounts.
func (p plannedAccounts) GetAccount(ctx context.Context, name string) (api.AccountObject, error) {
	o, err := p.accounts.GetAccount(ctx, name)
	if err != nil {
		return o, err
	}
	if record := p.item(api.KindAccount, name); record != nil {
		o.Record = record
	}
	return o, nil
}

// WriteAccount writes nothing.
func (plannedAccounts) WriteAccount(context.Context, string, *api.AccountStatus) error {
	return errDry()
}

// ForgetAccount writes nothing.
func (plannedAccounts) ForgetAccount(context.Context, string, int64) error { return errDry() }

func errDry() error { return &api.Error{Kind: api.Bug, Message: "a dry run writes nothing"} }
