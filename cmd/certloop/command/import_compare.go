package command

import (
	"context"
	"time"

	"certloop/cmd/certloop/manifest"
	"certloop/cmd/certloop/migrate"
	"certloop/reconciler/api"
)

// compareTime bounds the comparison of imported records with the table: records are made without AWS too.
const compareTime = 20 * time.Second

// identity is the attribute that tells by its value whether a record of the same name is for the same thing.
var identity = map[api.Kind]string{api.KindCertificate: "domains", api.KindAccount: "directory"}

// compare returns notes about the records that the table has already, or that it could not be read.
func (a *app) compare(ctx context.Context, records []migrate.Record) (notes []migrate.Note) {
	if len(records) == 0 {
		return nil
	}
	ctx, cancel := context.WithTimeout(ctx, compareTime)
	defer cancel()
	d, err := a.deployment(ctx)
	if err != nil {
		return a.notCompared(err)
	}
	table, owners := map[api.Key]map[string]any{}, map[string]string{}
	for l, err := range d.List(ctx) {
		if err != nil {
			return a.notCompared(err)
		}
		if l.Record != nil {
			table[l.Key] = l.Record
		}
		for _, arn := range managedARNs(l) {
			owners[arn] = l.Key.Name
		}
	}
	for _, r := range records {
		notes = append(notes, a.compareOne(r, table, owners)...)
	}
	return notes
}

func (a *app) notCompared(err error) []migrate.Note {
	return []migrate.Note{{Level: migrate.Info, At: a.errs.T("table"),
		Text: a.errs.F("the records were not compared with those of the table, so names may be in use already: %s", a.errs.Error(err))}}
}

// managedARNs returns the certificates in ACM that a record names or manages.
func managedARNs(l api.Listed) (arns []string) {
	if arn, ok := l.Record["acm_arn"].(string); ok && l.Key.Kind == api.KindCertificate {
		arns = append(arns, arn)
	}
	if l.Status != nil {
		for _, t := range l.Status.Targets {
			if t.ARN != "" {
				arns = append(arns, t.ARN)
			}
		}
	}
	return arns
}

// compareOne returns what the table has of a record's name and certificate.
func (a *app) compareOne(r migrate.Record, table map[api.Key]map[string]any, owners map[string]string) (notes []migrate.Note) {
	key := keyOfRecord(r)
	note := func(level migrate.Level, text string) {
		notes = append(notes, migrate.Note{Level: level, At: label(key), Text: text})
	}
	arn, _ := r["acm_arn"].(string)
	if owner := owners[arn]; arn != "" && owner != "" && owner != key.Name {
		note(migrate.Problem, a.errs.F("certificate/%s has %s already: do not apply this record", owner, arn))
	}
	there, exists := table[key]
	if !exists {
		return notes
	}
	change := manifest.Merge(there, r)
	what := identity[key.Kind]
	_, another := change.Set[what]
	switch {
	case change.IsEmpty():
		note(migrate.Info, a.errs.T("exists in the table with these values: certloop apply leaves it unchanged"))
	case another:
		note(migrate.Problem, a.errs.F("exists in the table with other %s, and certloop apply would change it: give this record another name, unless the change is wanted", what))
	default:
		note(migrate.Info, a.errs.F("exists in the table and differs: certloop apply would change %s", list(change.Names(key.Kind))))
	}
	return notes
}

// keyOfRecord returns the key of an imported record.
func keyOfRecord(r migrate.Record) api.Key {
	name, _ := r["name"].(string)
	kind, _ := r["kind"].(string)
	return api.Key{Kind: api.Kind(kind), Name: name}
}
