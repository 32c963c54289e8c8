// Package view shows records and statuses on a screen. It reads nothing: everything that it shows is passed to it.
package view

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"certloop/reconciler/api"
)

// Certificate is a Certificate record with its status, as operators see it. Either may be missing.
type Certificate struct {
	Name   string
	Record map[string]any
	Status *api.CertificateStatus
}

// CertificateOf returns the certificate of a listing.
func CertificateOf(l api.Listed) Certificate {
	return Certificate{Name: l.Key.Name, Record: l.Record, Status: l.Status}
}

// These are states that no condition has, in place of a reason.
const (
	// StateNew: the controller has not stored a status yet.
	StateNew = "New"
	// StateDeleting: the record is deleted, and the controller is not done with it.
	StateDeleting = "Deleting"
	// StateSuspended: the record has suspend.
	StateSuspended = "Suspended"
)

// Ready returns the condition Ready; Unknown without a status.
func (c Certificate) Ready() api.ConditionStatus {
	if c.Status != nil {
		if ready, ok := api.GetCondition(c.Status.Conditions, api.ConditionReady); ok {
			return ready.Status
		}
	}
	return api.ConditionUnknown
}

// Reason returns what operators need to know first: why the record is rejected, else what is in progress or failed,
// else why it is ready or not.
func (c Certificate) Reason() string {
	switch {
	case c.Record == nil:
		return StateDeleting
	case c.Status == nil:
		return StateNew
	case c.suspended():
		return StateSuspended
	}
	return string(c.decisive().Reason)
}

func (c Certificate) suspended() bool {
	suspended, _ := c.Record["suspend"].(bool)
	return suspended
}

// decisive returns the condition that tells most: Accepted if it is False, else Issuing if there is anything to tell,
// else Ready.
func (c Certificate) decisive() api.Condition {
	if c.Status == nil {
		return api.Condition{}
	}
	if accepted, ok := api.GetCondition(c.Status.Conditions, api.ConditionAccepted); ok && accepted.Status != api.ConditionTrue {
		return accepted
	}
	if issuing, ok := api.GetCondition(c.Status.Conditions, api.ConditionIssuing); ok && issuing.Reason != api.ReasonNotNeeded {
		return issuing
	}
	ready, _ := api.GetCondition(c.Status.Conditions, api.ConditionReady)
	return ready
}

// Domains returns the names that the record declares; without a record those that were observed.
func (c Certificate) Domains() []string {
	switch domains := c.Record["domains"].(type) {
	case []string:
		return domains
	case []any:
		names := make([]string, 0, len(domains))
		for _, d := range domains {
			names = append(names, fmt.Sprint(d))
		}
		return names
	}
	if c.Status != nil {
		return c.Status.Domains
	}
	return nil
}

// Account returns the name of the account that the record declares.
func (c Certificate) Account() string {
	if account, ok := c.Record["account"].(string); ok && account != "" {
		return account
	}
	if c.Record == nil && c.Status != nil && c.Status.Account != "" {
		return c.Status.Account
	}
	return api.DefaultAccount
}

// Expires returns when the installed certificate expires; zero: there is none.
func (c Certificate) Expires() time.Time { return c.status().NotAfter }

// Renews returns when it is renewed; zero: that is not known.
func (c Certificate) Renews() time.Time { return c.status().RenewAt }

// Issued returns when the installed certificate became valid; zero: there is none.
func (c Certificate) Issued() time.Time { return c.status().NotBefore }

// History returns the events that the status keeps, oldest first.
func (c Certificate) History() []api.HistoryEntry { return c.status().History }

func (c Certificate) status() api.CertificateStatus {
	if c.Status == nil {
		return api.CertificateStatus{}
	}
	return *c.Status
}

// firstOf returns the first name and how many others there are, such as "www.example.com +2".
func firstOf(names []string) string {
	switch len(names) {
	case 0:
		return ""
	case 1:
		return names[0]
	}
	return names[0] + " +" + strconv.Itoa(len(names)-1)
}

// SortKeys are the keys by which certificates can be sorted.
var SortKeys = []string{"name", "ready", "reason", "account", "expires", "renews"}

// Sort sorts by a key of SortKeys, and by name among equals. Certificates without that time come last.
func Sort(list []Certificate, key string) {
	slices.SortStableFunc(list, func(x, y Certificate) int { return compare(x, y, key) })
}
