package plan

import (
	"time"

	"certloop/reconciler/api"
)

// importMayAppear returns until when a first import whose reply was lost may still show up; zero: no more.
func (f *facts) importMayAppear(key string) time.Time {
	begun, ok := f.iss.Imports[key]
	if !ok {
		return time.Time{}
	}
	if until := begun.Add(f.Config.ImportGrace); f.Now.Before(until) {
		return until
	}
	return time.Time{}
}

// intendImport notes that a certificate may appear at a target that has no ARN yet.
func intendImport(d *draft, p Plan, at time.Time) {
	noteReplaced(d, p)
	if p.ARN != "" {
		return
	}
	d.touchIssuance()
	if d.iss.Imports == nil {
		d.iss.Imports = map[string]time.Time{}
	}
	d.iss.Imports[p.Target] = at
}

// forgetImports drops the marks of imports that the search by tag has caught up with. Until then a mark stays, even
// where the ARN is known: should the status be lost meanwhile, nothing else would say that there is a certificate.
func forgetImports(d *draft) {
	for i := range d.Targets {
		t := &d.Targets[i]
		key := t.Stored.Key
		if begun, ok := d.iss.Imports[key]; ok && t.Err == nil {
			caughtUp := t.Found != nil && t.Listed && (!d.held() || d.isHeldCertificate(t.Found) || t.Found.Tags[api.TagPlaceholder] != "")
			late := !d.held() && !d.Now.Before(begun.Add(d.Config.ImportGrace))
			if caughtUp || late {
				delete(d.iss.Imports, key)
			}
		}
	}
	if len(d.iss.Imports) == 0 {
		d.iss.Imports = nil
	}
}
