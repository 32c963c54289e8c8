package api

import (
	"reflect"
	"time"
)

// ServedStatus is what the endpoints of a certificate serve. It is an item of its own beside the certificate's status: only
// the probe writes it, so that it never delays an issuance, and the loop reads it.
type ServedStatus struct {
	// Version rises by one with every write: the optimistic lock.
	Version int64 `json:"version"`
	// FingerprintSHA256 and Serial are the certificate that was expected at the last probe, ExpectedSince is when it was
	// imported. PreviousFingerprint is the certificate that was expected before it.
	FingerprintSHA256   string    `json:"fingerprint_sha256,omitempty"`
	Serial              string    `json:"serial,omitempty"`
	ExpectedSince       time.Time `json:"expected_since,omitzero"`
	PreviousFingerprint string    `json:"previous_fingerprint_sha256,omitempty"`
	// Installed are the fingerprints of the certificates at the targets, if they are not all the same: an import has not come to
	// all of them yet. One that is installed is current where its target is not known.
	Installed map[string]string `json:"installed,omitempty"`
	// CheckedAt is when the endpoints were last probed.
	CheckedAt time.Time        `json:"checked_at,omitzero"`
	Endpoints []ServedEndpoint `json:"endpoints,omitempty"`

	// Frontends are the AWS resources that use the certificate, as they were described at FrontendsAt. FrontendsMessage is why
	// others could not be described; empty: all were.
	Frontends        []ServedFrontend `json:"frontends,omitempty"`
	FrontendsAt      time.Time        `json:"frontends_at,omitzero"`
	FrontendsMessage string           `json:"frontends_message,omitempty"`

	// Due and DueAt (epoch seconds) are the keys of the sparse index.
	Due   string `json:"due,omitempty"`
	DueAt int64  `json:"due_at,omitempty"`
}

// ServedEndpoint is what one endpoint serves over one address family.
type ServedEndpoint struct {
	Endpoint
	// Family is IPv4 or IPv6; empty if the host does not resolve.
	Family Family `json:"family,omitempty"`
	// Address is the address that State describes: of several that differ, the one with the state that needs most attention.
	Address string      `json:"address,omitempty"`
	State   ServedState `json:"state"`
	// Serial, Issuer and NotAfter are those of the certificate that is served; empty if none was.
	Serial   string    `json:"serial,omitempty"`
	Issuer   string    `json:"issuer,omitempty"`
	NotAfter time.Time `json:"not_after,omitzero"`
	// Untrusted is true if the served chain does not lead to a public root.
	Untrusted bool `json:"untrusted,omitempty"`
	// Since is when the endpoint came into the state.
	Since time.Time `json:"since,omitzero"`
	// CheckedAt is when the endpoint was last asked; zero: the time of no probe was sufficient for it yet.
	CheckedAt time.Time `json:"checked_at,omitzero"`
	// KnownState and KnownSince are the state before, while State is ServedUnknown.
	KnownState ServedState `json:"known_state,omitempty"`
	KnownSince time.Time   `json:"known_since,omitzero"`
	// Seen is true if the endpoint served a certificate of this record at any time.
	Seen bool `json:"seen,omitempty"`
	// WasTrusted is true if the endpoint served a certificate of this record with a chain to a public root at any time.
	WasTrusted bool   `json:"was_trusted,omitempty"`
	Message    string `json:"message,omitempty"`
}

// ServedState compares what an endpoint serves with what was imported.
type ServedState string

// These are the states of an endpoint.
const (
	// ServedCurrent: the certificate that was imported last.
	ServedCurrent ServedState = "Current"
	// ServedPrevious: the one before it.
	ServedPrevious ServedState = "Previous"
	// ServedOther: a certificate that is neither.
	ServedOther ServedState = "Other"
	// ServedUnreachable: nothing answers with a certificate.
	ServedUnreachable ServedState = "Unreachable"
	// ServedUnknown: the function cannot see it, for example because its address is private.
	ServedUnknown ServedState = "Unknown"
)

// ServedFrontend is where an AWS resource that uses the certificate is reached.
type ServedFrontend struct {
	ARN string `json:"arn"`
	// Certificate is the ARN of the certificate that it uses, Target the key of its target if the record has several.
	Certificate string `json:"certificate,omitempty"`
	Target      string `json:"target,omitempty"`
	Host        string `json:"host"`
	Ports       []int  `json:"ports,omitempty"`
	// Serves are those of its names that concern the certificate, wildcards among them; empty: it serves any name.
	Serves []string `json:"serves,omitempty"`
}

// ServedPartition is the constant partition key of the sparse index for probes.
const ServedPartition = "probe"

// Bound makes the status fit into the table: texts, lists and the whole are bounded as in CertificateStatus.Bound. To fit, it
// drops messages, then endpoints from the end, then frontends.
func (s *ServedStatus) Bound() {
	boundAll(reflect.ValueOf(s).Elem(), "")
	for i := range s.Endpoints {
		if fits(s) {
			return
		}
		s.Endpoints[i].Message = ""
	}
	for !fits(s) && len(s.Endpoints) > 0 {
		s.Endpoints = s.Endpoints[:len(s.Endpoints)-1]
	}
	for !fits(s) && len(s.Frontends) > 0 {
		s.Frontends = s.Frontends[:len(s.Frontends)-1]
	}
}
