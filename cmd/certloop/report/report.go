// Package report writes a list of certificates for a customer or an auditor, as one HTML file that prints well, or as CSV.
// It reads nothing: everything in it is passed to it.
package report

import (
	"time"

	"certloop/cmd/certloop/lang"
)

// Certificate is a row.
type Certificate struct {
	Name    string
	Domains []string
	// Ready is True, False or Unknown, Reason why.
	Ready, Reason string
	Issuer        string
	Account       string
	KeyType       string
	Serial        string
	// Fingerprint is the SHA-256 of the certificate in hex.
	Fingerprint         string
	NotBefore, NotAfter time.Time
	RenewAt             time.Time
	// Issued are the times at which certificates were issued, as far as the history goes back, oldest first.
	Issued []time.Time
	// Imports are where the certificate is installed.
	Imports []Import
	// Served is what its endpoints serve; nil if they were not probed.
	Served *Served
}

// Import is one installation.
type Import struct {
	ARN, State, Serial string
	At                 time.Time
}

// Report is what a report has.
type Report struct {
	lang.Language
	Title string
	// Source is the table and its region.
	Source       string
	At           time.Time
	Certificates []Certificate
}

// Ready returns how many certificates are ready.
func (r Report) Ready() (n int) {
	for _, c := range r.Certificates {
		if c.Ready == "True" {
			n++
		}
	}
	return n
}

// Soon returns how many certificates expire within 30 days.
func (r Report) Soon() (n int) {
	for _, c := range r.Certificates {
		if !c.NotAfter.IsZero() && c.NotAfter.Sub(r.At) < 30*24*time.Hour {
			n++
		}
	}
	return n
}

func rfc3339(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.RFC3339)
}
