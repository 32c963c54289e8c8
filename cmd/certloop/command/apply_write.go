package command

import (
	"context"

	"certloop/cmd/certloop/deployment"
	"certloop/cmd/certloop/screen"
	"certloop/reconciler/api"
)

// maxConflicts is how often a change is tried while other writers come first.
const maxConflicts = 5

// write writes the records and shows the outcome of each. A certificate is not written if a record that it may need failed.
func (a *app) write(ctx context.Context, drafts []draft) error {
	failed := map[api.Kind]bool{}
	for _, d := range drafts {
		kind := d.key().Kind
		if kind == api.KindCertificate && (failed[api.KindAccount] || failed[api.KindPolicy]) {
			a.errs.Line(a.errs.F("%s was not written: a record before it failed", label(d.key())))
			continue
		}
		outcome, err := a.writeOne(ctx, d)
		if err != nil {
			failed[kind] = true
			a.errs.Line(a.errs.F("%s was not written: %s", label(d.key()), a.errs.Error(err)))
			continue
		}
		a.screen.Line(label(d.key()) + " " + outcome)
		a.warn(d)
	}
	if len(failed) > 0 {
		return errFailed
	}
	return nil
}

// warn shows the warnings of a draft.
func (a *app) warn(d draft) {
	for _, p := range d.warnings {
		a.errs.Line(screen.Warn.Render(a.errs.T("Warning:")) + " " + a.errs.Error(p))
	}
}

// writeOne writes one record, and reads it again where another writer came first.
func (a *app) writeOne(ctx context.Context, d draft) (outcome string, err error) {
	for try := 1; ; try++ {
		if d.read != nil && d.change.IsEmpty() {
			return a.screen.T("unchanged"), nil
		}
		outcome = a.screen.T("configured")
		if d.read == nil {
			outcome = a.screen.T("created")
		}
		err := a.opened.ChangeRecord(ctx, deployment.RecordChange{Key: d.key(), Read: d.read, Set: d.change.Set, Remove: d.change.Remove,
			Watched: watched(d.key())})
		switch {
		case err == nil:
			return outcome, nil
		case !isConflict(err):
			return "", err
		case try == maxConflicts:
			return "", conflictError(d.key())
		}
		again, problems, err := prepare(ctx, a.opened, d.document)
		if err != nil {
			return "", err
		}
		if len(problems) > 0 {
			return "", problems
		}
		d = again
	}
}
