package command

import (
	"errors"
	"testing"

	"certloop/cmd/certloop/deployment"
	"certloop/reconciler/api"
)

func TestGolden_Wait(t *testing.T) {
	goldens(t, sample, map[string]recording{
		"wait-ready":       {terminal{}, 0, "wait www"},
		"wait-rejected":    {terminal{}, 2, "wait typo"},
		"wait-timeout":     {terminal{}, 2, "wait api new --timeout 10ms"},
		"wait-ja":          {terminal{environ: japanese}, 2, "wait api www --timeout 10ms"},
		"wait-accepted":    {terminal{}, 0, "wait api shop --for Accepted"},
		"wait-unknown":     {terminal{}, 1, "wait wwww"},
		"wait-bad-for":     {terminal{}, 3, "wait www --for Issuing"},
		"wait-bad-timeout": {terminal{}, 3, "wait www --timeout soon"},
		"wait-no-name":     {terminal{}, 3, "wait"},
	})
}

// A status that was written before the record changed is not what the operator waits for.
func TestWait_DoesNotBelieveAStatusOfTheRecordBefore(t *testing.T) {
	w := sample()
	for i := range w.records {
		if w.records[i].Key.Name == "www" {
			w.records[i].Record["domains"] = []any{"other.example.com"}
		}
	}
	if output, code := (terminal{world: w}).run(t, "wait", "www", "--timeout", "10ms"); code != ExitDiffers {
		t.Errorf("exit code %d, want %d:\n%s", code, ExitDiffers, output)
	}
}

func TestReconcile_InvokesEachNameAndWaits(t *testing.T) {
	w := sample()
	var events []map[string]any
	w.invoke = func(event map[string]any) (any, error) {
		events = append(events, event)
		return map[string]any{"certificates": []any{}}, nil
	}
	if output, code := (terminal{world: w}).run(t, "reconcile", "www", "shop", "--timeout", "10ms"); code != ExitFine {
		t.Errorf("exit code %d, want %d:\n%s", code, ExitFine, output)
	}
	if len(events) != 2 || events[0]["action"] != "reconcile" || events[0]["force"] != nil {
		t.Errorf("invoked with %v", events)
	}
}

// Renew waits for the certificate that its own token forced.
func TestRenew_WaitsForTheNewCertificate(t *testing.T) {
	for sentence, c := range map[string]struct {
		forced func(s *api.CertificateStatus, token string)
		want   int
	}{
		"the certificate before does not count": {func(s *api.CertificateStatus, token string) { s.Force = token }, ExitDiffers},
		"the new one does":                      {func(s *api.CertificateStatus, token string) { s.Force, s.IssuanceForce = token, token }, ExitFine},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := sample()
			w.invoke = func(event map[string]any) (any, error) {
				token, _ := event["force"].(string)
				if token == "" {
					t.Errorf("invoked without a token: %v", event)
				}
				for i := range w.records {
					if w.records[i].Key.Name == "www" {
						c.forced(w.records[i].Status, token)
					}
				}
				return map[string]any{}, nil
			}
			if output, code := (terminal{world: w}).run(t, "renew", "www", "--timeout", "10ms"); code != c.want {
				t.Errorf("exit code %d, want %d:\n%s", code, c.want, output)
			}
		})
	}
}

func TestRenew_TwoTokensDiffer(t *testing.T) {
	a := newApp(Config{})
	if x, y := a.newToken(), a.newToken(); x == y {
		t.Errorf("two tokens are %q: the second renewal would do nothing", x)
	}
}

func TestRenew_ShowsWhyTheFunctionRefuses(t *testing.T) {
	w := sample()
	w.invoke = func(map[string]any) (any, error) {
		return nil, &deployment.FunctionError{Type: "ReconcileFailed", Message: "certificate www was not forced: PolicyDenied: policy shop accepts a token again at 2026-11-28T10:00:00Z"}
	}
	terminal{world: w}.golden(t, "renew-refused", ExitDiffers, "renew", "www", "--no-wait")
	w.invoke = func(map[string]any) (any, error) {
		return nil, errors.New("AWS denies lambda:InvokeFunction: allow this IAM action for your user or role")
	}
	terminal{world: w}.golden(t, "renew-denied", ExitFailed, "renew", "www")
}
