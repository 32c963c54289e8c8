package plan

import (
	"fmt"
	"slices"

	"certloop/reconciler/api"
)

// A direct invocation asks for a rollback, or to undo one. If neither is possible as the record is, it is refused at once: the answer has
// the reason, and what to do.

// RollbackRefused returns why a direct invocation cannot have the record rolled back, or its rollback undone; empty: it can, or it is
// already, or nobody asks.
func RollbackRefused(in Input) string {
	switch {
	case in.RollBack:
		return whyNoRollback(factsOf(in))
	case in.RollOutAgain:
		return whyNoUndo(factsOf(in))
	}
	return ""
}

// IsRolledBack reports whether a rollback is decided: the certificate before is back, or on its way.
func IsRolledBack(in Input) bool { return in.Issuance != nil && factsOf(in).iss.Rollback != nil }

func whyNoRollback(f *facts) string {
	if f.Spec != nil && f.iss.Rollback != nil && isBack(f) {
		return ""
	}
	if why := whyUntouched(f); why != "" {
		return why
	}
	if why := whyNothingRollsOut(f); why != "" {
		return why
	}
	if f.iss.Rollback != nil {
		return ""
	}
	var all []string
	for i := range f.Targets {
		if !f.Targets[i].Wanted {
			continue
		}
		why := whyNotAt(f, i)
		if why == "" {
			return ""
		}
		if !slices.Contains(all, why) {
			all = append(all, why)
		}
	}
	return someOf(all, "; ", "more targets cannot be rolled back either")
}

func whyNoUndo(f *facts) string {
	if f.iss.Rollback == nil {
		return "nothing is rolled back: " + rolloutState(f)
	}
	if why := whyUntouched(f); why != "" {
		return why
	}
	return whyNothingRollsOut(f)
}

// rolloutState returns where the rollout of a record stands that is not rolled back.
func rolloutState(f *facts) string {
	if why := whyUntouched(f); why != "" {
		return why
	}
	if why := whyNothingRollsOut(f); why != "" {
		return why
	}
	at := rolloutOf(f)
	state := fmt.Sprintf("certificate %s is being rolled out, wave %d of %d", f.iss.Serial, at.number, len(f.Spec.Rollout.Waves))
	if at.message != "" {
		state += ": " + at.message
	}
	return state
}

// whyUntouched returns why certloop changes nothing for the record; empty: it would.
func whyUntouched(f *facts) string {
	switch {
	case !f.HasRecord:
		return "the record is deleted: certloop installs nothing for it"
	case f.Spec == nil:
		return because(api.ReasonInvalidSpec, api.MessageOf(f.SpecErr))
	case f.Spec.Suspend:
		return because(api.ReasonSuspended, "suspend is set in the record: remove it first")
	case f.denied():
		return because(api.ReasonPolicyDenied, f.admission.denial)
	}
	if refused := refuse(f); refused != nil {
		return because(refused.Reason, refused.Message)
	}
	return ""
}

func because(r api.Reason, message string) string { return string(r) + ": " + message }

// whyNothingRollsOut returns why the record has no certificate that is rolled out, or that was rolled back; empty: it has one.
func whyNothingRollsOut(f *facts) string {
	switch {
	case f.Spec.Rollout == nil:
		return "the record has no rollout: without it, certloop does not keep the key of the certificate before. Set rollout in the record " +
			"for the next certificate"
	case !f.held():
		return "no certificate is being rolled out: after the rollout, certloop keeps the key of the certificate in place only. Set renew_token " +
			"for another certificate"
	case f.Account.Spec == nil:
		return because(accountNotReady(f).Reason, f.Account.Message)
	case f.digest == "":
		return "the certificate that the record adopts could not be read: try again"
	case !heldValid(f):
		return "the certificate that was rolled out is superseded: certloop makes another one"
	case rolloutOf(f).state == waveProved:
		return "every wave is proved: the rollout is done. Set renew_token for another certificate"
	}
	return ""
}

// whyNotAt returns why the certificate before is not put back at the target with that index; empty: it can be.
func whyNotAt(f *facts, i int) string {
	switch t, v := &f.Targets[i], f.verdicts[i]; {
	case t.Found == nil && v.state == api.Unknown:
		return because(v.reason, v.message)
	case keptIsAt(f, t):
		return "target " + t.Stored.Key + " has the certificate before"
	case !f.isHeldCertificate(t.Found):
		return "target " + t.Stored.Key + " does not have the new certificate"
	case !f.owns(t):
		v := ownershipUnproven(t)
		return because(v.reason, v.message)
	default:
		return cannotPutBack(f, t)
	}
}
