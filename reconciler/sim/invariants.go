package sim

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/pem"
	"fmt"
	"maps"
	"slices"

	"certloop/reconciler"
	"certloop/reconciler/api"
	"certloop/reconciler/spec"
)

// check checks the world after a pass.
func (w *World) check() {
	if w.lenient {
		w.checkUnmanaged()
		return
	}
	w.checkIssuedOnce()
	w.checkImportedOnce()
	w.checkUnmanaged()
	w.checkKeysKept()
	w.checkEAB()
	w.checkNotTooLoud()
	w.checkWaves()
	if w.CA.vain > 0 {
		w.violate("the CA was asked to validate before the TXT values were served")
	}
}

// checkNotTooLoud: too many notices would not be read.
func (w *World) checkNotTooLoud() {
	days := int(w.clock.now.Sub(start)/day) + 1
	if n := len(w.Notices); n > (20+10*days)*max(1, w.AllowedCertificates/10) {
		w.violate("%d notices within %d days", n, days)
	}
}

func (w *World) violate(format string, args ...any) {
	v := fmt.Sprintf(format, args...)
	if w.violated == nil {
		w.violated = map[string]bool{}
	}
	if !w.violated[v] {
		w.violated[v] = true
		w.Violations = append(w.Violations, fmt.Sprintf("pass %d: %s", w.passes, v))
	}
}

// checkIssuedOnce: no more certificates than the scenario has asked for so far.
func (w *World) checkIssuedOnce() {
	if n := len(w.CA.Issued); n > w.AllowedCertificates {
		w.violate("%d certificates issued, %d asked for", n, w.AllowedCertificates)
	}
}

// checkImportedOnce: each certificate is imported into each target once, and no target has two.
func (w *World) checkImportedOnce() {
	for key, n := range w.ACM.imports {
		if n > 1+w.AllowedReturns {
			w.violate("%s was imported %d times", key, n)
		}
	}
	seen := map[string]string{}
	for arn, c := range w.ACM.certs {
		owner, target := c.Tags[api.TagOwner], c.Tags[api.TagTarget]
		if owner == "" || target == "" || c.Tags[api.TagRetired] != "" || c.unmanaged {
			continue
		}
		if other, ok := seen[owner+target]; ok && w.sameKeyType(arn, other) {
			w.violate("%s and %s are both the target %s of %s", arn, other, target, owner)
		}
		seen[owner+target] = arn
	}
}

// sameKeyType: for a moment a successor exists beside its predecessor of another key type.
func (w *World) sameKeyType(a, b string) bool {
	return w.ACM.certs[a].KeyType == w.ACM.certs[b].KeyType
}

// checkUnmanaged: nothing that is not ours was changed or deleted.
func (w *World) checkUnmanaged() {
	for arn, was := range w.unmanaged {
		c, ok := w.ACM.certs[arn]
		switch {
		case !ok:
			w.violate("the unmanaged certificate %s was deleted", arn)
		case c.Serial != was.Serial || !maps.Equal(c.Tags, was.Tags):
			w.violate("the unmanaged certificate %s was changed", arn)
		}
	}
	for fqdn, values := range w.unmanagedTXT {
		for _, v := range values {
			if !slices.Contains(w.DNS.values[fqdn], v) {
				w.violate("the unmanaged TXT value at %s was removed", fqdn)
			}
		}
	}
}

// checkKeysKept: the key of the newest certificate is in ACM or can be decrypted, so nothing is lost.
func (w *World) checkKeysKept() {
	if len(w.CA.Issued) == 0 {
		return
	}
	last := w.CA.Issued[len(w.CA.Issued)-1]
	for _, c := range w.ACM.certs {
		if c.Serial == last.Serial {
			return
		}
	}
	for _, name := range w.names() {
		o, err := w.Table.Get(context.Background(), name)
		must(err)
		if o.Issuance != nil && o.Issuance.PublicKeySHA256 == last.SPKI && len(o.Issuance.SealedKey) > 0 {
			return
		}
		if o.Record == nil {
			return // no record wants it any longer
		}
	}
	if last.Added || w.AbandonAllowed(last.Domains) {
		return
	}
	w.violate("the key of %s (%v) is lost", last.Serial, last.Domains)
}

// AbandonAllowed reports whether no record asks for exactly these names, or its certificate was superseded.
func (w *World) AbandonAllowed(domains []string) bool {
	if w.Vault.destroyed {
		return true
	}
	for _, name := range w.names() {
		o, err := w.Table.Get(context.Background(), name)
		must(err)
		if c, err := spec.DecodeCertificate(o.Record, spec.Defaults{Region: "us-east-1"}); err == nil && api.SameNames(c.Domains, domains) {
			return w.everInstalled()
		}
	}
	return true
}

// everInstalled reports whether it was installed once and somebody deleted it.
func (w *World) everInstalled() bool {
	last := w.CA.Issued[len(w.CA.Issued)-1]
	for key := range w.ACM.imports {
		if len(key) > len(last.Serial) && key[len(key)-len(last.Serial):] == last.Serial {
			return true
		}
	}
	return false
}

func (w *World) names() []string {
	var names []string
	for item, err := range w.Table.All(context.Background()) {
		must(err)
		if item.Key.Kind == api.KindCertificate && item.Record != nil {
			names = append(names, item.Key.Name)
		}
	}
	return names
}

// checkEAB: a credential is presented once, and only to a CA that answered that it knows no account. An account is
// created once.
func (w *World) checkEAB() {
	if w.CA.presumed > 0 {
		w.violate("an EAB credential was presented to a CA that was not asked whether it knows the account")
	}
	if w.CA.registrations > w.AllowedAccounts {
		w.violate("%d accounts registered, %d asked for", w.CA.registrations, w.AllowedAccounts)
	}
}

// Guard marks a certificate as one that must not change.
func (w *World) Guard(arn string) {
	was := w.ACM.certs[arn].Installed
	was.Tags = maps.Clone(was.Tags)
	w.unmanaged[arn] = was
}

// GuardTXT adds a TXT value that is not ours.
func (w *World) GuardTXT(fqdn, value string) {
	w.DNS.values[fqdn] = append(w.DNS.values[fqdn], value)
	w.unmanagedTXT[fqdn] = append(w.unmanagedTXT[fqdn], value)
}

// CheckConverged checks a settled world: what is wanted exists, nothing is left, and one more pass does nothing.
func (w *World) CheckConverged(names ...string) {
	for _, name := range names {
		o, err := w.Table.Get(context.Background(), name)
		must(err)
		if o.Status == nil || !api.IsTrue(o.Status.Conditions, api.ConditionReady) {
			w.violate("%s is not Ready: %s", name, w.Explain(name))
			continue
		}
		if !isAtRest(o) {
			w.violate("%s still has something in flight", name)
		}
		if len(o.Status.Outbox) > 0 {
			w.violate("%s has undelivered notices", name)
		}
		w.checkQuiet(name)
	}
	w.checkTXTDeleted()
	w.checkSecrets()
}

// isAtRest reports whether nothing is in flight. A record with a rollout keeps its certificate with the key, and no other does.
func isAtRest(o api.Object) bool {
	if o.Record["rollout"] == nil {
		return o.Issuance == nil
	}
	if o.Issuance == nil || o.Issuance.Kept == nil {
		return o.Issuance == nil
	}
	i := *o.Issuance
	i.Kept = nil
	return i.IsEmpty()
}

// checkWaves: a certificate comes to a wave only after the wave before was seen to serve it.
func (w *World) checkWaves() {
	for n := 1; n < len(w.waves); n++ {
		c, ok := w.ACM.certs[w.waves[n].arn]
		if ok && len(w.CA.Issued) > 0 && c.Serial == w.CA.Issued[len(w.CA.Issued)-1].Serial && !w.waves[n-1].showed[c.Serial] {
			w.violate("wave %d has certificate %s, which wave %d was not seen to serve", n+1, c.Serial, n)
		}
	}
}

// checkQuiet: a pass over a converged record has no effect and writes nothing. The pass before it may find that the CA
// must be asked again for renewal information or revocation, and store when to ask next.
func (w *World) checkQuiet(name string) {
	w.reconcileOnce(name, "table.Get", "table.GetAccount", "acm.Describe", "secrets.Key", "ca.RenewalInfo", "ca.CheckRevocation", "table.Write")
	result := w.reconcileOnce(name, "table.Get", "table.GetAccount", "acm.Describe", "secrets.Key")
	if result.After <= 0 {
		w.violate("the converged %s is never reconciled again", name)
	}
}

// reconcileOnce makes a pass without faults that may make no other calls.
func (w *World) reconcileOnce(name string, may ...string) reconciler.Result {
	before, faults := len(w.calls.trace), w.calls.faults
	w.calls.faults = nil
	result, err := w.Loop.Reconcile(context.Background(), certificateKey(name))
	must(err)
	w.calls.faults = faults
	for _, op := range w.calls.trace[before:] {
		if !slices.Contains(may, op) {
			w.violate("a pass over the converged %s called %s", name, op)
		}
	}
	return result
}

func (w *World) checkTXTDeleted() {
	for fqdn, values := range w.DNS.values {
		for _, v := range values {
			if !slices.Contains(w.unmanagedTXT[fqdn], v) {
				w.violate("the TXT value at %s was left behind", fqdn)
			}
		}
	}
}

// checkSecrets searches everything that was written for every private key that was made.
func (w *World) checkSecrets() {
	var written bytes.Buffer
	written.Write(w.log.Bytes())
	enc := json.NewEncoder(&written)
	must(enc.Encode(w.Notices))
	for item, err := range w.Table.All(context.Background()) {
		must(err)
		o, err := w.Table.Get(context.Background(), item.Key.Name)
		must(err)
		must(enc.Encode(o))
		must(enc.Encode(item.AccountStatus))
	}
	for _, secret := range w.Vault.seen {
		block, _ := pem.Decode(secret)
		if block == nil {
			continue
		}
		line := bytes.Split(bytes.TrimSpace(secret), []byte("\n"))[1]
		if bytes.Contains(written.Bytes(), line) || bytes.Contains(written.Bytes(), block.Bytes) {
			w.violate("a private key was written")
		}
	}
	for _, e := range w.Vault.EAB {
		if bytes.Contains(written.Bytes(), e.HMACKey.Reveal()) {
			w.violate("an EAB key was written")
		}
	}
}

// Explain returns a record's conditions in one line.
func (w *World) Explain(name string) string {
	o, err := w.Table.Get(context.Background(), name)
	must(err)
	if o.Status == nil {
		return "no status"
	}
	text := ""
	for _, c := range o.Status.Conditions {
		text += fmt.Sprintf("%s=%s (%s: %s) ", c.Type, c.Status, c.Reason, c.Message)
	}
	return text
}
