package memory

import (
	"certloop/reconciler/api"
	"certloop/store/internal/canonical"
)

// Forge changes what the controller wrote without any condition, as an attacker with access to its partitions does.
// change receives the present status (nil: none) and returns the new one; nil deletes it. The version may be forged as
// well.
func (t *Table) Forge(name string, change func(*api.CertificateStatus) *api.CertificateStatus) {
	t.mu.Lock()
	defer t.mu.Unlock()
	forged := canonical.Copy(change(canonical.Copy(t.statuses[name])))
	if forged == nil {
		delete(t.statuses, name)
		return
	}
	forged.Version = api.VersionRead(forged.Version)
	t.statuses[name] = forged
}

// ForgeIssuance is Forge for what is in flight.
func (t *Table) ForgeIssuance(name string, change func(*api.Issuance) *api.Issuance) {
	t.mu.Lock()
	defer t.mu.Unlock()
	forged := canonical.Copy(change(canonical.Copy(t.issuances[name])))
	if forged == nil {
		delete(t.issuances, name)
		return
	}
	forged.Version = api.VersionRead(forged.Version)
	t.issuances[name] = forged
}

// ForgeServed is Forge for what the endpoints serve. A version below 1 is one that cannot be read.
func (t *Table) ForgeServed(name string, change func(*api.ServedStatus) *api.ServedStatus) {
	t.mu.Lock()
	defer t.mu.Unlock()
	forged := canonical.Copy(change(canonical.Copy(t.served[name])))
	if forged == nil {
		delete(t.served, name)
		return
	}
	forged.Version = api.VersionRead(forged.Version)
	t.served[name] = forged
}

// ForgePolicySet is Forge for the set of all policies. The digest of a changed entry is that of its new record.
func (t *Table) ForgePolicySet(change func(api.PolicySet) api.PolicySet) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.policies = change(t.policySet())
}

// ForgeClaim makes owner the owner of arn; "" deletes the claim.
func (t *Table) ForgeClaim(arn, owner string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if owner == "" {
		delete(t.claims, arn)
		return
	}
	t.claims[arn] = owner
}
