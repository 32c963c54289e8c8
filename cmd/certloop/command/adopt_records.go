package command

import (
	"context"
	"errors"
	"strings"

	"certloop/cmd/certloop/deployment"
	"certloop/cmd/certloop/inventory"
	"certloop/cmd/certloop/migrate"
	"certloop/reconciler/api"
	"certloop/reconciler/spec"
)

// adoption is a certificate with the record that adopts it.
type adoption struct {
	inventory.Detail
	record migrate.Record
	// reason is why the record has its account.
	reason string
}

// obstacle is why a certificate cannot be adopted, in the operator's language.
type obstacle string

func (o obstacle) Error() string { return string(o) }

// adoptions reads and reports the certificates, and returns those that can be adopted. complete is false if others cannot.
func (a *app) adoptions(ctx context.Context, arns []string, roles map[string]api.Role, o adoptOptions) (list []adoption, complete bool, err error) {
	if _, err = a.openFor(ctx, o.scopeFlags); err != nil {
		return nil, false, err
	}
	arns = unique(arns)
	known, names := a.known(ctx)
	certificates, err := a.records(ctx, api.KindCertificate, nil)
	if err != nil {
		return nil, false, err
	}
	read := a.each(ctx, series{labels: arns, readOnly: true, failure: a.notAdopted, do: func(i int) error {
		parsed, _ := api.ParseARN(arns[i])
		detail, missing, err := a.readAdoption(ctx, arns[i], roles[parsed.Account], known, o.all)
		if err != nil {
			return err
		}
		one := adoption{Detail: detail, record: adoptionOf(detail.Certificate, names)}
		one.record["account"], one.reason = a.accountFor(detail.Leaf.Issuer, o.account, certificates)
		if err := a.checkAdoption(one); err != nil {
			return err
		}
		a.reportAdoption(one, missing)
		list = append(list, one)
		return nil
	}})
	a.reportPermission(list)
	return list, read.err == nil, nil
}

// readAdoption reads a certificate, and which of its names are in no zone. It returns an obstacle if no record can adopt it.
func (a *app) readAdoption(ctx context.Context, arn string, role api.Role, known map[string]string, all bool) (detail inventory.Detail, missing []string, err error) {
	if detail, err = a.opened.ReadCertificate(ctx, arn, role, known); err != nil {
		return detail, nil, err
	}
	if text := a.obstacleTo(detail.Certificate, all); text != "" {
		return detail, nil, obstacle(text)
	}
	missing, err = a.opened.WithoutZone(ctx, detail.Names)
	return detail, missing, err
}

// checkAdoption returns an obstacle if the controller does not accept the record.
func (a *app) checkAdoption(one adoption) error {
	_, err := spec.DecodeCertificate(one.record, a.defaults())
	if err == nil {
		return nil
	}
	problems := []string{}
	for _, p := range spec.Problems(err) {
		problems = append(problems, a.errs.Error(p))
	}
	if len(problems) == 0 {
		problems = append(problems, a.errs.Error(err))
	}
	return obstacle(a.errs.F("%s: no record can adopt it: %s", one.ARN, strings.Join(problems, "; ")))
}

// notAdopted is the line about a certificate that is not adopted.
func (a *app) notAdopted(arn string, err error) string {
	var text obstacle
	if errors.As(err, &text) {
		return string(text)
	}
	return a.errs.F("%s: it could not be read: %s", arn, a.errs.Error(err))
}

// writeAdoptions writes the records to the table, or with --dry-run to standard output.
func (a *app) writeAdoptions(ctx context.Context, list []adoption, o adoptOptions) error {
	if o.dryRun {
		var records []migrate.Record
		for _, one := range list {
			records = append(records, one.record)
		}
		return a.writeRecords(records)
	}
	if len(list) == 0 {
		return nil
	}
	if !o.yes {
		if err := a.confirm(ctx, a.errs.F("Create these records (%d)?", len(list))); err != nil {
			return err
		}
	}
	keys := make([]string, len(list))
	for i, one := range list {
		keys[i] = label(api.Key{Kind: api.KindCertificate, Name: one.record["name"].(string)})
	}
	return a.each(ctx, series{labels: keys, do: func(i int) error { return a.writeAdopted(ctx, list[i].record) }}).err
}

// writeAdopted creates the record of an adoption.
func (a *app) writeAdopted(ctx context.Context, record migrate.Record) error {
	key := api.Key{Kind: api.KindCertificate, Name: record["name"].(string)}
	delete(record, "name")
	delete(record, "kind")
	err := a.opened.ChangeRecord(ctx, deployment.RecordChange{Key: key, Set: record, Watched: watched(key)})
	if isConflict(err) {
		err = conflictError(key)
	}
	if err == nil {
		a.screen.Line(label(key) + " " + a.screen.T("created"))
	}
	return err
}
