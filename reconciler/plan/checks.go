package plan

import (
	"fmt"
	"strings"

	"certloop/reconciler/api"
)

// Check is one line of the answer to a check: what the function sees, and what an operator can do about it.
type Check struct {
	Area    CheckArea  `json:"area"`
	Subject string     `json:"subject"`
	State   CheckState `json:"state"`
	Message string     `json:"message"`
	// Remedy is empty if no action is needed.
	Remedy string `json:"remedy,omitempty"`
}

// CheckArea is what a check is about.
type CheckArea string

// These are the areas, in the order of the answer.
const (
	AreaTable       CheckArea = "Table"
	AreaKey         CheckArea = "KMSKey"
	AreaPolicy      CheckArea = "Policy"
	AreaAccount     CheckArea = "Account"
	AreaCertificate CheckArea = "Certificate"
	AreaZone        CheckArea = "Zone"
	AreaCAA         CheckArea = "CAA"
	AreaNameServers CheckArea = "NameServers"
	AreaContract    CheckArea = "Contract"
	AreaTarget      CheckArea = "Target"
	AreaProbe       CheckArea = "Probe"
)

// CheckAreas are all areas, in the order of the answer.
var CheckAreas = []CheckArea{AreaTable, AreaKey, AreaPolicy, AreaAccount, AreaCertificate, AreaZone, AreaCAA, AreaNameServers, AreaContract, AreaTarget, AreaProbe}

// CheckState is what came of a check.
type CheckState string

// These are the states, the worst first.
const (
	// CheckFailed: certloop cannot do its work there.
	CheckFailed CheckState = "Failed"
	// CheckWarning: it works, and something may go wrong.
	CheckWarning CheckState = "Warning"
	// CheckUnknown: it could not be found out, or there was no time for it.
	CheckUnknown CheckState = "Unknown"
	// CheckFine: nothing was found.
	CheckFine CheckState = "Fine"
)

// CheckStates are all states, the worst first.
var CheckStates = []CheckState{CheckFailed, CheckWarning, CheckUnknown, CheckFine}

// fine returns the check that found nothing.
func fine(area CheckArea, subject, message string) Check {
	return Check{Area: area, Subject: subject, State: CheckFine, Message: message}
}

// finding returns the check with that reason; the remedy is the reason's.
func finding(area CheckArea, subject string, state CheckState, reason api.Reason, message string) Check {
	return Check{Area: area, Subject: subject, State: state, Message: said(reason, message), Remedy: api.Remedy(reason)}
}

// checkFailed returns the check that ended in err. An error that may pass by itself says nothing about what is checked.
func checkFailed(area CheckArea, subject string, err error, otherwise api.Reason) Check {
	state := CheckFailed
	if isTemporary(err) {
		state = CheckUnknown
	}
	return finding(area, subject, state, api.ReasonOf(err, otherwise), api.MessageOf(err))
}

func said(reason api.Reason, message string) string {
	return api.Message(strings.TrimSuffix(fmt.Sprintf("%s: %s", reason, message), ": "))
}

// CheckUnreadable checks a record that could not be read.
func CheckUnreadable(area CheckArea, name string, err error) Check {
	return checkFailed(area, name, err, api.ReasonInternalError)
}

// CheckTable checks that the table was read: all of it, or what the error left.
func CheckTable(records int, unknown Unknown, err error) []Check {
	if err != nil {
		c := checkFailed(AreaTable, "records", err, api.ReasonInternalError)
		c.State = CheckFailed
		c.Remedy = "Allow the controller's role to read the table and its index, and check CERTLOOP_TABLE."
		return []Check{c}
	}
	checks := []Check{fine(AreaTable, "records", fmt.Sprintf("read %d records", records))}
	if unknown.Count > 0 {
		message := fmt.Sprintf("%d items of unknown kinds: %s", unknown.Count, strings.Join(unknown.Names(), "; "))
		checks = append(checks, finding(AreaTable, "items", CheckWarning, api.ReasonUnknownKind, message))
	}
	return checks
}

// CheckKey checks that the KMS key sealed something and opened it again.
func CheckKey(err error) Check {
	if err != nil {
		c := checkFailed(AreaKey, "key of the controller", err, api.ReasonKeyUnavailable)
		if api.ReasonOf(err, "") == api.ReasonKeyUnavailable {
			c.State = CheckFailed // it waits for an operator
		}
		return c
	}
	return fine(AreaKey, "key of the controller", "encrypts and decrypts")
}

// CheckPolicySet checks the set of all policies, which every pass reads.
func CheckPolicySet(set api.PolicySet, err error) []Check {
	switch {
	case err != nil:
		return []Check{checkFailed(AreaPolicy, "set of all policies", err, api.ReasonInternalError)}
	case set.Version == api.DamagedPolicySet:
		return []Check{{Area: AreaPolicy, Subject: "set of all policies", State: CheckFailed,
			Message: "the stored set cannot be read, so every record is denied", Remedy: `Invoke the function with {"action": "resync"}.`}}
	}
	return nil
}

// CheckPolicy checks one policy; err is what is wrong with its record.
func CheckPolicy(name string, status *api.PolicyStatus, err error) Check {
	if err != nil {
		return checkFailed(AreaPolicy, name, err, api.ReasonInvalidSpec)
	}
	if status != nil {
		if c, ok := api.GetCondition(status.Conditions, api.ConditionAccepted); ok && c.Status == api.ConditionFalse {
			return finding(AreaPolicy, name, CheckFailed, c.Reason, c.Message)
		}
	}
	return fine(AreaPolicy, name, "valid")
}
