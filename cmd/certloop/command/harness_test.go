package command

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"iter"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"certloop/cmd/certloop/deployment"
	"certloop/cmd/certloop/doctor"
	"certloop/reconciler/api"
)

// update makes the tests write the golden files: go test ./cmd/certloop/command -update.
var update = flag.Bool("update", false, "write the golden files")

// now is the present in the golden files.
var now = time.Date(2026, 11, 27, 10, 0, 0, 0, time.UTC)

func in(days float64) time.Time { return now.Add(time.Duration(days * 24 * float64(time.Hour))) }

// world is an installation of which a test decides everything.
type world struct {
	records []api.Listed
	// users are what uses a certificate, by ARN.
	users map[string][]string
	// acm is what ACM holds, by ARN, where that is not the certificate of installed.
	acm map[string]deployment.Held
	// invoke answers the function's invocations.
	invoke func(event map[string]any) (any, error)
	// lines is the function's log.
	lines []deployment.LogLine
	// moving is what certloop discover and adopt see.
	moving moving
	// facts are what Inspect reads.
	facts doctor.Facts
	// flying are the issuances in flight.
	flying
	// serving is what the endpoints serve.
	serving
	// ordering is what the accounts ordered.
	ordering
	// fails is the error of each read of the table. reading returns that of one read; nil: fails.
	fails   error
	reading func() error
	// written are the changes that were made. before happens before each of them.
	writes  sync.Mutex
	written []deployment.RecordChange
	before  func(api.Key) error
}

func (w *world) List(context.Context) iter.Seq2[api.Listed, error] {
	return func(yield func(api.Listed, error) bool) {
		if err := w.failure(); err != nil {
			yield(api.Listed{}, err)
			return
		}
		for _, l := range w.records {
			if !yield(l, nil) {
				return
			}
		}
		for name, served := range w.serving {
			if !yield(api.Listed{Key: api.Key{Kind: api.KindServedStatus, Name: name}, Served: served}, nil) {
				return
			}
		}
	}
}

func (w *world) Get(_ context.Context, key api.Key) (api.Listed, error) {
	w.writes.Lock()
	defer w.writes.Unlock()
	err := w.failure()
	for _, l := range w.records {
		if l.Key == key {
			return l, err
		}
	}
	return api.Listed{Key: key}, err
}

// failure returns the error of one read.
func (w *world) failure() error {
	if w.reading != nil {
		return w.reading()
	}
	return w.fails
}

func (w *world) Invoke(_ context.Context, event, answer any) error {
	var asked map[string]any
	if err := recode(event, &asked); err != nil {
		return err
	}
	out, err := w.invoke(asked)
	if err != nil {
		return err
	}
	return recode(out, answer)
}

func recode(from, to any) error {
	body, err := json.Marshal(from)
	if err != nil {
		return err
	}
	return json.Unmarshal(body, to)
}

func (w *world) Held(_ context.Context, arn string) (deployment.Held, error) {
	if held, ok := w.acm[arn]; ok {
		return held, nil
	}
	return deployment.Held{Serial: "04c3f1", Status: "ISSUED", NotAfter: in(28), InUseBy: w.users[arn]}, nil
}

func (w *world) Logs(_ context.Context, key api.Key, since time.Time) iter.Seq2[deployment.LogLine, error] {
	return func(yield func(deployment.LogLine, error) bool) {
		for _, line := range w.lines {
			if line.Fields["name"] == key.Name && !line.Time.Before(since) && !yield(line, w.fails) {
				return
			}
		}
		if w.reading != nil {
			if err := w.reading(); err != nil {
				yield(deployment.LogLine{}, err)
			}
		}
	}
}

func (w *world) Inspect(context.Context) doctor.Facts { return w.facts }

// terminal is how a test runs the command line.
type terminal struct {
	world *world
	// deployment takes the place of world.
	deployment Deployment
	width      int
	// height makes standard output a terminal.
	height  int
	environ []string
	// in is standard input; asked makes it a terminal.
	in    string
	asked bool
	// redraws makes standard output a terminal. clock is the present; nil: now.
	redraws bool
	clock   func() time.Time
	// opened receives what selects the installation.
	opened *deployment.Config
}

// run returns what the command writes, standard output first, and its exit code.
func (c terminal) run(t *testing.T, args ...string) (output string, code int) {
	t.Helper()
	return c.runIn(t.Context(), args...)
}

// runIn is run in a context.
func (c terminal) runIn(ctx context.Context, args ...string) (output string, code int) {
	var out, errs bytes.Buffer
	if c.clock == nil {
		c.clock = func() time.Time { return now }
	}
	code = Run(ctx, Config{
		Args: args, In: strings.NewReader(c.in), Out: &out, Err: &errs, Environ: c.environ, Version: "v1.2.3",
		Now: c.clock, Width: c.width, Height: c.height, Terminal: c.asked, Redraws: c.redraws,
		Open: func(_ context.Context, where deployment.Config) (Deployment, error) {
			if c.opened != nil {
				*c.opened = where
			}
			if c.deployment != nil {
				return c.deployment, nil
			}
			return c.world, nil
		},
	})
	return strings.ReplaceAll(out.String(), "\r", "") + errs.String(), code
}

// golden runs a command and compares what it writes with testdata/<name>.txt, which begins with the command.
func (c terminal) golden(t *testing.T, name string, wantCode int, args ...string) {
	t.Helper()
	output, code := c.run(t, args...)
	if code != wantCode {
		t.Errorf("exit code %d, want %d:\n%s", code, wantCode, output)
	}
	got := "$ certloop " + strings.Join(args, " ") + "\n" + output
	file := filepath.Join("testdata", name+".txt")
	if *update {
		if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v: run the test with -update, and check what it writes", err)
	}
	if diff := cmp.Diff(string(want), got); diff != "" {
		t.Errorf("%s (-want +got):\n%s", file, diff)
	}
}

// recording is a command whose output is a golden file.
type recording struct {
	terminal terminal
	code     int
	args     string
}

// goldens runs recordings by the names of their golden files, each in a world of its own.
func goldens(t *testing.T, of func() *world, recordings map[string]recording) {
	t.Helper()
	for name, s := range recordings {
		t.Run(name, func(t *testing.T) {
			s.terminal.world = of()
			s.terminal.golden(t, name, s.code, strings.Fields(s.args)...)
		})
	}
}
