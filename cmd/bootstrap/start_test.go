package main

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/aws"

	"certloop/reconciler/api"
	"certloop/reconciler/ports"
)

// roleVariable makes the test binary run the function in a process of its own.
const roleVariable = "BOOTSTRAP_TEST_ROLE"

func TestMain(m *testing.M) {
	switch os.Getenv(roleVariable) {
	case "":
		os.Exit(m.Run())
	case "unwired":
		boot(func(context.Context, config, parts) (controller, error) {
			return nil, errors.New("the table does not exist")
		})
	default:
		boot(func(_ context.Context, c config, p parts) (controller, error) {
			return &processLoop{region: p.clients.Region, table: c.Table, meter: p.metrics}, nil
		})
	}
}

// processLoop is the loop of the function in a process of its own.
type processLoop struct {
	fakeLoop
	region, table string
	meter         ports.Meter
}

// Tick returns what it received as an error, so that the test sees it.
func (p *processLoop) Tick(ctx context.Context) error {
	p.meter.Failed("Seen")
	deadline, _ := ctx.Deadline()
	lc, _ := lambdacontext.FromContext(ctx)
	return &api.Error{Reason: "Seen", Message: fmt.Sprintf("%s %s %d %s", p.region, p.table, deadline.UnixMilli(),
		lc.AwsRequestID)}
}

func (p *processLoop) Resync(context.Context) error {
	p.meter.Resynced()
	panic("out of order")
}

// runtimeAPI is Lambda's Runtime API for one process: it sends the events and keeps the answers.
type runtimeAPI struct {
	mu      sync.Mutex
	events  []string
	handed  int
	answers map[string]string
	done    chan struct{}
}

const deadlineMS = "4102444800000" // 2100-01-01, in milliseconds

func (a *runtimeAPI) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodPost {
		body, _ := io.ReadAll(r.Body)
		a.mu.Lock()
		a.answers[strings.TrimPrefix(r.URL.Path, "/2018-06-01/runtime/")] = string(body)
		a.mu.Unlock()
		w.WriteHeader(http.StatusAccepted)
		return
	}
	a.mu.Lock()
	n := a.handed
	a.handed++
	a.mu.Unlock()
	if n >= len(a.events) {
		close(a.done)
		<-r.Context().Done()
		return
	}
	w.Header().Set("Lambda-Runtime-Aws-Request-Id", fmt.Sprintf("r%d", n))
	w.Header().Set("Lambda-Runtime-Deadline-Ms", deadlineMS)
	w.Header().Set("Lambda-Runtime-Invoked-Function-Arn", "arn:aws:lambda:eu-central-1:123456789012:function:certloop")
	_, _ = io.WriteString(w, a.events[n])
}

// serve runs the function as a process on these events until all are answered or the process ends. It returns the
// answers by path and what the process wrote.
func serve(t *testing.T, role string, environ []string, events ...string) (answers map[string]string, stderr, stdout string) {
	t.Helper()
	lambdaAPI := &runtimeAPI{events: events, answers: map[string]string{}, done: make(chan struct{})}
	server := httptest.NewServer(lambdaAPI)
	defer server.Close()
	exe, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	var out, metrics bytes.Buffer
	cmd := exec.CommandContext(ctx, exe)
	cmd.Env = append(environ, roleVariable+"="+role, "AWS_LAMBDA_RUNTIME_API="+strings.TrimPrefix(server.URL, "http://"))
	cmd.Stderr, cmd.Stdout = &out, &metrics
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	ended := make(chan struct{})
	go func() { _ = cmd.Wait(); close(ended) }()
	select {
	case <-lambdaAPI.done:
		_ = cmd.Process.Kill()
	case <-ended:
	}
	<-ended
	if ctx.Err() != nil {
		t.Fatalf("the process neither answered nor ended:\n%s", out.String())
	}
	if !cmd.ProcessState.Success() && cmd.ProcessState.ExitCode() > 1 {
		t.Errorf("exit %v", cmd.ProcessState)
	}
	lambdaAPI.mu.Lock()
	defer lambdaAPI.mu.Unlock()
	return lambdaAPI.answers, out.String(), metrics.String()
}

func TestBoot_ServesInvocationsThroughTheRuntimeAPI(t *testing.T) {
	answers, stderr, stdout := serve(t, "wired", with(), golden(t, "stream.json"), `{"action":"tick"}`, `{"action":"what"}`,
		golden(t, "queue.json"))
	for path, want := range map[string]string{
		"invocation/r0/response": `{"batchItemFailures":[]}`,
		"invocation/r1/error":    `{"errorMessage":"eu-central-1 certloop ` + deadlineMS + ` r1","errorType":"Seen"}`,
		"invocation/r3/response": `{"batchItemFailures":[]}`,
	} {
		if answers[path] != want {
			t.Errorf("%s: %s\nwant %s", path, answers[path], want)
		}
	}
	if got := answers["invocation/r2/error"]; !strings.Contains(got, `"errorType":"InvalidEvent"`) {
		t.Errorf("an unknown event is answered with %s", got)
	}
	first, _, _ := strings.Cut(stderr, "\n")
	var line map[string]any
	if err := json.Unmarshal([]byte(first), &line); err != nil || line["message"] != "started" ||
		line["version"] != version || line["level"] != "INFO" || line["timestamp"] == nil {
		t.Errorf("the first log line is %s", first)
	}
	if strings.Count(stdout, "\n") != 1 || !strings.Contains(stdout, `"Reason":"Seen"`) || !strings.Contains(stdout, `"Table":"certloop"`) {
		t.Errorf("the metrics of one failed invocation and idle ones are %q", stdout)
	}
}

func TestBoot_APanicIsReportedAndEndsTheProcess(t *testing.T) {
	answers, _, stdout := serve(t, "wired", with(), `{"action":"resync"}`, `{"action":"tick"}`)
	if got := answers["invocation/r0/error"]; !strings.Contains(got, "out of order") {
		t.Errorf("the panic is answered with %s", got)
	}
	if got, ok := answers["invocation/r1/error"]; ok {
		t.Errorf("a process that panicked went on: %s", got)
	}
	if strings.Count(stdout, `"Resyncs":1`) != 1 {
		t.Errorf("what was counted before the panic is not written: %q", stdout)
	}
}

func TestBoot_ReportsToLambdaWhyItCannotStart(t *testing.T) {
	for sentence, c := range map[string]struct {
		role    string
		environ []string
		want    []string
	}{
		"a wrong environment": {"wired", with("CERTLOOP_TABLE", "", "CERTLOOP_CLOCK_SKEW", "x"),
			[]string{"CERTLOOP_TABLE is not set", "CERTLOOP_CLOCK_SKEW is"}},
		"a wiring that fails": {"unwired", with(), []string{"the table does not exist"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			answers, stderr, _ := serve(t, c.role, c.environ, `{"action":"tick"}`)
			got := answers["init/error"]
			for _, want := range append(c.want, `"errorType":"InvalidConfiguration"`) {
				if !strings.Contains(got, want) {
					t.Errorf("the init error %s does not contain %s", got, want)
				}
			}
			if !strings.Contains(stderr, `"level":"ERROR"`) || !strings.Contains(stderr, c.want[0]) {
				t.Errorf("log %s", stderr)
			}
			if len(answers) != 1 {
				t.Errorf("it went on: %v", answers)
			}
		})
	}
}

func TestBoot_AnInitErrorThatCannotBeReportedIsAnError(t *testing.T) {
	server := httptest.NewServer(http.NotFoundHandler())
	server.Close()
	if err := reportInit(strings.TrimPrefix(server.URL, "http://"), errors.New("x")); err == nil {
		t.Error("no error")
	}
}

func TestLog_ALineOfAnInvocationHasItsRequestID(t *testing.T) {
	ctx := lambdacontext.NewContext(t.Context(), &lambdacontext.LambdaContext{AwsRequestID: "r7"})
	for sentence, line := range map[string]func(*slog.Logger){
		"plain":         func(l *slog.Logger) { l.InfoContext(ctx, "m") },
		"with a field":  func(l *slog.Logger) { l.With("a", 1).InfoContext(ctx, "m") },
		"with a group":  func(l *slog.Logger) { l.WithGroup("g").InfoContext(ctx, "m") },
		"at its level":  func(l *slog.Logger) { l.DebugContext(ctx, "quiet"); l.WarnContext(ctx, "m") },
		"as an error":   func(l *slog.Logger) { l.ErrorContext(ctx, "m", "error", errors.New("x")) },
		"beside others": func(l *slog.Logger) { l.InfoContext(ctx, "m", "name", "a") },
	} {
		t.Run(sentence, func(t *testing.T) {
			var out bytes.Buffer
			line(newLogger(&out, slog.LevelInfo))
			if got := out.String(); strings.Count(got, "\n") != 1 || !strings.Contains(got, `"request_id":"r7"`) {
				t.Errorf("got %s", got)
			}
		})
	}
	var out bytes.Buffer
	newLogger(&out, slog.LevelInfo).Info("m")
	if strings.Contains(out.String(), "request_id") {
		t.Errorf("outside an invocation there is none: %s", out.String())
	}
}

func TestAWSConfig_FollowsTheConfiguration(t *testing.T) {
	t.Setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
	got, err := awsConfig(t.Context(), config{Region: "ap-northeast-1"}, slog.Default())
	if err != nil {
		t.Fatal(err)
	}
	if got.Region != "ap-northeast-1" || got.RetryMaxAttempts != 5 || got.RetryMode != aws.RetryModeStandard ||
		got.AppID != "certloop" || aws.ToString(got.BaseEndpoint) != "http://127.0.0.1:1" {
		t.Errorf("region %s, %d attempts, mode %s, app %s, endpoint %s", got.Region, got.RetryMaxAttempts, got.RetryMode,
			got.AppID, aws.ToString(got.BaseEndpoint))
	}
}
