package command

import (
	"slices"
	"time"

	"certloop/cmd/certloop/inventory"
	"certloop/cmd/certloop/migrate"
	"certloop/reconciler/api"
)

// discovered is a certificate of discover in JSON (docs/reference/cli.md).
type discovered struct {
	ARN       string      `json:"arn"`
	Account   string      `json:"account"`
	Region    string      `json:"region"`
	Domains   []string    `json:"domains"`
	Type      string      `json:"type"`
	Status    string      `json:"status"`
	KeyType   api.KeyType `json:"key_type"`
	NotAfter  *time.Time  `json:"not_after"`
	InUse     bool        `json:"in_use"`
	InUseBy   []string    `json:"in_use_by"`
	ManagedBy manager     `json:"managed_by"`
}

type manager struct {
	Kind string `json:"kind"`
	Name string `json:"name,omitempty"`
}

// kinds are the names of the kinds in JSON.
var kinds = map[inventory.Kind]string{
	inventory.Unmanaged: "nobody", inventory.Unread: "unread", inventory.Tagged: "certloop", inventory.Tool: "tool",
	inventory.Record: "record", inventory.Service: "service", inventory.PrivateCA: "private_ca", inventory.Amazon: "amazon",
}

func itemsOfDiscovered(list []inventory.Certificate) []any {
	items := make([]any, len(list))
	for i, c := range list {
		d := discovered{ARN: c.ARN, Account: c.Account(), Region: c.Region, Domains: c.Names, Type: c.Type, Status: c.Status,
			KeyType: c.KeyType, InUse: c.InUse, InUseBy: c.Users, ManagedBy: manager{kinds[c.Manager.Kind], c.Manager.Name}}
		if !c.NotAfter.IsZero() {
			d.NotAfter = &c.NotAfter
		}
		items[i] = d
	}
	return items
}

// adoptionOf returns a record that adopts a certificate.
func adoptionOf(c inventory.Certificate, names *migrate.Namer) migrate.Record {
	domains := make([]any, len(c.Names))
	first := "certificate"
	for i, name := range c.Names {
		domains[i] = name
	}
	if len(c.Names) > 0 {
		first = c.Names[0]
	}
	r := migrate.Record{"name": names.Name(first), "kind": string(api.KindCertificate), "domains": domains, "key_type": string(c.KeyType)}
	if c.Role.RoleARN == "" {
		r["acm_arn"] = c.ARN
		return r
	}
	target := map[string]any{"acm_arn": c.ARN, "role_arn": c.Role.RoleARN}
	if c.Role.ExternalID != "" {
		target["external_id"] = c.Role.ExternalID
	}
	r["targets"] = []any{target}
	return r
}

// isIssued reports whether certloop issues keys of that type.
func isIssued(k api.KeyType) bool { return slices.Contains(api.KeyTypes, k) }

// writeAdoption writes records that adopt certificates, as YAML.
func (a *app) writeAdoption(list []inventory.Certificate, names *migrate.Namer) error {
	var records []migrate.Record
	for _, c := range list {
		if obstacle := a.obstacle(c); obstacle != "" {
			a.errs.Line(obstacle)
			continue
		}
		records = append(records, adoptionOf(c, names))
		if c.Role.RoleARN != "" {
			a.errs.Line(a.errs.F("%s: role_arn is the role that you used: set it to the role that the function may assume (docs/guides/other-accounts.md)", c.ARN))
		}
	}
	return a.writeRecords(records)
}

// obstacle returns why no record can adopt a certificate, or "".
func (a *app) obstacle(c inventory.Certificate) string {
	switch {
	case !isIssued(c.KeyType):
		return a.errs.F("%s: its key type is %s, which certloop does not issue: it cannot be adopted", c.ARN, c.KeyType)
	case c.MoreNames:
		return a.errs.F("%s: it has more than 100 names, and a record at most 100: it cannot be adopted", c.ARN)
	}
	return ""
}
