package command

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"certloop/cmd/certloop/deployment"
	"certloop/reconciler/api"
)

func second(n int) time.Time { return now.Add(time.Duration(n) * time.Second) }

// busy is an installation with a certificate in each step of its issuance.
func busy() *world {
	w := sample()
	w.flights = map[string]*api.Issuance{}
	w.records = nil
	w.issue("a-order", nil, condition(api.ConditionIssuing, api.ConditionFalse, api.ReasonAccountNotReady, "account jprs: EABRequired", -0.01), nil)
	w.issue("b-dns", &api.Issuance{}, condition(api.ConditionIssuing, api.ConditionTrue, api.ReasonWaitingForDNS,
		"Route 53 copies the TXT records to its name servers", -0.01), nil)
	w.issue("c-validation", &api.Issuance{Published: []api.PublishedTXT{{RespondedAt: second(-8)}}},
		condition(api.ConditionIssuing, api.ConditionTrue, api.ReasonValidating, "the CA reads the TXT records", -0.01), nil)
	w.issue("d-failed", nil, condition(api.ConditionIssuing, api.ConditionFalse, api.ReasonValidationFailed,
		"no TXT record at _acme-challenge.d-failed.example.com (NXDOMAIN)", -0.01), func(s *api.CertificateStatus) {
		s.NextAttemptAt, s.LastAttemptAt = second(1800), second(-20)
	})
	w.issue("e-import", &api.Issuance{Serial: "0a", FinalizedAt: second(-4)},
		condition(api.ConditionIssuing, api.ConditionTrue, api.ReasonImporting, "", -0.01), func(s *api.CertificateStatus) {
			s.Issued = &api.IssuedStatus{At: second(-3), Digest: "e-import"}
			s.ClaimID, s.LeaseUntil = "c", second(60)
			s.Attempts = map[string]api.Attempt{"Import eu-west-1": {Count: 1, Last: second(-1)}}
			s.Targets = []api.TargetStatus{
				{Key: "ap-northeast-1", Serial: "0a", State: api.Satisfies, ImportedAt: second(-2)},
				{Key: "eu-west-1", State: api.Lacks, Reason: api.ReasonMissing},
				{Key: "us-east-1", State: api.Lacks, Reason: api.ReasonQuotaExceeded, Failures: 1, Message: "ACM allows 2,500 imports in a year",
					NextAttemptAt: second(300)},
			}
		})
	w.records = append(w.records, ready())
	return w
}

func (w *world) issue(name string, flight *api.Issuance, issuing api.Condition, change func(*api.CertificateStatus)) {
	status := &api.CertificateStatus{Version: 1, Generation: 1, ObservedGeneration: 1, Conditions: []api.Condition{
		condition(api.ConditionAccepted, api.ConditionTrue, api.ReasonAccepted, "", -1), issuing,
		condition(api.ConditionReady, api.ConditionFalse, api.ReasonNotIssued, "", -1)}}
	status.Targets = []api.TargetStatus{{Key: "ap-northeast-1", State: api.Lacks, Reason: api.ReasonNotIssued}}
	if change != nil {
		change(status)
	}
	if flight != nil {
		flight.Digest, flight.OrderURL, flight.CreatedAt = name, "https://acme.example/order/"+name, second(-60)
		w.flights[name] = flight
	}
	w.records = append(w.records, certificate(name, map[string]any{"domains": []any{name + ".example.com"}}, status))
}

const everyStep = "wait a-order b-dns c-validation d-failed e-import www --timeout 100ms"

func TestGolden_Progress(t *testing.T) {
	goldens(t, busy, map[string]recording{
		"wait-steps":           {terminal{width: 120, height: 50}, 2, everyStep},
		"wait-steps-narrow":    {terminal{width: 60, height: 50}, 2, everyStep},
		"wait-steps-ja":        {terminal{width: 100, height: 50, environ: japanese}, 2, everyStep},
		"wait-steps-plain":     {terminal{}, 2, everyStep},
		"wait-steps-plain-ja":  {terminal{environ: japanese}, 2, everyStep},
		"wait-steps-folded":    {terminal{width: 100, height: 9}, 2, everyStep},
		"wait-steps-folded-60": {terminal{width: 60, height: 9}, 2, everyStep},
		"wait-steps-counted":   {terminal{width: 100, height: 5}, 2, everyStep},
		"describe-import":      {terminal{width: 100}, 0, "describe e-import"},
		"describe-import-60":   {terminal{width: 60}, 0, "describe e-import"},
	})
}

// Who may not read issuances sees the steps that the status tells, and the wait goes on.
func TestWait_ShowsTheStepsWithoutTheIssuance(t *testing.T) {
	w := busy()
	w.denied = errors.New("AWS denies dynamodb:GetItem")
	out, code := terminal{world: w}.run(t, "wait", "e-import", "b-dns", "--timeout", "300ms")
	for _, want := range []string{"▸ e-import  import since", "✓ e-import  ap-northeast-1  imported at", "▸ b-dns  DNS"} {
		if code != ExitDiffers || !strings.Contains(out, want) {
			t.Errorf("code %d, and no %q:\n%s", code, want, out)
		}
	}
	if strings.Contains(out, "denies") {
		t.Errorf("the wait reports what it can do without:\n%s", out)
	}
	if out, _ := (terminal{world: w}).run(t, "describe", "b-dns"); !strings.Contains(out, "AWS denies dynamodb:GetItem") {
		t.Errorf("describe does not report why the steps are incomplete:\n%s", out)
	}
}

// The steps are shown while the function works, and what it refuses is among them.
func TestRenew_ShowsTheStepsWhileTheFunctionWorks(t *testing.T) {
	w := busy()
	released := make(chan struct{})
	w.invoke = func(event map[string]any) (any, error) {
		if strings.Contains(fmt.Sprint(event["names"]), "d-failed") {
			return nil, &deployment.FunctionError{Type: "ReconcileFailed", Message: "certificate d-failed was not forced"}
		}
		<-released
		return map[string]any{}, nil
	}
	time.AfterFunc(pollInterval+pollInterval/2, func() { close(released) })
	out, code := terminal{world: w}.run(t, "renew", "d-failed", "c-validation", "--timeout", "900ms")
	if code != ExitDiffers || !strings.Contains(out, "▸ c-validation  validation since") || strings.Count(out, "Refused: certificate d-failed") != 2 {
		t.Errorf("code %d:\n%s", code, out)
	}
}

// An interruption ends the invocations that have not begun.
func TestRenew_SendsNothingAfterAnInterruption(t *testing.T) {
	w, sent := busy(), 0
	ctx, cancel := context.WithCancel(t.Context())
	w.invoke = func(map[string]any) (any, error) { sent++; cancel(); return nil, ctx.Err() }
	a := newApp(Config{Out: new(strings.Builder), Err: new(strings.Builder), Now: func() time.Time { return now }})
	a.opened = w
	if err := a.push(ctx, []string{"b-dns", "c-validation"}, "", pushOptions{timeout: time.Second}); err == nil || sent != 1 {
		t.Errorf("error %v after %d invocations", err, sent)
	}
}
