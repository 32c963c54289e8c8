package plan

import (
	"fmt"
	"time"

	"certloop/reconciler/api"
)

// Settle is what is on record after p was tried and o came of it. in is the world as it was decided upon, with the
// status and issuance that Intend put on record.
func Settle(in Input, p Plan, o Outcome) Settled {
	s := newState(in)
	s.status.ClaimID, s.status.LeaseUntil = "", time.Time{}
	if p.Action == Forget && o.Err == nil {
		return Settled{Status: s.status, Forget: true, Claims: s.claimed()}
	}
	settle, known := settlers[p.Action]
	if !known {
		panic(fmt.Sprintf("plan: no settler for %q", p.Action))
	}
	settle(s, p, o)
	s.refresh()
	s.settleSeen()
	s.seeWindow()
	s.settleLastError(p)
	s.settleConditions(p)
	s.settleReports(p)
	s.settleNextAttempt(p)
	at := s.lookAgain(p)
	s.setDue(at)
	s.bound()
	out := s.settled()
	out.At = at
	return out
}

// refresh judges again what the settled step changed.
func (s *state) refresh() {
	for i := range s.Targets {
		if ts := s.targetStatus(s.Targets[i].Status.Key); ts != nil {
			s.Targets[i].Status = *ts
		}
	}
	s.judge()
	s.observeCertificate()
	s.baseline()
	s.seeOutdated()
	s.admit()
	s.observePolicy()
}

// lookAgain is when the next pass has something to do: at once after an effect.
func (s *state) lookAgain(p Plan) time.Time {
	if p.Action != Wait {
		return s.Now
	}
	if p.Failure != nil {
		if at := s.blockedUntil(); !at.IsZero() {
			return earliest(at, s.nextReport())
		}
	}
	return earliest(p.At, s.nextReport())
}

// settlers say, for each action, what its outcome changes.
var settlers = map[Action]func(*state, Plan, Outcome){
	Wait:              settleWait,
	Forget:            settleWait,
	ClaimARN:          settleClaim,
	ReleaseTarget:     settleRelease,
	Tag:               settleTag,
	DeleteCertificate: settleDelete,
	Import:            settleImport,
	ImportPlaceholder: settleImport,
	DropIssuance:      settleDrop,
	CleanDNS:          settleCleanDNS,
	MakeKey:           settleMakeKey,
	ResumeOrder:       settleResume,
	NewOrder:          settleNewOrder,
	Publish:           settlePublish,
	Accept:            settleAccept,
	Finalize:          settleFinalize,
	Download:          settleDownload,
	Admit:             settleAdmit,
	Dismiss:           settleDismiss,
	Notify:            settleNotify,
}

func settleWait(s *state, p Plan, o Outcome) {
	if p.Failure != nil {
		s.fail(p.Failure, p.Reason)
	}
	if p.Reason == api.ReasonNotNeeded && s.status.LastError != "" {
		s.clearFailures()
	}
	s.noteSlow(p)
}

// claimed are the ARNs whose claims go with the record. One that is another record's stays: the table sees to that.
func (s *state) claimed() []string {
	var arns []string
	for _, t := range s.status.Targets {
		for _, arn := range []string{t.ARN, t.RetiredARN} {
			if arn != "" {
				arns = append(arns, arn)
			}
		}
	}
	return arns
}
