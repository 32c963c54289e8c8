package command

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"certloop/cmd/certloop/deployment"
	"certloop/cmd/certloop/inventory"
	"certloop/reconciler/api"
)

// four are the records of these tests, in the order in which each command handles them.
var four = []string{"a", "b", "c", "d"}

// severalCommands are the commands that change several records, for the records of four.
var severalCommands = map[string]string{
	"renew": "renew a b c d --no-wait", "rollback": "rollback a b c d", "reconcile": "reconcile a b c d --no-wait", "suspend": "suspend a b c d", "resume": "resume a b c d",
	"delete": "delete a b c d --yes", "apply": "apply -f -", "adopt": "adopt " + arn + "a " + arn + "b " + arn + "c " + arn + "d --yes",
}

// adoptedDomain is what follows the name in the domain of an adopted certificate, after which its record is called.
const adoptedDomain = ".example.org"

// severalWorld is an installation with four certificates, and calls fail when a record is changed.
func severalWorld(command string, fail func(name string) error) (w *world, text string, changed *[]string) {
	w, changed = sample(), new([]string)
	change := func(name string) error {
		if err := fail(name); err != nil {
			return err
		}
		*changed = append(*changed, name)
		return nil
	}
	w.before = func(key api.Key) error { return change(strings.TrimSuffix(key.Name, adoptedDomain)) }
	w.invoke = func(event map[string]any) (any, error) {
		return map[string]any{}, change(event["names"].([]any)[0].(string))
	}
	for _, name := range four {
		text += "name: " + name + "\nkind: Certificate\ndomains: [" + name + ".example.org]\n---\n"
		if command == "adopt" {
			w.moving.found.Certificates = append(w.moving.found.Certificates, inventory.Certificate{ARN: arn + name, Region: "ap-northeast-1",
				Names: []string{name + adoptedDomain}, Type: "IMPORTED", Status: "ISSUED", KeyType: api.RSA2048, NotAfter: in(5)})
			continue
		}
		if command != "apply" {
			w.records = append(w.records, certificate(name, map[string]any{"domains": []any{name + ".example.org"}, "suspend": command == "resume"}, nil))
		}
	}
	return w, text, changed
}

// TestSeveral_AFailureSaysWhatIsDoneAndWhatIsNot: after a failure the operator must know the state of each record.
func TestSeveral_AFailureSaysWhatIsDoneAndWhatIsNot(t *testing.T) {
	for _, c := range []struct {
		sentence               string
		err                    error
		done, failed, notTried string
	}{
		{"the others are tried if they may succeed", errors.New("boom"), "a c d", "b", ""},
		{"AWS throttles one request", awsError("ThrottlingException"), "a c d", "b", ""},
		{"the others are not tried without the right", awsError("AccessDeniedException"), "a", "b", "c d"},
		{"the others are not tried without a session", awsError("ExpiredTokenException"), "a", "b", "c d"},
		{"the others are not tried after Ctrl-C", deployment.Explain(context.Canceled, deployment.Place{}), "a", "b", "c d"},
	} {
		for command, args := range severalCommands {
			t.Run(command+": "+c.sentence, func(t *testing.T) {
				w, in, changed := severalWorld(command, func(name string) error {
					if name == "b" {
						return c.err
					}
					return nil
				})
				out, code := terminal{world: w, in: in}.run(t, strings.Fields(args)...)
				out = strings.ReplaceAll(out, adoptedDomain, "")
				want := fmt.Sprintf("Done: %s\nFailed: %s\nNot tried: %s\n", called(c.done), called(c.failed), called(c.notTried))
				if code != ExitFailed || !strings.HasSuffix(out, want) || !strings.Contains(out, "certificate/b ") || !strings.Contains(out, c.err.Error()) {
					t.Errorf("code %d, want 1 and\n%s\ngot\n%s", code, want, out)
				}
				if got := strings.Join(*changed, " "); got != c.done {
					t.Errorf("changed are %s, want %s", got, c.done)
				}
			})
		}
	}
}

// called returns the labels of names, or none.
func called(names string) string {
	if names == "" {
		return "none"
	}
	return list(labels(api.KindCertificate, strings.Fields(names)))
}

// One record alone has its error alone.
func TestSeveral_OneRecordHasNoSummary(t *testing.T) {
	for command, args := range severalCommands {
		w, in, _ := severalWorld(command, func(string) error { return errors.New("boom") })
		in, _, _ = strings.Cut(in, "---")
		fields := slices.DeleteFunc(strings.Fields(args), func(f string) bool {
			return slices.Contains([]string{"b", "c", "d", arn + "b", arn + "c", arn + "d"}, f)
		})
		out, code := terminal{world: w, in: in}.run(t, fields...)
		if code != ExitFailed || strings.Contains(out, "Not tried") || strings.Count(out, "boom") != 1 {
			t.Errorf("%s: code %d\n%s", command, code, out)
		}
	}
}

func TestRenew_SeveralWithRefusalAndFailure(t *testing.T) {
	refused := &deployment.FunctionError{Type: "ReconcileFailed", Message: "certificate a was not forced"}
	for sentence, c := range map[string]struct {
		errs map[string]error
		code int
		want string
	}{
		"a refusal alone":    {map[string]error{"a": refused}, ExitDiffers, "Refused: certificate a was not forced\n"},
		"a failure is worse": {map[string]error{"a": refused, "c": errors.New("boom")}, ExitFailed, "Done: certificate/b, certificate/d\nRefused: certificate/a\nFailed: certificate/c\nNot tried: none\n"},
		"the function's own end is a failure": {map[string]error{"a": &deployment.FunctionError{Type: "Sandbox.Timedout", Message: "Task timed out"}}, ExitFailed,
			"certificate/a failed: Task timed out\nDone: certificate/b, certificate/c, certificate/d\nFailed: certificate/a\nNot tried: none\n"},
	} {
		w, _, _ := severalWorld("renew", func(name string) error { return c.errs[name] })
		if out, code := (terminal{world: w}).run(t, "renew", "a", "b", "c", "d", "--no-wait"); code != c.code || !strings.HasSuffix(out, c.want) {
			t.Errorf("%s: code %d, want %d:\n%s", sentence, code, c.code, out)
		}
	}
}

// What was carried out is waited for, also after a failure, and the failure decides the exit code.
func TestRenew_WaitsForWhatWasCarriedOut(t *testing.T) {
	w, _, _ := severalWorld("renew", func(name string) error {
		if name == "b" {
			return errors.New("boom")
		}
		return nil
	})
	out, code := terminal{world: w}.run(t, "reconcile", "www", "b", "--timeout", "10ms")
	if code != ExitFailed || !strings.Contains(out, "✓ www") || !strings.HasSuffix(out, "Not tried: none\n") {
		t.Errorf("code %d:\n%s", code, out)
	}
}

// An account stays while a certificate that needs it stays.
func TestDelete_AnAccountIsKeptForACertificateThatFailed(t *testing.T) {
	w := sample()
	w.before = func(key api.Key) error {
		if key.Name == "api" {
			return errors.New("boom")
		}
		return nil
	}
	out, code := terminal{world: w}.run(t, "delete", "account/jprs", "api", "--yes")
	if code != ExitFailed || !strings.HasSuffix(out, "certificate/api failed: boom\naccount/jprs was not tried: a record that depends on it failed\n"+
		"Done: none\nFailed: certificate/api\nNot tried: account/jprs\n") || len(w.written) > 0 {
		t.Errorf("code %d:\n%s", code, out)
	}
}

// A certificate that cannot be read does not keep the others from being adopted.
func TestAdopt_OneCannotBeRead(t *testing.T) {
	for _, c := range []struct {
		err         error
		done, wants string
	}{
		{errors.New("boom"), "a c d", arn + "b: it could not be read: boom\n"},
		{awsError("AccessDeniedException"), "a", "Not tried: " + arn + "c, " + arn + "d\n"},
	} {
		w, _, changed := severalWorld("adopt", func(string) error { return nil })
		w.moving.unreadable = map[string]error{arn + "b": c.err}
		out, code := terminal{world: w}.run(t, strings.Fields(severalCommands["adopt"])...)
		if code != ExitFailed || !strings.Contains(out, c.wants) || strings.Join(*changed, " ") != c.done {
			t.Errorf("code %d, changed are %s:\n%s", code, *changed, out)
		}
	}
}
