// Package memory keeps the table in memory, for the simulation and for tests. It has the contract of package store;
// every listing is sorted, and nothing is shared with the caller.
package memory

import (
	"context"
	"fmt"
	"sync"

	"certloop/reconciler/api"
	"certloop/reconciler/ports"
	"certloop/store/internal/canonical"
)

var (
	_ ports.Certificates = (*Table)(nil)
	_ ports.Accounts     = (*Table)(nil)
	_ ports.Policies     = (*Table)(nil)
	_ ports.Usage        = (*Table)(nil)
	_ ports.Ledgers      = (*Table)(nil)
	_ ports.Index        = (*Table)(nil)
	_ ports.Controller   = (*Table)(nil)
	_ ports.Served       = (*Table)(nil)
)

// Table is a table in memory. It is safe for concurrent use; the zero value is not usable.
type Table struct {
	mu         sync.Mutex
	records    map[api.Key]map[string]any
	statuses   map[string]*api.CertificateStatus
	accounts   map[string]*api.AccountStatus
	controller api.ControllerStatus
	// policies is the set as it was written; every read makes its entries again. admitted maps policies to record names.
	policies       api.PolicySet
	policyStatuses map[string]*api.PolicyStatus
	admitted       map[string]map[string]bool
	issuances      map[string]*api.Issuance
	ledgers        map[string]*api.Ledger
	served         map[string]*api.ServedStatus
	// claims maps ARNs to record names.
	claims map[string]string
	// others are the items of any other kind, which nothing reads.
	others  map[api.Key]bool
	changes []api.Key
}

// New returns an empty table.
func New() *Table {
	return &Table{
		records:   map[api.Key]map[string]any{},
		statuses:  map[string]*api.CertificateStatus{},
		accounts:  map[string]*api.AccountStatus{},
		issuances: map[string]*api.Issuance{},
		ledgers:   map[string]*api.Ledger{},
		served:    map[string]*api.ServedStatus{},

		policyStatuses: map[string]*api.PolicyStatus{},
		admitted:       map[string]map[string]bool{},
		claims:         map[string]string{},
		others:         map[api.Key]bool{},
	}
}

// Get reads record, status, issuance and the policies.
func (t *Table) Get(ctx context.Context, name string) (api.Object, error) {
	if err := ended(ctx); err != nil {
		return api.Object{}, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return api.Object{
		Record:   t.record(api.Key{Kind: api.KindCertificate, Name: name}),
		Status:   canonical.Copy(t.statuses[name]),
		Issuance: canonical.Copy(t.issuances[name]),
		Served:   readServed(t.served[name]),
		Policies: t.policySet(),
	}, nil
}

// Write applies w completely or not at all.
func (t *Table) Write(ctx context.Context, w api.Write) error {
	if err := ended(ctx); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if w.Forget {
		return t.forget(w)
	}
	if w.Status != nil && w.Status.Version != versionOf(t.statuses[w.Name]) {
		return conflict("status", w.Name)
	}
	if w.Issuance != nil && w.Issuance.Version != issuanceVersion(t.issuances[w.Name]) {
		return conflict("issuance", w.Name)
	}
	if w.Ledger != nil && w.Ledger.Version != ledgerVersion(t.ledgers[w.LedgerOf]) {
		return conflict("ledger", w.LedgerOf)
	}
	if w.Status != nil {
		w.Status.Version = api.NextVersion(w.Status.Version)
		t.statuses[w.Name] = canonical.Copy(w.Status)
		t.statuses[w.Name].Due = duePartition(w.Status.DueAt)
	}
	if w.Issuance != nil {
		t.writeIssuance(w.Name, w.Issuance)
	}
	if w.Ledger != nil {
		t.writeLedger(w.LedgerOf, w.Ledger)
	}
	return nil
}

func (t *Table) writeIssuance(name string, i *api.Issuance) {
	if i.IsEmpty() {
		i.Version = 0
		delete(t.issuances, name)
		return
	}
	i.Version = api.NextVersion(i.Version)
	t.issuances[name] = canonical.Copy(i)
}

func (t *Table) forget(w api.Write) error {
	if w.ForgetVersion != versionOf(t.statuses[w.Name]) {
		return conflict("status", w.Name)
	}
	delete(t.statuses, w.Name)
	delete(t.issuances, w.Name)
	for _, arn := range w.ForgetClaims {
		if t.claims[arn] == w.Name {
			delete(t.claims, arn)
		}
	}
	return nil
}

// GetAccount reads record, status and the policies.
func (t *Table) GetAccount(ctx context.Context, name string) (api.AccountObject, error) {
	if err := ended(ctx); err != nil {
		return api.AccountObject{}, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return api.AccountObject{
		Record:   t.record(api.Key{Kind: api.KindAccount, Name: name}),
		Status:   canonical.Copy(t.accounts[name]),
		Policies: t.policySet(),
	}, nil
}

// WriteAccount stores s.
func (t *Table) WriteAccount(ctx context.Context, name string, s *api.AccountStatus) error {
	if err := ended(ctx); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if s.Version != accountVersion(t.accounts[name]) {
		return conflict("account status", name)
	}
	s.Version = api.NextVersion(s.Version)
	t.accounts[name] = canonical.Copy(s)
	t.accounts[name].Due = duePartition(s.DueAt)
	return nil
}

// ForgetAccount deletes the status of that version.
func (t *Table) ForgetAccount(ctx context.Context, name string, version int64) error {
	if err := ended(ctx); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if version != accountVersion(t.accounts[name]) {
		return conflict("account status", name)
	}
	delete(t.accounts, name)
	return nil
}

// ClaimARN makes record the owner of arn if the owner is nobody, record or replace, and returns the owner.
func (t *Table) ClaimARN(ctx context.Context, arn, record, replace string) (string, error) {
	if err := ended(ctx); err != nil {
		return "", err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if owner, ok := t.claims[arn]; ok && owner != record && (replace == "" || owner != replace) {
		return owner, nil
	}
	t.claims[arn] = record
	return record, nil
}

// ClaimOwner returns the record that has the claim on arn, or "".
func (t *Table) ClaimOwner(ctx context.Context, arn string) (string, error) {
	if err := ended(ctx); err != nil {
		return "", err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.claims[arn], nil
}

// ReleaseARN deletes the claim on arn if record has it.
func (t *Table) ReleaseARN(ctx context.Context, arn, record string) error {
	if err := ended(ctx); err != nil {
		return err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.claims[arn] == record {
		delete(t.claims, arn)
	}
	return nil
}

func versionOf(s *api.CertificateStatus) int64 {
	if s == nil {
		return 0
	}
	return api.VersionRead(s.Version)
}

func accountVersion(s *api.AccountStatus) int64 {
	if s == nil {
		return 0
	}
	return api.VersionRead(s.Version)
}

func issuanceVersion(i *api.Issuance) int64 {
	if i == nil {
		return 0
	}
	return api.VersionRead(i.Version)
}

func duePartition(dueAt int64) string {
	if dueAt == 0 {
		return ""
	}
	return api.DuePartition
}

func conflict(what, name string) error {
	return &api.Error{Kind: api.Conflict, Message: fmt.Sprintf("write %s of %s: another writer changed it first", what, name)}
}

func ended(ctx context.Context) error {
	if err := ctx.Err(); err != nil {
		return &api.Error{Kind: api.Transient, Message: "the table did not respond", Err: err}
	}
	return nil
}
