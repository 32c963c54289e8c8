package reconciler

import (
	"context"
	"fmt"
	"strings"
	"time"

	"certloop/reconciler/api"
	"certloop/reconciler/plan"
)

// Invoke serves a direct invocation: it takes the named certificates as far as asked for and returns their statuses.
// The error, where Require is not met, names each certificate with reason and message.
func (r *Reconciler) Invoke(ctx context.Context, inv Invocation) (Answer, error) {
	if inv.DryRun {
		return r.dryRun(ctx, inv)
	}
	answer := Answer{Certificates: make([]CertificateAnswer, len(inv.Names))}
	var unmet []string
	for i, name := range inv.Names {
		inv := inv
		status, err := r.drive(ctx, name, &inv)
		if err != nil {
			return Answer{}, fmt.Errorf("certificate %s: %w", name, err)
		}
		answer.Certificates[i] = CertificateAnswer{Name: name, Status: status}
		if status != nil {
			answer.Certificates[i].ACMARN = status.ACMARN
		}
		if why := missed(name, status, inv); why != "" {
			unmet = append(unmet, why)
		}
	}
	if len(unmet) > 0 {
		return answer, fmt.Errorf("%s", strings.Join(unmet, "; "))
	}
	return answer, nil
}

// missed says what of the invocation's demands does not hold; empty: nothing. Whoever asks for a placeholder builds on
// its ARN, and expects a certificate to follow: a record that is not accepted gets none.
func missed(name string, s *api.CertificateStatus, inv Invocation) string {
	if _, accepted := met(s, api.ConditionAccepted); inv.Placeholder && (!accepted || s.ACMARN == "") {
		return fmt.Sprintf("certificate %s has no placeholder: %s", name, whyNoPlaceholder(s))
	}
	if why := ignored(s, inv); why != "" {
		return fmt.Sprintf("certificate %s was not forced: %s", name, why)
	}
	if inv.Require == "" {
		return ""
	}
	if why, ok := metBy(s, inv); !ok {
		return fmt.Sprintf("certificate %s is not %s: %s", name, inv.Require, why)
	}
	return ""
}

// ignored returns why the token is not on record, so that it forces nothing; empty: it is, or there is none.
func ignored(s *api.CertificateStatus, inv Invocation) string {
	switch token := inv.Force; {
	case token == "" || taken(s, token):
		return ""
	case inv.refusal != "":
		return inv.refusal
	case s == nil:
		return "there is no such record"
	case s.ClaimID != "":
		return leased + ": invoke again with the same token, or with a longer wait"
	}
	if why, accepted := met(s, api.ConditionAccepted); !accepted {
		return why
	}
	return "it could not be written: invoke again with the same token"
}

// leased is why nothing was done for a record that another invocation has the lease of.
const leased = string(api.ReasonLeased) + ": another invocation is at work on it"

// taken reports whether the token is on record: it is to force a certificate, or did.
func taken(s *api.CertificateStatus, token string) bool {
	return s != nil && (s.Force == token || s.IssuanceForce == token)
}

// whyNoPlaceholder is why the record is not accepted, else what the first target refused, where it did.
func whyNoPlaceholder(s *api.CertificateStatus) string {
	if why, ok := met(s, api.ConditionAccepted); !ok {
		return why
	}
	if s != nil && len(s.Targets) > 0 && s.Targets[0].Failures > 0 {
		return fmt.Sprintf("%s: %s", s.Targets[0].Reason, s.Targets[0].Message)
	}
	if s != nil && s.ClaimID != "" {
		return leased + ": invoke again, or with a longer wait"
	}
	why, _ := met(s, api.ConditionReady)
	return why
}

// drive goes on with one certificate, and with its account, until the condition holds, or nothing more will happen,
// or the wait is over.
//
// A token is given to the passes until it is on record, and not after: one that comes later must not be overruled.
//
// Where a policy refuses the token, inv says why afterwards.
func (r *Reconciler) drive(ctx context.Context, name string, inv *Invocation) (*api.CertificateStatus, error) {
	until, asked := r.Clock.Now().Add(inv.Wait), *inv
	for {
		if err := r.driveAccount(ctx, name); err != nil {
			return nil, err
		}
		request := api.Request{Key: api.Key{Kind: api.KindCertificate, Name: name}}
		result, err := r.reconcile(ctx, name, &asked)
		if err != nil {
			return nil, err
		}
		if result.Noted {
			if err := r.requeue(ctx, request, result); err != nil {
				return nil, err
			}
			result = Result{After: result.After, Carried: true}
		}
		o, err := r.Certificates.Get(ctx, name)
		if err != nil {
			return nil, err
		}
		if inv.refusal = asked.refusal; inv.refusal == "" && asked.Force != inv.Force && !taken(o.Status, inv.Force) {
			return nil, fmt.Errorf("force %q was not carried out: another token came after it", inv.Force)
		}
		left := until.Sub(r.Clock.Now())
		if r.enough(name, o, *inv) || left <= 0 || !r.timeFor(ctx, time.Second) {
			return o.Status, r.requeue(ctx, request, result)
		}
		pause := left
		if result.After > 0 {
			pause = min(pause, result.After)
		}
		r.Clock.Sleep(ctx, min(pause, 5*time.Second))
	}
}

// enough says that more waiting changes nothing: nothing that was asked for is missed, or the record, or the policy that
// refuses the token, must change first.
func (r *Reconciler) enough(name string, o api.Object, inv Invocation) bool {
	switch {
	case o.Record == nil:
		return true
	case inv.refusal != "" && !taken(o.Status, inv.Force):
		return true
	case o.Status == nil:
		return false
	}
	return r.refused(o.Status) || missed(name, o.Status, inv) == ""
}

// refused says that the record itself, as it is now, has to change. An account may be put a moment later than its
// certificate, and a right to take a certificate over may have been given a moment ago.
func (r *Reconciler) refused(s *api.CertificateStatus) bool {
	c, ok := api.GetCondition(s.Conditions, api.ConditionAccepted)
	if !ok || c.Status != api.ConditionFalse || c.ObservedGeneration != s.Generation {
		return false
	}
	switch c.Reason {
	case api.ReasonAccountNotFound, api.ReasonTakeoverRefused:
		return false
	case api.ReasonPolicyDenied:
		return r.Clock.Now().Sub(c.LastTransitionTime) >= policyLag
	}
	return true
}

// policyLag is how long a policy that was written together with the record may take to be in force.
const policyLag = 30 * time.Second

// driveAccount brings the certificate's account forward, so that account and certificate may be put together and
// waited for at once.
func (r *Reconciler) driveAccount(ctx context.Context, name string) error {
	o, err := r.Certificates.Get(ctx, name)
	if err != nil || o.Record == nil {
		return err
	}
	account := plan.AccountOf(o.Record)
	a, err := r.Accounts.GetAccount(ctx, account)
	if err != nil || a.Record == nil || a.Status.IsReady() {
		return err
	}
	_, err = r.reconcileAccount(ctx, account)
	return err
}

// metBy reports whether the condition holds for what the invocation asked for, and why not. Ready of the certificate that a
// token is to replace is not enough: the certificate in place must be the one that it forced.
func metBy(s *api.CertificateStatus, inv Invocation) (string, bool) {
	why, ok := met(s, inv.Require)
	if !ok || inv.Force == "" || inv.Require != api.ConditionReady || s.IssuanceForce == inv.Force {
		return why, ok
	}
	return unforced(s), false
}

// met says whether the condition is True for the present generation, and why not.
func met(s *api.CertificateStatus, t api.ConditionType) (string, bool) {
	if s == nil {
		return "there is no such record", false
	}
	c, ok := api.GetCondition(s.Conditions, t)
	if !ok {
		return "the condition is not known yet", false
	}
	if c.Status == api.ConditionTrue && (t != api.ConditionReady || settledFor(s)) {
		return "", true
	}
	if why := obstacle(s); why != "" {
		return why, false
	}
	if c.Status == api.ConditionTrue {
		return unforced(s), false
	}
	return strings.TrimSuffix(fmt.Sprintf("%s: %s", c.Reason, c.Message), ": "), false
}

// obstacle returns the reason and message of what is wrong with the record or its issuance; empty: nothing is.
func obstacle(s *api.CertificateStatus) string {
	for _, t := range []api.ConditionType{api.ConditionAccepted, api.ConditionIssuing} {
		if c, ok := api.GetCondition(s.Conditions, t); ok && c.Status == api.ConditionFalse && c.Message != "" {
			return fmt.Sprintf("%s: %s", c.Reason, c.Message)
		}
	}
	return ""
}

// unforced returns why the certificate that a token or a change asks for is not in place, while the one before is.
func unforced(s *api.CertificateStatus) string {
	if why := obstacle(s); why != "" {
		return why
	}
	c, _ := api.GetCondition(s.Conditions, api.ConditionIssuing)
	return fmt.Sprintf("%s: the certificate in place is the one before", c.Reason)
}

// settledFor reports whether Ready speaks of the present record. After a change it may speak of the certificate of before:
// while another one is made, while something holds up the other one, and where the record is rejected.
func settledFor(s *api.CertificateStatus) bool {
	issuing, _ := api.GetCondition(s.Conditions, api.ConditionIssuing)
	accepted, _ := api.GetCondition(s.Conditions, api.ConditionAccepted)
	rejected := accepted.Status == api.ConditionFalse && accepted.Reason.RejectsRecord()
	rests := !s.Outdated && (s.Force == "" || s.Force == s.IssuanceForce)
	return s.ObservedGeneration == s.Generation && issuing.Status != api.ConditionTrue && !rejected &&
		(rests || issuing.Reason == api.ReasonSuspended)
}

// dryRun returns what a pass would do, and does none of it.
func (r *Reconciler) dryRun(ctx context.Context, inv Invocation) (Answer, error) {
	var answer Answer
	for _, name := range inv.Names {
		in, err := r.observe(ctx, name, inv, nil)
		if err != nil {
			return Answer{}, fmt.Errorf("certificate %s: %w", name, err)
		}
		p := r.Decide(in)
		if why := plan.ForceRefused(in); why != "" && p.Reason == api.ReasonNotNeeded {
			p.Reason, p.Message = api.ReasonPolicyDenied, why
		}
		c := CertificateAnswer{Name: name, ACMARN: in.Status.ACMARN, Decision: &Decision{
			Action: string(p.Action), Reason: p.Reason, Message: api.Message(p.Message), Target: p.Target, At: p.At,
		}}
		if in.HasStatus {
			status := in.Status
			c.Status = &status
		}
		answer.Certificates = append(answer.Certificates, c)
	}
	return answer, nil
}
