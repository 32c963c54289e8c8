package plan

import (
	"slices"
	"strings"
	"testing"
	"time"

	"certloop/reconciler/api"
)

func asksRollback(in *Input) { in.RollBack = true }
func asksUndo(in *Input)     { in.RollOutAgain = true }

func suspendedRecord() option { return seen(spec(suspend)) }

// rollbackAnswers has what a direct invocation is answered that asks for a rollback, or to undo one. Empty: it is done.
var rollbackAnswers = map[string]struct {
	in             Input
	rollback, undo string
}{
	"a wave has the new certificate": {inWaves(), "", "nothing is rolled back: certificate b2 is being rolled out, wave 1 of 2: none of its endpoints can be seen"},
	"a wave failed": {inWaves(probed(aWhileAgo, inState(api.ServedUnreachable))), "",
		"nothing is rolled back: certificate b2 is being rolled out, wave 1 of 2: one.example.net:443 over IPv4 does not answer"},
	"it is decided": {inWaves(alsoIssuing(backAt(place))), "", ""},
	"it is back":    {inWaves(alsoIssuing(backAt(place)), target(holds(predecessorLeaf()))), "", ""},
	"the record is deleted": {inWaves(recordGone(api.Retain)), "the record is deleted: certloop installs nothing for it",
		"nothing is rolled back: the record is deleted"},
	"the record is not valid":                {inWaves(invalid), "InvalidSpec: ", "nothing is rolled back: InvalidSpec: "},
	"and it was rolled back":                 {inWaves(alsoIssuing(backAt(place)), invalid), "InvalidSpec: ", "InvalidSpec: "},
	"the record is suspended":                {inWaves(suspendedRecord()), "Suspended: suspend is set in the record: remove it first", "nothing is rolled back: Suspended: "},
	"suspended while it is decided":          {inWaves(alsoIssuing(backAt(place)), suspendedRecord()), "Suspended: ", "Suspended: suspend is set in the record: remove it first"},
	"suspended when it is back":              {inWaves(alsoIssuing(backAt(place)), target(holds(predecessorLeaf())), suspendedRecord()), "", "Suspended: "},
	"no policy allows it":                    {inWaves(policies(allowsDomains("other.example.com"))), "PolicyDenied: no policy allows the record: ", "nothing is rolled back: PolicyDenied: "},
	"no policy allows it while it is back":   {inWaves(alsoIssuing(backAt(place)), policies(allowsDomains("other.example.com"))), "PolicyDenied: ", "PolicyDenied: "},
	"the policies have no place for it":      {inWaves(policies(admits(1)), fullSince(now)), "PolicyDenied: no policy allows the record: policy a admits max_certificates 1", "PolicyDenied: "},
	"no target accepts what it asks for":     {inWaves(target(ofAnotherKey), nthTarget(1, ofAnotherKey)), "KeyTypeIncompatible: ", "KeyTypeIncompatible: "},
	"the record has no rollout":              {inWaves(seen(spec(func(c *api.Certificate) { c.Rollout = nil }))), "the record has no rollout: ", "nothing is rolled back: the record has no rollout: "},
	"nothing is in flight":                   {inWaves(func(in *Input) { in.Issuance = nil }), "no certificate is being rolled out: ", "nothing is rolled back: no certificate is being rolled out: "},
	"the next one is being ordered":          {inWaves(issuing(ordered, keeps)), "no certificate is being rolled out: ", "nothing is rolled back: no certificate is being rolled out: "},
	"the account is deleted":                 {inWaves(account(noAccount)), "AccountNotFound: there is no Account record", "AccountNotFound: "},
	"the account is deleted when it is back": {inWaves(alsoIssuing(backAt(place)), account(noAccount)), "AccountNotFound: ", "AccountNotFound: "},
	"it is superseded":                       {inWaves(alsoIssuing(func(i *api.Issuance) { i.Digest = "another" })), "superseded: certloop makes another one", "nothing is rolled back: the certificate that was rolled out is superseded"},
	"superseded when it is back":             {inWaves(alsoIssuing(backAt(place), func(i *api.Issuance) { i.Digest = "another" }), target(holds(predecessorLeaf()))), "", "superseded: certloop makes another one"},
	"every wave is proved":                   {everywhere(), "every wave is proved: the rollout is done", "nothing is rolled back: every wave is proved"},
	"no target has it yet":                   {inWaves(target(holds(predecessorLeaf()))), "target us-east-1 has the certificate before; target ap-northeast-1 has the certificate before", "nothing is rolled back: certificate b2 is being rolled out, wave 1 of 2: the certificate is being imported into us-east-1"},
	"somebody replaced it":                   {inWaves(target(holds(leaf("c3", now, ends)))), "target us-east-1 does not have the new certificate", "nothing is rolled back: "},
	"it was deleted":                         {inWaves(target(missing)), "target us-east-1 does not have the new certificate", "nothing is rolled back: "},
	"a target cannot be read":                {inWaves(target(blind)), "TargetAccessDenied: ", "nothing is rolled back: "},
	"it is not proved to be ours":            {inWaves(target(func(t *Target) { t.Found.Tags = nil })), "OwnershipUnproven: ", "nothing is rolled back: "},
	"the key of the one before is not kept":  {inWaves(alsoIssuing(func(i *api.Issuance) { i.Kept = nil })), "is not kept: that certificate was installed before the record had a rollout", "nothing is rolled back: "},
	"the one before was revoked":             {inWaves(predecessorRevoked), "has ended, or was revoked", "nothing is rolled back: "},
	"the one before has another key type":    {inWaves(alsoIssuing(func(i *api.Issuance) { i.KeyType = api.EC384 })), "ACM does not let the key type of an ARN change", "nothing is rolled back: "},
	"the one before ends within an hour":     {inWaves(at(ends.Add(-1)), nothingIsDue), "the certificate before ends at ", "nothing is rolled back: "},
	"ACM would refuse its usages":            {inWaves(alsoIssuing(func(i *api.Issuance) { i.KeyUsages = append(i.KeyUsages, "KEY_AGREEMENT") })), "lacks KEY_AGREEMENT", "nothing is rolled back: "},
	"it was not there before":                {inWaves(alsoIssuing(replacedAt())), "did not take the place of the one before at us-east-1", "nothing is rolled back: "},
}

// TestRollbackRefused_HasTheReason holds what is answered in each case, and that what is not refused is decided, and nothing else.
func TestRollbackRefused_HasTheReason(t *testing.T) {
	for sentence, c := range rollbackAnswers {
		for what, want := range map[string]string{"rollback": c.rollback, "undo": c.undo} {
			in := c.in.with(asksUndo)
			if what == "rollback" {
				in = c.in.with(asksRollback)
			}
			why := RollbackRefused(in)
			if (why == "") != (want == "") || !strings.Contains(why, want) {
				t.Errorf("%s: %s: %q, want %q", sentence, what, why, want)
			}
			done := map[string]Action{"rollback": RollBack, "undo": RollOutAgain}[what]
			got := Decide(in).Action
			if why != "" && got == done {
				t.Errorf("%s: %s is refused and decided", sentence, what)
			}
			if why == "" && got != done && (what == "undo" || !IsRolledBack(in)) {
				t.Errorf("%s: %s is not refused, and %s is decided", sentence, what, got)
			}
		}
	}
	if why := RollbackRefused(inWaves()); why != "" {
		t.Errorf("nobody asks, and it is refused: %s", why)
	}
}

// TestRollback_CanRollBackIsWhatAnInvocationGets: the status promises exactly what is not refused.
func TestRollback_CanRollBackIsWhatAnInvocationGets(t *testing.T) {
	for sentence, c := range rollbackAnswers {
		s := Settle(c.in, Decide(c.in), nothingHappened).Status.Rollout
		can := s != nil && s.CanRollBack
		if want := c.rollback == "" && !IsRolledBack(c.in); can != want {
			t.Errorf("%s: can_roll_back is %v", sentence, can)
		}
	}
}

// TestRollback_IsBackOnlyWhereItWasSeen: until then it is under way, and the invocation waits.
func TestRollback_IsBackOnlyWhereItWasSeen(t *testing.T) {
	before := target(holds(predecessorLeaf()))
	wasBack := status(func(s *api.CertificateStatus) {
		s.Rollout = &api.RolloutStatus{State: api.RolloutRolledBack, Serial: "b2"}
	})
	for sentence, c := range map[string]struct {
		in   Input
		want api.RolloutState
		says string
	}{
		"it is there":                         {inWaves(alsoIssuing(backAt(place)), before), api.RolloutRolledBack, ""},
		"the new one is there":                {inWaves(alsoIssuing(backAt(place))), api.RolloutRollingBack, ""},
		"the target cannot be read":           {inWaves(alsoIssuing(backAt(place)), target(blind)), api.RolloutRollingBack, ""},
		"nor can it now that it was there":    {inWaves(alsoIssuing(backAt(place)), target(blind), wasBack), api.RolloutRolledBack, ""},
		"another rollback was there":          {inWaves(alsoIssuing(backAt(place)), target(blind), wasBack, status(func(s *api.CertificateStatus) { s.Rollout.Serial = "a0" })), api.RolloutRollingBack, ""},
		"the new one came back":               {inWaves(alsoIssuing(backAt(place)), wasBack), api.RolloutRollingBack, ""},
		"it can no longer be put back":        {inWaves(alsoIssuing(backAt(place)), at(ends.Add(-1)), nothingIsDue), api.RolloutRollingBack, "the certificate before ends at"},
		"a target that it is not about":       {inWaves(alsoIssuing(backAt(tokyo))), api.RolloutRolledBack, ""},
		"a target that left the record since": {inWaves(alsoIssuing(backAt(place)), target(dropped)), api.RolloutRolledBack, ""},
	} {
		p := Decide(c.in)
		got := Settle(c.in, p, nothingHappened).Status.Rollout
		if got == nil || got.State != c.want || !strings.Contains(p.Message, c.says) {
			t.Errorf("%s: %+v, %q", sentence, got, p.Message)
		}
	}
}

func TestDemand_OfARollback(t *testing.T) {
	in := func(s api.RolloutState) *api.CertificateStatus {
		return answerStatus(func(st *api.CertificateStatus) { st.Rollout = &api.RolloutStatus{State: s} })
	}
	back, undo := Demand{RollBack: true}, Demand{RollOutAgain: true}
	refused := func(d Demand) Demand { d.Refusal = "why"; return d }
	for sentence, c := range map[string]struct {
		demand  Demand
		status  *api.CertificateStatus
		missing string
		final   bool
	}{
		"it is back":            {back, in(api.RolloutRolledBack), "", true},
		"it is under way":       {back, in(api.RolloutRollingBack), "certificate www was not rolled back: it is not finished: invoke again, or with a longer wait", false},
		"it is not decided yet": {back, in(api.RolloutProgressing), "certificate www was not rolled back: it is not finished: invoke again, or with a longer wait", false},
		"it is refused":         {refused(back), in(api.RolloutProgressing), "certificate www was not rolled back: why", true},
		"it is undone":          {undo, in(api.RolloutProgressing), "", true},
		"it is not undone yet":  {undo, in(api.RolloutRolledBack), "the rollback of certificate www was not undone: it is not finished: invoke again, or with a longer wait", false},
		"nothing is to undo":    {refused(undo), answerStatus(), "the rollback of certificate www was not undone: why", true},
		"there is no record":    {back, nil, "certificate www was not rolled back: there is no such record", false},
	} {
		if got := c.demand.Missing("www", c.status); got != c.missing {
			t.Errorf("%s: %q", sentence, got)
		}
		if got := c.demand.IsFinal("www", api.Object{Record: map[string]any{}, Status: c.status}, now); got != c.final {
			t.Errorf("%s: final is %v", sentence, got)
		}
	}
}

// everywhere is a rollout whose last wave is proved.
func everywhere(options ...option) Input {
	for i := range 2 {
		options = append(options, nthTarget(i, func(t *Target) {
			t.Found = installed(t.Found.ARN, successor, t.Stored.Key)
			t.Found.ImportedAt = now.Add(-14 * time.Hour)
		}))
	}
	return inWaves(options...)
}

// ofAnotherKey is a target that can never accept what the record asks for.
func ofAnotherKey(t *Target) {
	t.ACMARN, t.Found = t.Found.ARN, new(*t.Found)
	t.Found.KeyType = api.RSA4096
}

// predecessorRevoked is what a check found of the certificate before.
func predecessorRevoked(in *Input) {
	in.Config.CheckRevocation = true
	in.Stored.Revocations = append(slices.Clone(in.Stored.Revocations), api.RevocationStatus{FingerprintSHA256: predecessorLeaf().FingerprintSHA256, State: api.RevocationRevoked})
}

// nothingIsDue lets the rolled out certificate last longer than the one before.
func nothingIsDue(in *Input) {
	until := func(l *api.Leaf) { l.NotAfter = l.NotAfter.Add(100 * day) }
	in.Issuance = new(*in.Issuance)
	in.Issuance.NotAfter = in.Issuance.NotAfter.Add(100 * day)
	found := *in.Targets[0].Found
	until(&found.Leaf)
	in.Targets = slices.Clone(in.Targets)
	in.Targets[0].Found = &found
}

var nothingHappened = Outcome{Err: failing(api.Transient, api.ReasonImportFailed, "no answer")}
