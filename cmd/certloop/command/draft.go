package command

import (
	"cmp"
	"context"
	"slices"

	"golang.org/x/sync/errgroup"

	"certloop/cmd/certloop/manifest"
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
// shown, all of them together, and are an error.
func (a *app) drafts(ctx context.Context, files []string) ([]draft, error) {
	d, err := a.deployment(ctx)
	if err != nil {
		return nil, err
	}
	docs, problems, err := a.documents(files, d.Region())
	if err != nil {
		return nil, err
	}
	drafts, more, err := prepareAll(ctx, d, docs)
	switch {
	case len(problems) == 0 && err != nil:
		return nil, err
	case len(problems)+len(more) > 0:
		return nil, a.refuse(problems.With(more))
	}
	slices.SortStableFunc(drafts, func(x, y draft) int {
		return cmp.Compare(slices.Index(writable, x.key().Kind), slices.Index(writable, y.key().Kind))
	})
	return drafts, nil
}

// prepareAll prepares the documents. It omits those without a valid name, which are only there beside problems.
func prepareAll(ctx context.Context, d Deployment, docs []manifest.Document) ([]draft, manifest.Problems, error) {
	docs = slices.DeleteFunc(slices.Clone(docs), func(doc manifest.Document) bool { return api.ValidateName(doc.Key.Name) != nil })
	drafts, problems := make([]draft, len(docs)), make([]manifest.Problems, len(docs))
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(maxReads)
	for i := range docs {
		group.Go(func() (err error) {
			drafts[i], problems[i], err = prepare(ctx, d, docs[i])
			return err
		})
	}
	err := group.Wait()
	return drafts, slices.Concat(problems...), err
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
