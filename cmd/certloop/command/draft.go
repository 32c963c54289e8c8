package command

import (
	"cmp"
	"context"
	"slices"

	"golang.org/x/sync/errgroup"

	"certloop/cmd/certloop/deployment"
	"certloop/cmd/certloop/manifest"
	"certloop/cmd/certloop/screen"
	"certloop/reconciler/api"
	"certloop/reconciler/spec"
)

// draft is a document with the record that it changes.
type draft struct {
	document manifest.Document
	// read is the record as it was read; nil: there is none.
	read   map[string]any
	change manifest.Change
	// warnings are problems that the record has without the change, in attributes that the document does not have, and
	// attributes that are to be removed and that no record can have.
	warnings manifest.Problems
}

func (d *draft) key() api.Key { return d.document.Key }

// drafts reads the records of the files, and those that they change, in the order in which they are written. Problems are
// shown, and are an error.
func (a *app) drafts(ctx context.Context, files []string) ([]draft, error) {
	d, err := a.deployment(ctx)
	if err != nil {
		return nil, err
	}
	docs, err := a.documents(files, d.Region())
	if err != nil {
		return nil, err
	}
	drafts := make([]draft, len(docs))
	var problems = make([]manifest.Problems, len(docs))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(maxReads)
	for i := range docs {
		group.Go(func() (err error) {
			drafts[i], problems[i], err = prepare(ctx, d, docs[i])
			return err
		})
	}
	if err := group.Wait(); err != nil {
		return nil, err
	}
	if all := slices.Concat(problems...); len(all) > 0 {
		return nil, a.refuse(all)
	}
	slices.SortStableFunc(drafts, func(x, y draft) int {
		return cmp.Compare(slices.Index(writable, x.key().Kind), slices.Index(writable, y.key().Kind))
	})
	return drafts, nil
}

// maxReads is how many records are read at a time.
const maxReads = 8

// prepare reads the record that a document changes, and judges what it would become.
func prepare(ctx context.Context, d Deployment, doc manifest.Document) (draft, manifest.Problems, error) {
	l, err := d.Get(ctx, doc.Key)
	if err != nil {
		return draft{}, nil, err
	}
	defaults := spec.Defaults{Region: d.Region()}
	out := draft{document: doc, read: l.Record, change: doc.Over(l.Record), warnings: doc.Removals(l.Record, defaults)}
	if out.change.IsEmpty() && l.Record != nil {
		return out, nil, nil
	}
	var problems manifest.Problems
	for _, p := range doc.Check(out.change.Record, defaults) {
		if !doc.Has(p.Field) && hasProblem(l.Record, p.Field, defaults) {
			out.warnings = append(out.warnings, p)
			continue
		}
		problems = append(problems, p)
	}
	return out, problems, nil
}

// hasProblem reports whether a record has a problem in that attribute.
func hasProblem(record map[string]any, field string, d spec.Defaults) bool {
	return record != nil && slices.ContainsFunc(spec.Check(record, d), func(p *spec.Problem) bool { return p.Attribute == field })
}

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
