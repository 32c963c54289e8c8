package plan

import (
	"testing"
	"time"

	"certloop/reconciler/api"
)

// question is whether observing has to ask, and when it must not.
type question struct {
	in   Input
	want bool
}

func ask(t *testing.T, needs func(Input) bool, table map[string]question) {
	t.Helper()
	for sentence, q := range table {
		t.Run(sentence, func(t *testing.T) {
			if got := needs(q.in); got != q.want {
				t.Errorf("asked: %v, want %v", got, q.want)
			}
		})
	}
}

// pointless are worlds in which nothing outside ACM matters.
func pointless(options ...option) map[string]question {
	all := map[string]question{}
	for sentence, o := range map[string]option{
		"not under another's lease":   leasedUntil(now.Add(time.Minute)),
		"not for a suspended record":  spec(suspend),
		"not for an invalid record":   invalid,
		"not once the record is gone": recordGone(api.Retain),
		"not where all targets refuse": target(func(t *Target) {
			t.ACMARN, t.Found = ownARN, nil
		}),
	} {
		all[sentence] = question{kept(append(options, o)...), false}
	}
	return all
}

func TestNeeds_WhenTheOrderIsRead(t *testing.T) {
	ask(t, NeedsOrder, pointless(issuing(ordered)))
	ask(t, NeedsOrder, map[string]question{
		"where there is one":                 {fresh(issuing(ordered)), true},
		"also where nobody may want it":      {kept(issuing(ordered)), true},
		"not where there is a key only":      {fresh(issuing()), false},
		"not where nothing is in flight":     {fresh(), false},
		"not once its chain is held":         {fresh(issuing(held(successor))), false},
		"not where it is for another":        {fresh(issuing(ordered, otherDigest)), false},
		"not without the account":            {fresh(issuing(ordered), account(noAccount)), false},
		"not before the account is ready":    {fresh(issuing(ordered), account(notReady)), false},
		"also in a pause, for it may expire": {fresh(issuing(ordered), failed(func(s *api.CertificateStatus) { s.TransientBackoffUntil = now.Add(time.Second) })), true},
	})
}

func accepted(r api.Reason) option {
	return status(func(s *api.CertificateStatus) {
		s.Conditions = api.SetCondition(s.Conditions, api.Condition{Type: api.ConditionAccepted, Status: api.ConditionFalse, Reason: r}, now)
	})
}

func TestNeeds_WhenTheZonesAreResolved(t *testing.T) {
	unsatisfied := []option{at(renewAt), issuing()}
	ask(t, NeedsZones, pointless(issuing()))
	ask(t, NeedsZones, map[string]question{
		"for a record at first sight":       {fresh(), true},
		"for one that changed":              {kept(spec(func(c *api.Certificate) { c.Tags = map[string]string{"a": "b"} })), true},
		"before an order":                   {kept(unsatisfied...), true},
		"after no zone was found":           {kept(accepted(api.ReasonZoneNotFound)), true},
		"after it was not delegated":        {kept(accepted(api.ReasonZoneNotDelegated)), true},
		"after access was denied":           {kept(accepted(api.ReasonDNSAccessDenied)), true},
		"not after any other refusal":       {kept(accepted(api.ReasonOwnedByAnother)), false},
		"not where all is well":             {kept(), false},
		"before there is a key":             {kept(at(renewAt)), true},
		"not once there is an order":        {kept(at(renewAt), issuing(ordered)), false},
		"not once a chain is held":          {kept(at(renewAt), issuing(held(successor))), false},
		"not before the account is ready":   {kept(append(unsatisfied, account(notReady))...), false},
		"not in a pause, which they caused": {fresh(failed(func(s *api.CertificateStatus) { s.FailureBackoffUntil = now.Add(time.Second) })), false},
	})
}

func TestNeeds_WhenTheCAIsAskedAboutARenewal(t *testing.T) {
	ask(t, NeedsRenewalInfo, pointless(asks(now)))
	ask(t, NeedsRenewalInfo, map[string]question{
		"at the time it named":              {kept(asks(now)), true},
		"at first sight of the certificate": {kept(asks(time.Time{})), true},
		"not before that time":              {kept(asks(now.Add(time.Second))), false},
		"not about what has expired":        {kept(asks(now), at(ends)), false},
		"not without a certificate ID":      {kept(asks(now), status(func(s *api.CertificateStatus) { s.ARI.CertID = "" })), false},
		"not where we did not issue it":     {kept(), false},
		"not another account's CA":          {kept(asks(now), status(func(s *api.CertificateStatus) { s.Account = "other" })), false},
		"not another directory":             {kept(asks(now), status(func(s *api.CertificateStatus) { s.Directory = "https://other.test/dir" })), false},
		"not before the account is ready":   {kept(asks(now), account(notReady)), false},
		"not without the account":           {kept(asks(now), account(noAccount)), false},
		"not about another's certificate":   {kept(asks(now), target(holds(leaf("c3", began, ends)))), false},
		"not where it is missing":           {kept(asks(now), target(missing)), false},
		"about the new one in the pass after it is noted": {
			kept(asks(now), target(holds(successor)), issuing(held(successor))), false,
		},
	})
}
