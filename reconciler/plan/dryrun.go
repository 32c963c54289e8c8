package plan

import (
	"strings"
	"time"

	"certloop/reconciler/api"
)

// A dryRun takes the steps of a record's passes, in the same order and by the same functions, in a world that is assumed:
// every effect succeeds, what waits for a service goes on, and what could not be read because of an error that does not pass
// by itself stays so. It is pure: nothing is sent, and no time passes but its own.
type dryRun struct {
	in      Input
	outlook Outlook
	imports map[string]int
	// full: every policy that allows the record was found full, and is assumed to stay so.
	full bool
	// begun is the time of the input; made counts the steps that had an effect.
	begun time.Time
	made  int
	// last is the wait before this one, and repeated how often it came in a row.
	last     Plan
	repeated int
}

const (
	// mostSteps bounds a dry run. A certificate of one name takes about 15 steps, each further target or zone three.
	mostSteps = 600
	// horizon bounds the time of a dry run: longer than any pause of the controller's own. A pause that the CA asks for
	// may be longer (longestRetryAfter).
	horizon = day + time.Hour
	// mostRepeated is after how many equal waits in a row it is not expected that another one brings anything: what ends by
	// itself (a lost reply, a replica that lags) takes fewer.
	mostRepeated = 60
	// mostOrders bounds the orders of a dry run. Where every step succeeds, a record needs one; a second one means that the
	// assumptions do not hold.
	mostOrders = 2
)

// runDry takes the steps until the record is at rest, or nothing more can be known.
func runDry(in Input) *dryRun {
	r := &dryRun{in: in, begun: in.Now, imports: map[string]int{}, full: !in.Stored.PolicyFullAt.IsZero()}
	r.in.Stored, r.in.Issuance = cloneStatus(in.Stored), cloneOf(in.Issuance)
	r.in.Targets = append([]Target(nil), in.Targets...)
	r.noNotices()
	var p Plan
	for r.outlook.steps = range mostSteps {
		p = Decide(r.prepared())
		if p.Action == NewOrder && r.outlook.Orders == mostOrders {
			r.rest(p)
			return r
		}
		if !p.Passive() {
			r.make(p)
			if p.Action == Forget || p.Failure != nil && r.outlook.Orders > 0 {
				r.rest(p)
				return r
			}
			continue
		}
		s := Settle(r.in, p, Outcome{})
		if r.outlook.When.IsZero() && r.made == 0 {
			r.outlook.When = s.At.UTC()
		}
		if r.atRest(p, s.At) {
			r.rest(p)
			return r
		}
		r.store(s)
		r.goOn(later(s.At, r.in.Now.Add(time.Second)))
	}
	r.rest(p)
	return r
}

func cloneOf(iss *api.Issuance) *api.Issuance {
	if iss == nil {
		return nil
	}
	c := cloneIssuance(*iss)
	return &c
}

// atRest reports whether the wait is the end of what can be known.
func (r *dryRun) atRest(p Plan, at time.Time) bool {
	switch p.Reason {
	case api.ReasonNotNeeded, api.ReasonSuspended, api.ReasonPolicyDenied, api.ReasonInvalidSpec, api.ReasonGone, api.ReasonLeased,
		api.ReasonAccountNotFound, api.ReasonAccountNotReady:
		return true
	case api.ReasonImportPending:
		return r.importMayAppear()
	case api.ReasonBackingOff, api.ReasonMinimumInterval, api.ReasonIssuanceBudget:
		return at.IsZero() || at.After(r.in.Now.Add(longestRetryAfter+day))
	}
	return r.repeats(p) || at.IsZero() || at.After(r.begun.Add(horizon)) || api.KindOf(p.Failure) == api.Terminal
}

// repeats reports whether the wait has come too often in a row.
func (r *dryRun) repeats(p Plan) bool {
	if p.Reason != r.last.Reason || p.Message != r.last.Message {
		r.last, r.repeated = p, 0
	}
	r.repeated++
	return r.repeated > mostRepeated
}

// importMayAppear reports whether the certificate of an import may show up of which nothing else is known: its reply was lost, or
// the status was. After an import that failed, none is expected.
func (r *dryRun) importMayAppear() bool {
	f := factsOf(r.in)
	for i := range f.Targets {
		key := f.Targets[i].Stored.Key
		if f.Targets[i].Found == nil && !f.importMayAppear(key).IsZero() && f.entry(&f.Targets[i]).Failures == 0 {
			return true
		}
	}
	return false
}

// rest ends the dry run. An order that was just placed and fails is the end too: another one would fail likewise.
func (r *dryRun) rest(p Plan) {
	o := &r.outlook
	o.Reason, o.Message = p.Reason, p.Message
	if strings.Contains(o.Message, assumed) {
		o.Message = "" // it is about something that does not exist
	}
	if p.Reason == api.ReasonInvalidSpec && r.in.SpecErr != nil {
		o.Message = api.MessageOf(r.in.SpecErr)
	}
}

// prepared returns the input with what the passes observe only where a decision depends on it.
func (r *dryRun) prepared() Input {
	in := &r.in
	for i := range in.Targets {
		in.Targets[i].Stored = storedTarget(in.Stored, in.Targets[i].Stored.Key)
	}
	if in.Zones == nil && in.ZoneErr == nil && in.Spec != nil && NeedsZones(*in) {
		in.Zones, r.outlook.guessedZones = guessedZones(in.Spec.Domains), true
	}
	r.observeOrder()
	return *in
}

func storedTarget(s api.CertificateStatus, key string) api.TargetStatus {
	for _, t := range s.Targets {
		if t.Key == key {
			return t
		}
	}
	return api.TargetStatus{Key: key}
}

// store keeps what a pass writes. Notices are left out: they have no effect on the certificate.
func (r *dryRun) store(s Settled) {
	in := &r.in
	in.HasStatus, in.Stored, in.Distrusted = true, s.Status, false
	r.noNotices()
	if s.Issuance != nil {
		in.Issuance = s.Issuance
	}
	if in.Issuance != nil && in.Issuance.IsEmpty() {
		in.Issuance = nil
	}
	in.Renewal, in.RenewalErr = nil, nil // it was asked once
}

// noNotices drops the notices that are to be sent: they are no step towards the certificate.
func (r *dryRun) noNotices() {
	s := &r.in.Stored
	s.Outbox, s.NextDeliveryAt, s.DeliveryFailures = nil, time.Time{}, 0
}

// make takes a step that has an effect.
func (r *dryRun) make(p Plan) {
	if r.made++; r.made == 1 {
		r.outlook.When = r.in.Now.UTC()
	}
	r.store(Intend(r.in, p, r.in.Now))
	out := r.outcome(p)
	if p.Action == Download {
		r.store(r.downloaded())
	} else if s := Settle(r.in, p, out); !s.Forget {
		r.store(s)
	}
	r.change(p, out)
}
