package lambdaruntime

import (
	"archive/zip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

const program = `package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
)

var served int

func handle(ctx context.Context, event map[string]string) (map[string]any, error) {
	served++
	fmt.Fprintln(os.Stderr, "served", event["do"])
	switch event["do"] {
	case "fail":
		return nil, errors.New("as asked")
	case "exit":
		os.Exit(3)
	case "hang":
		time.Sleep(time.Minute)
	}
	deadline, ok := ctx.Deadline()
	return map[string]any{"served": served, "env": os.Environ(), "deadline": ok && time.Until(deadline) > 0}, nil
}

func main() {
	if os.Getenv("REFUSE") != "" {
		panic("refused")
	}
	lambda.Start(handle)
}
`

// archive builds and packs the program above.
func archive(t *testing.T) string {
	t.Helper()
	dir, err := os.MkdirTemp(".", "testdata-")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = os.RemoveAll(dir) })
	if err := os.WriteFile(filepath.Join(dir, "main.go"), []byte(program), 0o644); err != nil {
		t.Fatal(err)
	}
	binary := filepath.Join(t.TempDir(), "bootstrap")
	cmd := exec.Command("go", "build", "-o", binary, "./"+dir)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return pack(t, binary)
}

func pack(t *testing.T, binary string) string {
	t.Helper()
	body, err := os.ReadFile(binary)
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "function.zip")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	w := zip.NewWriter(f)
	header := &zip.FileHeader{Name: "bootstrap", Method: zip.Deflate}
	header.SetMode(0o755)
	entry, err := w.CreateHeader(header)
	if err == nil {
		_, err = entry.Write(body)
	}
	if err != nil || w.Close() != nil || f.Close() != nil {
		t.Fatal("pack", err)
	}
	return path
}

func TestFunction(t *testing.T) {
	zipped := archive(t)
	deploy := func(t *testing.T, env ...string) (*Function, *strings.Builder) {
		var log strings.Builder
		f, err := Deploy(Config{Zip: zipped, Env: env, Timeout: 2 * time.Second, Concurrency: 1, Log: &log})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(f.Close)
		return f, &log
	}
	invoke := func(t *testing.T, f *Function, event string) Result {
		t.Helper()
		r, err := f.Invoke(t.Context(), []byte(event))
		if err != nil {
			t.Fatal(err)
		}
		return r
	}
	t.Run("one process serves one event after another, with a clean environment and a deadline", func(t *testing.T) {
		t.Setenv("SURELY_NOT_PASSED_ON", "1")
		f, log := deploy(t, "GIVEN=yes")
		invoke(t, f, `{}`)
		got := string(invoke(t, f, `{"do":"well"}`).Payload)
		for _, want := range []string{`"served":2`, "GIVEN=yes", `"deadline":true`} {
			if !strings.Contains(got, want) {
				t.Errorf("%s lacks %s", got, want)
			}
		}
		if strings.Contains(got, "SURELY_NOT_PASSED_ON") {
			t.Error("the caller's environment was passed on")
		}
		f.Close()
		if !strings.Contains(log.String(), "served well") {
			t.Errorf("log: %q", log)
		}
	})
	for sentence, c := range map[string]struct{ event, want string }{
		"an error of the function":      {`{"do":"fail"}`, "as asked"},
		"a program that exits":          {`{"do":"exit"}`, "Runtime exited: exit status 3"},
		"a program that takes too long": {`{"do":"hang"}`, "Task timed out after 2.00 seconds"},
	} {
		t.Run(sentence, func(t *testing.T) {
			f, _ := deploy(t)
			r := invoke(t, f, c.event)
			if !r.FunctionError || !strings.Contains(string(r.Payload), c.want) {
				t.Errorf("%v %s, want %s", r.FunctionError, r.Payload, c.want)
			}
			if r := invoke(t, f, `{}`); r.FunctionError {
				t.Errorf("the next invocation: %s", r.Payload)
			}
		})
	}
	t.Run("a killed function starts again", func(t *testing.T) {
		f, _ := deploy(t)
		invoke(t, f, `{}`)
		f.Kill()
		if got := string(invoke(t, f, `{}`).Payload); !strings.Contains(got, `"served":1`) || f.ColdStarts() != 2 {
			t.Errorf("%s after %d starts", got, f.ColdStarts())
		}
	})
	t.Run("a program that does not start is a function error", func(t *testing.T) {
		f, _ := deploy(t, "REFUSE=1")
		if r := invoke(t, f, `{}`); !r.FunctionError || !strings.Contains(string(r.Payload), "exit") {
			t.Errorf("%s", r.Payload)
		}
	})
	t.Run("a closed function accepts no event", func(t *testing.T) {
		f, _ := deploy(t)
		f.Close()
		if _, err := f.Invoke(t.Context(), nil); err == nil {
			t.Error("no error")
		}
	})
}

func TestDeploy_RefusesAnArchiveWithoutBootstrap(t *testing.T) {
	path := filepath.Join(t.TempDir(), "empty.zip")
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if err := zip.NewWriter(f).Close(); err != nil {
		t.Fatal(err)
	}
	if _, err := Deploy(Config{Zip: path}); err == nil || !strings.Contains(err.Error(), "no bootstrap") {
		t.Errorf("error %v", err)
	}
}
