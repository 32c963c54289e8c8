package command

import (
	"context"
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"iter"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/aws/smithy-go"

	"certloop/cmd/certloop/deployment"
	"certloop/reconciler/api"
)

// awsError is an error as the deployment explains it.
func awsError(code string) error {
	return deployment.Explain(&smithy.OperationError{ServiceID: "DynamoDB", OperationName: "Scan", Err: &smithy.GenericAPIError{Code: code}},
		deployment.Place{Table: "certloop", Region: "ap-northeast-1"})
}

// rereading are the commands that read more than once, with the exit code once what they wait for is there; -1: they read until
// they are interrupted.
var rereading = map[string]struct {
	args string
	code int
}{
	"get --watch":       {"get --watch", -1},
	"get NAME --watch":  {"get www --watch", -1},
	"logs --follow":     {"logs www --follow", -1},
	"wait":              {"wait api --timeout 3m", 0},
	"reconcile":         {"reconcile api --timeout 3m", 0},
	"renew":             {"renew api --timeout 3m", 0},
	"apply --wait":      {"apply -f - --wait --timeout 3m", 0},
	"account create":    {"account create slow --directory letsencrypt --timeout 3m", 0},
	"delete --wait":     {"delete api --yes --wait --timeout 3m", 0},
	"wait for Accepted": {"wait fresh --for Accepted --timeout 3m", 0},
}

// slow is an installation in which everything takes until a time of the test.
type slow struct {
	*world
	start time.Time
	done  time.Duration
	// failing returns the error of a read at a time after the start.
	failing func(after time.Duration) error
}

func newSlow(done time.Duration, failing func(after time.Duration) error) *slow {
	s := &slow{world: sample(), start: time.Now(), done: done, failing: failing}
	s.records = append(s.records, certificate("fresh", map[string]any{"domains": []any{"fresh.example.com"}}, nil))
	s.invoke = func(map[string]any) (any, error) { return map[string]any{}, nil }
	s.reading = func() error {
		after := time.Since(s.start)
		if after >= s.done {
			s.finish()
		}
		return s.failing(after)
	}
	return s
}

// finish makes what is waited for true.
func (s *slow) finish() {
	for i, l := range s.records {
		switch l.Key.Name {
		case "api", "fresh":
			token := ""
			if l.Status != nil {
				token = l.Status.Force
			}
			status := installed(condition(api.ConditionAccepted, api.ConditionTrue, api.ReasonAccepted, "", -1),
				condition(api.ConditionReady, api.ConditionTrue, api.ReasonReady, "", -1))
			status.Force, status.IssuanceForce = token, token
			status.SpecDigest = api.SpecDigest(l.Record)
			s.records[i].Status = status
		case "slow":
			s.records[i].AccountStatus = account().AccountStatus
		}
	}
}

// RemoveRecord leaves the status, as the table does until the controller has finished.
func (s *slow) RemoveRecord(_ context.Context, c deployment.RecordChange) error {
	s.writes.Lock()
	defer s.writes.Unlock()
	at := s.index(c.Key)
	if time.Since(s.start) < s.done {
		s.records[at].Record = nil
		return nil
	}
	return errors.New("too late")
}

// Get finds nothing of a deleted record once the controller has finished.
func (s *slow) Get(ctx context.Context, key api.Key) (api.Listed, error) {
	l, err := s.world.Get(ctx, key)
	if key.Name == "api" && l.Record == nil && time.Since(s.start) >= s.done {
		l.Status = nil
	}
	return l, err
}

// Invoke stores the token of renew in the status.
func (s *slow) Invoke(_ context.Context, event, _ any) error {
	if e, ok := event.(reconcileEvent); ok {
		s.records[s.index(api.Key{Kind: api.KindCertificate, Name: "api"})].Status.Force = e.Force
	}
	return nil
}

// reread runs a command in virtual time, for at most long, and returns what it writes, its exit code and how long it took.
func reread(t *testing.T, command string, long, done time.Duration, redraws bool, failing func(time.Duration) error) (out string, code int, took time.Duration) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		s := newSlow(done, failing)
		ctx, cancel := context.WithTimeoutCause(t.Context(), long, nil)
		defer cancel()
		interrupted, interrupt := context.WithCancel(t.Context())
		defer interrupt()
		context.AfterFunc(ctx, interrupt)
		c := terminal{deployment: s, redraws: redraws, clock: func() time.Time { return now.Add(time.Since(s.start)) },
			environ: []string{"CLICOLOR_FORCE=" + map[bool]string{true: "1"}[redraws], "TERM=xterm-256color"}, in: "name: api\nkind: Certificate\nrenew_before: 20d\n"}
		out, code = c.runIn(interrupted, strings.Fields(rereading[command].args)...)
		took = time.Since(s.start)
		interrupt()
	})
	return out, code, took
}

// between fails from a time to a time after the start.
func between(from, to time.Duration, err error) func(time.Duration) error {
	return func(after time.Duration) error {
		if after >= from && after < to {
			return err
		}
		return nil
	}
}

// TestReads_ATransientFailureIsRetried: a command that waits for hours must not end because one read of thousands failed.
func TestReads_ATransientFailureIsRetried(t *testing.T) {
	for command, c := range rereading {
		for _, code := range []string{"ThrottlingException", "InternalServerError"} {
			t.Run(command+", "+code, func(t *testing.T) {
				out, got, took := reread(t, command, 2*time.Minute, time.Minute, false, between(time.Second, 40*time.Second, awsError(code)))
				want, wantTook := c.code, time.Minute
				if want < 0 {
					want, wantTook = 0, 2*time.Minute
				}
				if got != want || took < wantTook {
					t.Errorf("exit code %d after %s, want %d after %s:\n%s", got, took, want, wantTook, out)
				}
				for _, part := range []string{"Warning: reads have failed since 2026-11-27T10:00:0", "dynamodb:Scan", "What is shown was read at 2026-11-27T10:00:0",
					"Reading succeeds again since 2026-11-27T10:00:"} {
					if strings.Count(out, part) != 1 {
						t.Errorf("the output has %q %d times:\n%s", part, strings.Count(out, part), out)
					}
				}
			})
		}
	}
}

func TestReads_ALastingFailureEndsTheCommand(t *testing.T) {
	for command := range rereading {
		for code, want := range map[string]string{"AccessDeniedException": "AWS denies dynamodb:Scan", "ExpiredTokenException": "the AWS session has expired",
			"ResourceNotFoundException": "table certloop does not exist"} {
			t.Run(command+", "+code, func(t *testing.T) {
				out, got, took := reread(t, command, time.Hour, 2*time.Hour, false, between(time.Second, time.Hour, awsError(code)))
				if got != ExitFailed || took > 5*time.Second || !strings.Contains(out, "Error: "+want) {
					t.Errorf("exit code %d after %s:\n%s", got, took, out)
				}
			})
		}
	}
}

// TestReads_FailureUntilTheEnd: a wait ends at its own deadline, any other command five minutes after the last success.
func TestReads_FailureUntilTheEnd(t *testing.T) {
	for command, c := range rereading {
		t.Run(command, func(t *testing.T) {
			out, got, took := reread(t, command, time.Hour, 2*time.Hour, false, between(10*time.Second, time.Hour, awsError("ThrottlingException")))
			want := 3 * time.Minute
			if c.code < 0 {
				want = 10*time.Second + watchPatience
			}
			if got != ExitFailed || took < want || took > want+5*time.Second ||
				!strings.Contains(out, "Error: reads have failed since 2026-11-27T10:00:1") || !strings.Contains(out, "AWS throttles dynamodb:Scan: try again in a minute") {
				t.Errorf("exit code %d after %s, want 1 after %s:\n%s", got, took, want, out)
			}
		})
	}
}

// TestReads_OnATerminalTheLastRowsStay: the warning is above the rows, and disappears with the next success.
func TestReads_OnATerminalTheLastRowsStay(t *testing.T) {
	out, _, _ := reread(t, "get --watch", time.Minute, time.Hour, true, between(time.Second, 30*time.Second, awsError("ThrottlingException")))
	frames := strings.Split(out, "\x1b[J")
	if len(frames) < 3 {
		t.Fatalf("nothing is drawn again: %q", out)
	}
	failed := 0
	for _, frame := range frames[:len(frames)-1] {
		if !strings.Contains(frame, "www.example.com") {
			t.Errorf("a frame has no rows: %q", frame)
		}
		if strings.Contains(frame, "\x1b[33mWarning:\x1b[m reads have failed since 2026-11-27T10:00:02Z: AWS throttles dynamodb:Scan: try again in a minute. "+
			"What is shown was read at 2026-11-27T10:00:00Z.") {
			failed++
		}
	}
	if failed == 0 || strings.Contains(frames[len(frames)-2], "Warning") {
		t.Errorf("%d of %d frames have the warning, and the last is %q", failed, len(frames), frames[len(frames)-2])
	}
}

// A read that never returns is a read that failed.
func TestReads_AReadThatHangsIsRetried(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		reads := 0
		loop := &readLoop{app: newApp(Config{Out: new(strings.Builder), Err: new(strings.Builder)}), interval: time.Second, patience: watchPatience}
		done, err := loop.run(t.Context(), func(ctx context.Context) ([]string, bool, error) {
			if reads++; reads == 1 {
				<-ctx.Done()
				return nil, false, fmt.Errorf("dynamodb: %w", ctx.Err())
			}
			return nil, true, nil
		})
		if !done || err != nil || reads != 2 {
			t.Errorf("done %v, %v after %d reads", done, err, reads)
		}
	})
}

// The pause grows, so that commands do not keep a throttled table throttled.
func TestReads_ThePauseGrows(t *testing.T) {
	var at []time.Duration
	_, _, _ = reread(t, "wait", time.Hour, 2*time.Hour, false, func(after time.Duration) error {
		if after < time.Second {
			return nil
		}
		at = append(at, after)
		return awsError("ThrottlingException")
	})
	for i := 2; i < len(at); i++ {
		before, pause := at[i-1]-at[i-2], at[i]-at[i-1]
		if pause < before || pause > longestPause {
			t.Errorf("a pause of %s after one of %s", pause, before)
		}
	}
	if len(at) > 20 {
		t.Errorf("%d reads in 3 minutes", len(at))
	}
}

// growing has a log of which a line appears at its time.
type growing struct{ *slow }

func (g growing) Logs(_ context.Context, key api.Key, since time.Time) iter.Seq2[deployment.LogLine, error] {
	return func(yield func(deployment.LogLine, error) bool) {
		present := now.Add(time.Since(g.start))
		for _, line := range g.lines {
			if !line.Time.Before(since) && !line.Time.After(present) && !yield(line, nil) {
				return
			}
		}
		if err := g.failing(time.Since(g.start)); err != nil {
			yield(deployment.LogLine{}, err)
		}
	}
}

// A log line that arrives while reads fail is shown afterwards.
func TestLogs_FollowLosesNoLineOfAnOutage(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		s := newSlow(time.Hour, between(10*time.Second, 4*time.Minute, awsError("ThrottlingException")))
		s.lines = []deployment.LogLine{{ID: "1", Time: now.Add(20 * time.Second), Fields: map[string]any{"name": "www", "msg": "in the outage"}}}
		ctx, cancel := context.WithCancel(t.Context())
		defer cancel()
		time.AfterFunc(5*time.Minute, cancel)
		c := terminal{deployment: growing{s}, clock: func() time.Time { return now.Add(time.Since(s.start)) }}
		out, code := c.runIn(ctx, "logs", "www", "--follow")
		if code != 0 || strings.Count(out, "in the outage") != 1 {
			t.Errorf("code %d:\n%s", code, out)
		}
	})
}

// TestReads_OnlyTheLoopPauses: a command that pauses by itself reads more than once, and must use the loop.
func TestReads_OnlyTheLoopPauses(t *testing.T) {
	names, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	set, found := token.NewFileSet(), 0
	inspect := func(n ast.Node) bool {
		if s, ok := n.(*ast.SelectorExpr); ok {
			x, _ := s.X.(*ast.Ident)
			if x != nil && x.Name == "time" && (s.Sel.Name == "After" || s.Sel.Name == "Sleep" || s.Sel.Name == "NewTicker" || s.Sel.Name == "NewTimer" || s.Sel.Name == "Tick") {
				if at := set.Position(s.Pos()); at.Filename != "readloop.go" {
					t.Errorf("%s: use readLoop", at)
				}
				found++
			}
		}
		return true
	}
	for _, name := range names {
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(set, name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, inspect)
	}
	if found == 0 {
		t.Error("no pause was found")
	}
}

// TestAccountCreate_EndsWhereAnOperatorMustAct, and not before certloop has read the record: a status may be of a deleted record.
func TestAccountCreate_EndsWhereAnOperatorMustAct(t *testing.T) {
	for sentence, c := range map[string]struct {
		reason api.Reason
		digest string
		code   int
		took   time.Duration
	}{
		"the CA refuses it":                            {api.ReasonRegistrationRefused, "", 2, 0},
		"the CA does not know it":                      {api.ReasonAccountUnknown, "", 2, 0},
		"the CA's answer exceeds a limit":              {api.ReasonCALimits, "", 2, 0},
		"the CA does not respond for a while":          {api.ReasonCAUnavailable, "", 0, time.Minute},
		"the secret cannot be read yet":                {api.ReasonSecretUnavailable, "", 0, time.Minute},
		"a refusal of the record before it is no news": {api.ReasonRegistrationRefused, "of another record", 0, time.Minute},
	} {
		t.Run(sentence, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				s := newSlow(time.Minute, func(time.Duration) error { return nil })
				s.records = append(s.records, api.Listed{Key: api.Key{Kind: api.KindAccount, Name: "slow"}, AccountStatus: &api.AccountStatus{SpecDigest: c.digest,
					Conditions: []api.Condition{condition(api.ConditionReady, api.ConditionFalse, c.reason, "", -1)}}})
				out, code := terminal{deployment: asNew{s}}.runIn(t.Context(), strings.Fields(rereading["account create"].args)...)
				if took := time.Since(s.start); code != c.code || took < c.took || c.took == 0 && took > time.Second {
					t.Errorf("code %d after %s:\n%s", code, took, out)
				}
			})
		})
	}
}

// asNew creates a record beside a status that is there.
type asNew struct{ *slow }

func (a asNew) ChangeRecord(_ context.Context, c deployment.RecordChange) error {
	a.records[a.index(c.Key)].Record = map[string]any{"name": c.Key.Name, "kind": "Account", "directory": c.Set["directory"]}
	return nil
}
