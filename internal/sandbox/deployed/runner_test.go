package deployed

import (
	"archive/zip"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"certloop/internal/sandbox/progress"
)

// program answers with its event and its environment.
const program = `#!%s
import json, os, urllib.request
api = "http://" + os.environ["AWS_LAMBDA_RUNTIME_API"] + "/2018-06-01/runtime/invocation/"
while True:
    got = urllib.request.urlopen(api + "next")
    answer = {"event": json.loads(got.read()), "env": dict(os.environ), "arn": got.headers["Lambda-Runtime-Invoked-Function-Arn"]}
    urllib.request.urlopen(api + got.headers["Lambda-Runtime-Aws-Request-Id"] + "/response", json.dumps(answer).encode())
`

// pack makes an archive of the program and returns its path and its SHA-256.
func pack(t *testing.T) (path, sum string) {
	t.Helper()
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Fatal(err)
	}
	path = filepath.Join(t.TempDir(), "function.zip")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := zip.NewWriter(f)
	header := &zip.FileHeader{Name: "bootstrap", Method: zip.Deflate}
	header.SetMode(0o755)
	entry, err := w.CreateHeader(header)
	if err == nil {
		_, err = fmt.Fprintf(entry, program, python)
	}
	if err != nil || w.Close() != nil || f.Close() != nil {
		t.Fatal("pack", err)
	}
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	digest := sha256.Sum256(body)
	return path, base64.StdEncoding.EncodeToString(digest[:])
}

// cloud is an emulator's answer about what was deployed.
type cloud struct {
	mu        sync.Mutex
	function  configuration
	mappings  []mapping
	schedules []schedule
	policy    string
	// failsOnce, if set, holds the paths whose first request has failed.
	failsOnce map[string]bool
}

func (c *cloud) change(f func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	f()
}

func (c *cloud) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if path := r.Method + " " + r.URL.Path; c.failsOnce != nil && !c.failsOnce[path] {
		c.failsOnce[path] = true
		http.Error(w, "too busy", http.StatusServiceUnavailable)
		return
	}
	var out any
	switch path := r.URL.Path; {
	case r.Method == http.MethodPost:
		_ = xml.NewEncoder(w).Encode(struct {
			XMLName  xml.Name `xml:"R"`
			Names    []string `xml:"ListRolePoliciesResult>PolicyNames>member"`
			Document string   `xml:"GetRolePolicyResult>PolicyDocument"`
		}{Names: []string{"duties"}, Document: c.policy})
		return
	case path == "/2015-03-31/functions/"+c.function.FunctionName:
		out = map[string]any{"Configuration": c.function}
	case path == "/2015-03-31/event-source-mappings/":
		out = map[string]any{"EventSourceMappings": c.mappings}
	case path == "/schedules":
		out = map[string]any{"Schedules": c.schedules}
	default:
		for _, s := range c.schedules {
			if path == "/schedules/"+s.Name {
				out = s
			}
		}
	}
	if out == nil {
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	_ = json.NewEncoder(w).Encode(out)
}

const arn = "arn:aws:lambda:us-east-1:123456789012:function:controller"

const poll = 100 * time.Millisecond

func start(t *testing.T, c *cloud) *Runner {
	t.Helper()
	path, sum := pack(t)
	if c.function.CodeSha256 == "" {
		c.function.CodeSha256 = sum
	}
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	p := Start(Config{Emulator: server.URL, Region: "us-east-1", Zip: path, Architecture: "amd64", Env: []string{"ADDED=yes"},
		Rate: 10 * time.Millisecond, Poll: poll})
	t.Cleanup(p.Close)
	return p
}

func deployed() configuration {
	c := configuration{FunctionName: "controller", FunctionArn: arn, Role: "arn:aws:iam::1:role/r", Runtime: "provided.al2023",
		Architectures: []string{"x86_64"}, MemorySize: 640, Timeout: 9}
	c.Environment.Variables = map[string]string{"GIVEN": "one"}
	return c
}

const allowAll = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}`

func TestRunner_RunsAFunctionAsConfigured(t *testing.T) {
	c := &cloud{function: deployed()}
	p := start(t, c)
	invoke := func(name string) string {
		r, err := p.Invoke(t.Context(), name, []byte(`{"a":1}`))
		if err != nil || r.FunctionError {
			t.Fatalf("%v %s", err, r.Payload)
		}
		return string(r.Payload)
	}
	for _, name := range []string{"controller", arn, arn + ":$LATEST"} {
		got := invoke(name)
		for _, want := range []string{`"event": {"a": 1}`, `"GIVEN": "one"`, `"ADDED": "yes"`, `"AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "640"`,
			`"AWS_LAMBDA_FUNCTION_NAME": "controller"`, `"AWS_REGION": "us-east-1"`, `"arn": "` + arn} {
			if !strings.Contains(got, want) {
				t.Errorf("%s: %s lacks %s", name, got, want)
			}
		}
	}
	c.change(func() { c.function.Environment.Variables = map[string]string{"GIVEN": "two"} })
	if got := invoke("controller"); !strings.Contains(got, `"GIVEN": "two"`) {
		t.Errorf("after a change: %s", got)
	}
	if _, err := p.Invoke(t.Context(), "other", nil); err == nil {
		t.Error("a function that does not exist was invoked")
	}
}

func TestRunner_RunsAnotherProgramInPlaceOfTheDeployedOne(t *testing.T) {
	c := &cloud{function: deployed()}
	p := start(t, c)
	other, _ := pack(t)
	for _, ahead := range []string{"1h", "2h"} {
		moved := false
		p.Replace(Replacement{Zip: other, Env: []string{"AHEAD=" + ahead}, Meanwhile: func() { moved = true }})
		r, err := p.Invoke(t.Context(), "controller", []byte(`{}`))
		for _, want := range []string{`"AHEAD": "` + ahead, `"GIVEN": "one"`, `"ADDED": "yes"`} {
			if err != nil || !moved || !strings.Contains(string(r.Payload), want) {
				t.Errorf("%s lacks %s: %v", r.Payload, want, err)
			}
		}
	}
}

func TestRunner_ReportsWhatItCannotRun(t *testing.T) {
	of := func(change func(*configuration)) *cloud {
		c := &cloud{function: deployed(), policy: allowAll}
		change(&c.function)
		return c
	}
	same := func(*configuration) {}
	stream := func(change func(*mapping)) *cloud {
		c, attempts := of(same), 3
		m := mapping{UUID: "1", FunctionArn: arn, State: "Enabled", EventSourceArn: "arn:aws:dynamodb:us-east-1:1:table/t/stream/1",
			StartingPosition: "TRIM_HORIZON", MaximumRetryAttempts: &attempts}
		change(&m)
		c.mappings = []mapping{m}
		return c
	}
	cron := of(same)
	cron.schedules = []schedule{{Name: "s", State: "ENABLED", ScheduleExpression: "cron(0 0 * * ? *)"}}
	forbidden := of(same)
	forbidden.policy = `{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sqs:*","Resource":"*"}]}`
	forbidden.schedules = []schedule{{Name: "s", State: "ENABLED", ScheduleExpression: "rate(1 day)"}}
	forbidden.schedules[0].Target.Input, forbidden.schedules[0].Target.Arn, forbidden.schedules[0].Target.RoleArn = "{}", arn, "arn:aws:iam::1:role/s"
	for sentence, c := range map[string]struct {
		cloud *cloud
		want  string
	}{
		"other code":               {of(func(c *configuration) { c.CodeSha256 = "other" }), "SHA-256"},
		"another architecture":     {of(func(c *configuration) { c.Architectures = []string{"arm64"} }), "archive is for"},
		"another runtime":          {of(func(c *configuration) { c.Runtime = "go1.x" }), "runtime"},
		"a cron expression":        {cron, "cron"},
		"a role without the right": {forbidden, "may not lambda:InvokeFunction"},
		"another source":           {stream(func(m *mapping) { m.EventSourceArn = "arn:aws:kinesis:us-east-1:1:stream/s" }), "kinesis"},
		"another start":            {stream(func(m *mapping) { m.StartingPosition = "LATEST" }), "LATEST"},
		"attempts without end":     {stream(func(m *mapping) { m.MaximumRetryAttempts = nil }), "maximum retry attempts"},
		"a comparison in a filter": {stream(func(m *mapping) {
			m.FilterCriteria.Filters = []struct{ Pattern string }{{`{"eventName":[{"prefix":"I"}]}`}}
		}), "not supported here"},
		"a filter on a queue": {stream(func(m *mapping) {
			m.EventSourceArn = "arn:aws:sqs:us-east-1:1:q"
			m.FilterCriteria.Filters = []struct{ Pattern string }{{`{"body":["x"]}`}}
		}), "filter on a queue"},
	} {
		t.Run(sentence, func(t *testing.T) {
			p := start(t, c.cloud)
			_, _ = p.Invoke(t.Context(), "controller", []byte(`{}`))
			if err := progress.Default.Until(t.Context(), func() string {
				if problems := p.Problems(); !strings.Contains(strings.Join(problems, "\n"), c.want) {
					return fmt.Sprintf("problems %v, want one with %q", problems, c.want)
				}
				return ""
			}); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestRunner_RunsAScheduleWhileItExists(t *testing.T) {
	c := &cloud{function: deployed(), policy: allowAll}
	s := schedule{Name: "tick", State: "ENABLED", ScheduleExpression: "rate(15 minutes)"}
	s.Target.Arn, s.Target.Input, s.Target.RoleArn = arn, `{"action":"tick"}`, "arn:aws:iam::1:role/s"
	off := s
	off.Name, off.State = "off", "DISABLED"
	c.schedules = []schedule{off}
	p := start(t, c)
	time.Sleep(2 * poll)
	if p.played() {
		t.Error("a disabled schedule ran")
	}
	c.change(func() { c.schedules = []schedule{s} })
	p.awaitPlayed(t)
}

// played reports whether a function was invoked.
func (r *Runner) played() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return len(r.functions) > 0
}

func (r *Runner) awaitPlayed(t *testing.T) {
	t.Helper()
	if err := progress.Default.Until(t.Context(), func() string {
		if !r.played() {
			return fmt.Sprintf("nothing was invoked: %v", r.Problems())
		}
		return ""
	}); err != nil {
		t.Error(err)
	}
}

// What the Runner reports fails a test, and stays reported. One error of a busy emulator is not reported.
func TestRunner_ReadsAgainAfterAnErrorOfTheEmulator(t *testing.T) {
	c := &cloud{function: deployed(), policy: allowAll, failsOnce: map[string]bool{}}
	s := schedule{Name: "tick", State: "ENABLED", ScheduleExpression: "rate(15 minutes)"}
	s.Target.Arn, s.Target.Input, s.Target.RoleArn = arn, `{"action":"tick"}`, "arn:aws:iam::1:role/s"
	c.schedules = []schedule{s}
	p := start(t, c)
	p.awaitPlayed(t)
	if problems := p.Problems(); len(problems) > 0 {
		t.Errorf("it reports %v", problems)
	}
	c.change(func() {
		if len(c.failsOnce) < 4 {
			t.Errorf("only %v failed", c.failsOnce)
		}
	})
}
