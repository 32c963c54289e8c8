package report

import (
	"encoding/json"
	"io"
	"time"
)

// JSON writes an object for each certificate, with the names of CSV's columns. Imports and issues are lists. What is not known is
// left out.
func (r Report) JSON(w io.Writer) error {
	document := jsonReport{Table: r.Source, AsOf: r.At.UTC(), Certificates: []jsonCertificate{}}
	for _, c := range r.Certificates {
		document.Certificates = append(document.Certificates, c.json())
	}
	out := json.NewEncoder(w)
	out.SetIndent("", "  ")
	out.SetEscapeHTML(false)
	return out.Encode(document)
}

type jsonReport struct {
	Table        string            `json:"table"`
	AsOf         time.Time         `json:"as_of"`
	Certificates []jsonCertificate `json:"certificates"`
}

type jsonCertificate struct {
	Name        string       `json:"name"`
	Domains     []string     `json:"domains,omitempty"`
	Ready       string       `json:"ready"`
	Reason      string       `json:"reason,omitempty"`
	Issuer      string       `json:"issuer,omitempty"`
	Account     string       `json:"account,omitempty"`
	KeyType     string       `json:"key_type,omitempty"`
	Serial      string       `json:"serial,omitempty"`
	Fingerprint string       `json:"fingerprint_sha256,omitempty"`
	NotBefore   time.Time    `json:"not_before,omitzero"`
	NotAfter    time.Time    `json:"not_after,omitzero"`
	RenewAt     time.Time    `json:"renew_at,omitzero"`
	Issued      []time.Time  `json:"issued,omitempty"`
	Imports     []jsonImport `json:"imports,omitempty"`
	Served      *jsonServed  `json:"served,omitempty"`
}

type jsonImport struct {
	ARN        string    `json:"arn"`
	State      string    `json:"state,omitempty"`
	Serial     string    `json:"serial,omitempty"`
	ImportedAt time.Time `json:"imported_at,omitzero"`
}

type jsonServed struct {
	NotAfter    time.Time `json:"not_after,omitzero"`
	Current     int       `json:"endpoints_current"`
	NotCurrent  int       `json:"endpoints_not_current"`
	Unreachable int       `json:"endpoints_unreachable"`
	Unknown     int       `json:"endpoints_unknown"`
	CheckedAt   time.Time `json:"checked_at"`
}

func (c Certificate) json() jsonCertificate {
	is := jsonCertificate{Name: c.Name, Domains: c.Domains, Ready: c.Ready, Reason: c.Reason, Issuer: c.Issuer, Account: c.Account,
		KeyType: c.KeyType, Serial: c.Serial, Fingerprint: c.Fingerprint, NotBefore: c.NotBefore.UTC(), NotAfter: c.NotAfter.UTC(), RenewAt: c.RenewAt.UTC()}
	for _, t := range c.Issued {
		is.Issued = append(is.Issued, t.UTC())
	}
	for _, i := range c.Imports {
		is.Imports = append(is.Imports, jsonImport{ARN: i.ARN, State: i.State, Serial: i.Serial, ImportedAt: i.At.UTC()})
	}
	if s := c.Served; s != nil {
		is.Served = &jsonServed{NotAfter: s.NotAfter.UTC(), Current: s.Current, NotCurrent: s.NotCurrent, Unreachable: s.Unreachable,
			Unknown: s.Unknown, CheckedAt: s.CheckedAt.UTC()}
	}
	return is
}
