package plan

import (
	"fmt"
	"strings"

	"certloop/reconciler/api"
)

// CheckAccount checks an account: that its record is valid and allowed, that it is registered, and that its directory
// answers. directory is the error of reading it; it is not read for an account that is not valid or not allowed.
func CheckAccount(in AccountInput, directory error) []Check {
	switch s := newAccountState(in); {
	case !in.HasRecord:
		return []Check{finding(AreaAccount, in.Name, CheckFailed, api.ReasonAccountNotFound, "there is no such Account record")}
	case in.Spec == nil:
		return []Check{checkFailed(AreaAccount, in.Name, in.SpecErr, api.ReasonInvalidSpec)}
	case s.refusal != "":
		return []Check{finding(AreaAccount, in.Name, CheckFailed, api.ReasonPolicyDenied, s.refusal)}
	}
	checks := []Check{registration(in)}
	if directory != nil {
		c := checkFailed(AreaAccount, in.Name, directory, api.ReasonCAUnavailable)
		c.State = CheckFailed // that it does not answer is what was to be found out
		c.Remedy = "Check directory, network and ca_certificates of the account, and the way of the function to the CA."
		checks = append(checks, c)
	}
	return checks
}

// ReadsDirectory reports whether the directory of the account may be read.
func ReadsDirectory(in AccountInput) bool {
	return in.Spec != nil && newAccountState(in).refusal == ""
}

func registration(in AccountInput) Check {
	if in.KeyErr != nil {
		err := in.KeyErr
		if api.KindOf(err) == api.NotFound {
			return finding(AreaAccount, in.Name, CheckFailed, api.ReasonAccountKeyLost, "the key of the account is not in Secrets Manager")
		}
		return checkFailed(AreaAccount, in.Name, err, api.ReasonSecretUnavailable)
	}
	if in.Stored.URI != "" && in.Stored.Directory == in.Spec.Directory {
		return fine(AreaAccount, in.Name, "registered")
	}
	if c, ok := api.GetCondition(in.Stored.Conditions, api.ConditionReady); ok && AccountFailed(&in.Stored) {
		return finding(AreaAccount, in.Name, CheckFailed, c.Reason, c.Message)
	}
	return Check{Area: AreaAccount, Subject: in.Name, State: CheckWarning, Message: "not registered yet",
		Remedy: "Wait for some minutes. If it stays so, read the conditions of the Account."}
}

// CheckCertificate checks a certificate by what a pass observes of it: its record, the zones, the CAA
// records and the name servers of its names, its targets, and what a renewal will change there.
func CheckCertificate(in Input) []Check {
	switch {
	case !in.HasRecord:
		return []Check{{Area: AreaCertificate, Subject: in.Name, State: CheckFailed, Message: "there is no such Certificate record", Remedy: "Check the name."}}
	case in.Spec == nil:
		return []Check{checkFailed(AreaCertificate, in.Name, in.SpecErr, api.ReasonInvalidSpec)}
	}
	f := factsOf(in)
	checks := []Check{checkRecord(f)}
	checks = append(checks, checkZones(f)...)
	checks = append(checks, checkCAA(f)...)
	checks = append(checks, checkServers(f)...)
	checks = append(checks, checkContract(f)...)
	for i := range f.Targets {
		if f.Targets[i].Wanted {
			checks = append(checks, checkTarget(f, i))
		}
	}
	return checks
}

// ReadsZones reports whether the zones of the record may be read: it is valid, and a policy allows it.
func ReadsZones(in Input) bool { return in.Spec != nil && !factsOf(in).denied() }

func checkRecord(f *facts) Check {
	switch {
	case f.denied():
		return finding(AreaCertificate, f.Name, CheckFailed, api.ReasonPolicyDenied, f.admission.denial)
	case !f.Account.Found:
		return finding(AreaCertificate, f.Name, CheckFailed, api.ReasonAccountNotFound, f.Account.Message)
	case f.Spec.Suspend:
		return finding(AreaCertificate, f.Name, CheckWarning, api.ReasonSuspended, "suspend is set in the record")
	case f.next.LastError != "":
		return finding(AreaCertificate, f.Name, CheckWarning, f.next.LastReason, f.next.LastError)
	}
	return fine(AreaCertificate, f.Name, "valid")
}

func checkZones(f *facts) []Check {
	subject := f.Name
	if f.ZoneErr != nil {
		return []Check{checkFailed(AreaZone, subject, f.ZoneErr, api.ReasonDNSFailed)}
	}
	if f.Zones == nil {
		return nil
	}
	checks := []Check{fine(AreaZone, subject, fmt.Sprintf("found and delegated for %d names", len(f.Zones)))}
	warned := map[string]bool{}
	for _, z := range f.Zones {
		if z.Warning != "" && !warned[z.Warning] {
			warned[z.Warning] = true
			checks = append(checks, finding(AreaZone, subject, CheckWarning, api.ReasonSplitDelegation, z.Warning))
		}
	}
	return checks
}

// caaCheckStates are the states of a check of CAA records.
var caaCheckStates = map[CAAState]CheckState{CAAForbidden: CheckFailed, CAAWarned: CheckWarning, CAAUnknown: CheckUnknown}

// checkCAA checks that the CA may issue the names.
func checkCAA(f *facts) []Check {
	if !readsCAA(f) {
		return nil
	}
	var checks []Check
	for _, found := range caaFindings(f) {
		c := finding(AreaCAA, f.Name, caaCheckStates[found.State], found.Reason, found.What+": "+found.Remedy)
		if found.Reason == "" {
			c.Message, c.Remedy = found.Message(), "Ask the CA for its name in CAA records, and compare the records with it."
		}
		checks = append(checks, c)
	}
	if len(checks) == 0 {
		return []Check{fine(AreaCAA, f.Name, "the CA may issue")}
	}
	return checks[:min(len(checks), mostCAAWarnings)]
}

// checkTarget checks that the target can be read and can take a certificate. What it lacks is no finding: the loop does that.
func checkTarget(f *facts, i int) Check {
	t, v := &f.Targets[i], f.verdicts[i]
	subject := strings.TrimSpace(f.Name + " " + t.Stored.Key)
	switch {
	case t.Err != nil:
		return checkFailed(AreaTarget, subject, t.Err, api.ReasonTargetUnknown)
	case v.blocked:
		return finding(AreaTarget, subject, CheckFailed, v.reason, v.message)
	case v.state == api.Unknown:
		return finding(AreaTarget, subject, CheckUnknown, v.reason, v.message)
	}
	return fine(AreaTarget, subject, "readable")
}
