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
func (a *app) write(ctx context.Context, drafts []draft) result {
	s := series{
		do: func(i int) error {
			outcome, err := a.writeOne(ctx, drafts[i])
			if err == nil {
				a.screen.Line(label(drafts[i].key()) + " " + outcome)
				a.warn(drafts[i])
			}
			return err
		},
		blocks: func(failed, next int) bool {
			return drafts[failed].key().Kind != api.KindCertificate && drafts[next].key().Kind == api.KindCertificate
		},
		failure: func(label string, err error) string {
			return a.errs.F("%s was not written: %s", label, a.errs.Error(err))
		},
		blocked: func(label string) string { return a.errs.F("%s was not written: a record before it failed", label) },
	}
	for _, d := range drafts {
		s.labels = append(s.labels, label(d.key()))
	}
	return a.each(ctx, s)
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
