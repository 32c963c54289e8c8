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

// check looks at the world after a pass.
func (w *World) check() {
	if w.lenient {
		w.checkForeign()
		return
	}
	w.checkIssuedOnce()
	w.checkImportedOnce()
	w.checkForeign()
	w.checkKeysKept()
	w.checkEAB()
	w.checkNotTooLoud()
	if w.CA.vain > 0 {
		w.violate("the CA was told to look before the TXT values were served")
	}
}

// checkNotTooLoud: whoever is told everything every minute reads nothing of it.
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

// checkImportedOnce: each certificate goes into each target once, and no target has two.
func (w *World) checkImportedOnce() {
	for key, n := range w.ACM.imports {
		if n > 1 {
			w.violate("%s was imported %d times", key, n)
		}
	}
	seen := map[string]string{}
	for arn, c := range w.ACM.certs {
		owner, target := c.Tags[api.TagOwner], c.Tags[api.TagTarget]
		if owner == "" || target == "" || c.Tags[api.TagRetired] != "" || c.foreign {
			continue
		}
		if other, ok := seen[owner+target]; ok && w.sameKeyType(arn, other) {
			w.violate("%s and %s are both the target %s of %s", arn, other, target, owner)
		}
		seen[owner+target] = arn
	}
}

// sameKeyType: for a moment a successor stands beside its predecessor of another key type.
func (w *World) sameKeyType(a, b string) bool {
	return w.ACM.certs[a].KeyType == w.ACM.certs[b].KeyType
}

// checkForeign: nothing that is not ours was changed or removed.
func (w *World) checkForeign() {
	for arn, was := range w.foreign {
		c, ok := w.ACM.certs[arn]
		switch {
		case !ok:
			w.violate("the foreign certificate %s was deleted", arn)
		case c.Serial != was.Serial || !maps.Equal(c.Tags, was.Tags):
			w.violate("the foreign certificate %s was changed", arn)
		}
	}
	for fqdn, values := range w.foreignTXT {
		for _, v := range values {
			if !slices.Contains(w.DNS.values[fqdn], v) {
				w.violate("the foreign TXT value at %s was removed", fqdn)
			}
		}
	}
}

// checkKeysKept: of the newest certificate the key is in ACM or can be opened, and so nothing is lost.
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
			return // nobody wants it any more
		}
	}
	if last.Added || w.AbandonAllowed(last.Domains) {
		return
	}
	w.violate("the key of %s (%v) is lost", last.Serial, last.Domains)
}

// AbandonAllowed says that no record asks for exactly these names, or that its certificate was superseded.
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

// everInstalled: it was there, and somebody took it away.
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

// checkEAB: a credential is presented once, and only to a CA that said that it knows no account; an account comes to
// be once.
func (w *World) checkEAB() {
	if w.CA.presumed > 0 {
		w.violate("an EAB credential was presented to a CA that was not asked for the account")
	}
	if w.CA.registrations > w.AllowedAccounts {
		w.violate("%d accounts registered, %d asked for", w.CA.registrations, w.AllowedAccounts)
	}
}

// Guard marks a certificate as one that must not be touched.
func (w *World) Guard(arn string) {
	was := w.ACM.certs[arn].Installed
	was.Tags = maps.Clone(was.Tags)
	w.foreign[arn] = was
}

// GuardTXT puts a TXT value that is somebody else's.
func (w *World) GuardTXT(fqdn, value string) {
	w.DNS.values[fqdn] = append(w.DNS.values[fqdn], value)
	w.foreignTXT[fqdn] = append(w.foreignTXT[fqdn], value)
}

// CheckConverged looks at a world that had time to settle: what is wanted is there, nothing is left over, and one more
// pass does nothing at all.
func (w *World) CheckConverged(names ...string) {
	for _, name := range names {
		o, err := w.Table.Get(context.Background(), name)
		must(err)
		if o.Status == nil || !api.IsTrue(o.Status.Conditions, api.ConditionReady) {
			w.violate("%s is not Ready: %s", name, w.Explain(name))
			continue
		}
		if o.Issuance != nil {
			w.violate("%s has something in flight still", name)
		}
		if len(o.Status.Outbox) > 0 {
			w.violate("%s has notices that nobody was sent", name)
		}
		w.checkQuiet(name)
	}
	w.checkTXTGone()
	w.checkSecrets()
}

// checkQuiet: a pass over a converged record has no effect and writes nothing. One before it may find that the CA is
// to be asked again when to renew, and write down when next.
func (w *World) checkQuiet(name string) {
	w.lookOnce(name, "table.Get", "table.GetAccount", "acm.Describe", "secrets.Key", "ca.RenewalInfo", "table.Write")
	result := w.lookOnce(name, "table.Get", "table.GetAccount", "acm.Describe", "secrets.Key")
	if result.After <= 0 {
		w.violate("the converged %s is never looked at again", name)
	}
}

// lookOnce makes a pass, without faults, that may call nothing else.
func (w *World) lookOnce(name string, may ...string) reconciler.Result {
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

func (w *World) checkTXTGone() {
	for fqdn, values := range w.DNS.values {
		for _, v := range values {
			if !slices.Contains(w.foreignTXT[fqdn], v) {
				w.violate("the TXT value at %s was left behind", fqdn)
			}
		}
	}
}

// checkSecrets looks for every private key that was made in everything that was written down.
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
			w.violate("a private key was written down")
		}
	}
	for _, e := range w.Vault.EAB {
		if bytes.Contains(written.Bytes(), e.HMACKey.Reveal()) {
			w.violate("an EAB key was written down")
		}
	}
}

// Explain is a record's conditions in one line.
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
