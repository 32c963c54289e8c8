package reconciler

import (
	"time"

	"certloop/reconciler/plan"
)

// lookLasts is how long a pass trusts what it saw in ACM. Somebody's change in ACM is seen that much later at most.
const lookLasts = 30 * time.Second

// looks is what a pass saw in ACM. A pass takes about a dozen steps, and ACM about ten requests a second for everybody
// (https://docs.aws.amazon.com/acm/latest/userguide/acm-limits.html): most steps have nothing to do with ACM, and need
// not ask it again.
//
// A look is good only while no other invocation can have acted on the record: for the version of the status under
// which it was taken, and for those that this pass itself wrote from there on. Other records are not under that lock: a
// step that changes ACM is taken on a fresh look only. nil remembers nothing.
type looks struct {
	// fresh: nothing was remembered from an earlier step.
	fresh   bool
	taken   time.Time
	version int64
	spec    string
	targets map[string]plan.Target
}

// open forgets what is not good any more for this input.
func (l *looks) open(in plan.Input) {
	if l == nil {
		return
	}
	if l.targets != nil && l.version == in.Stored.Version && l.spec == in.SpecDigest && in.Now.Sub(l.taken) < lookLasts {
		l.fresh = false
		return
	}
	*l = looks{fresh: true, taken: in.Now, version: in.Stored.Version, spec: in.SpecDigest, targets: map[string]plan.Target{}}
}

// recall fills in what was seen of the target.
func (l *looks) recall(t plan.Target) (plan.Target, bool) {
	if l == nil {
		return t, false
	}
	seen, ok := l.targets[t.Stored.Key]
	if !ok || seen.PredecessorARN != t.Stored.RetiredARN {
		return t, false
	}
	seen.Target, seen.Wanted, seen.Stored = t.Target, t.Wanted, t.Stored
	return seen, true
}

// keep remembers the target, unless it could not be looked at.
func (l *looks) keep(t plan.Target) {
	if l != nil && t.Err == nil {
		l.targets[t.Stored.Key] = t
	}
}

// wrote says that the pass wrote the status. The write was conditional on version from, so nobody else did.
func (l *looks) wrote(from, to int64) {
	if l.version == from {
		l.version = to
	}
}

// serve says whether the step may be taken on what was seen. Where not, everything is forgotten, so that it can be
// decided anew.
func (l *looks) serve(a plan.Action) bool {
	if l.fresh || !plan.ChangesTargets(a) {
		return true
	}
	*l = looks{}
	return false
}

// did forgets everything after a step that may have changed ACM, whatever came of it.
func (l *looks) did(a plan.Action) {
	if plan.ChangesTargets(a) {
		*l = looks{}
	}
}
