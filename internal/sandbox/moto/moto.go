// Package moto starts moto's server, the AWS API emulator of the sandbox, as a child process on a free loopback
// port.
package moto

import (
	"bufio"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"certloop/internal/sandbox/setup"
)

//go:embed launcher.py
var launcher string

// Server is a running emulator.
type Server struct {
	// URL is the endpoint of every service.
	URL  string
	cmd  *exec.Cmd
	done chan struct{}
}

// Start starts a server and waits until it answers. The server ends with the process that started it.
func Start(ctx context.Context) (*Server, error) {
	interpreter, err := python(ctx)
	if err != nil {
		return nil, fmt.Errorf("install moto: %w", err)
	}
	cmd := exec.Command(interpreter, "-c", launcher)
	cmd.Env = append(os.Environ(), "MOTO_IAM_LOAD_MANAGED_POLICIES=false")
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
	out, err := cmd.StdoutPipe()
	if err != nil {
		return nil, err
	}
	var stderr tail
	cmd.Stderr = &stderr
	if err := cmd.Start(); err != nil {
		return nil, fmt.Errorf("start moto: %w", err)
	}
	s := &Server{cmd: cmd, done: make(chan struct{})}
	line, readErr := bufio.NewReader(out).ReadString('\n')
	go func() {
		_, _ = io.Copy(io.Discard, out)
		_ = cmd.Wait()
		close(s.done)
	}()
	if readErr != nil {
		s.Close()
		return nil, fmt.Errorf("start moto with %s: %s", interpreter, strings.TrimSpace(stderr.String()))
	}
	s.URL = "http://127.0.0.1:" + strings.TrimSpace(line)
	if err := s.wait(ctx); err != nil {
		s.Close()
		return nil, err
	}
	return s, nil
}

// startTimeout is far more than a start takes, also on a busy machine. A server that ends is not waited for.
const startTimeout = 5 * time.Minute

func (s *Server) wait(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.URL+"/moto-api/data.json", nil)
		if err != nil {
			return err
		}
		if resp, err := http.DefaultClient.Do(req); err == nil {
			_ = resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("moto does not answer: %w", ctx.Err())
		case <-s.done:
			return errors.New("moto ended before it answered")
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Close ends the server and waits for its end.
func (s *Server) Close() {
	_ = s.cmd.Process.Kill()
	<-s.done
}

// ForTest starts a server for one test and its subtests.
func ForTest(t testing.TB) *Server {
	t.Helper()
	s, err := Start(context.Background())
	if err != nil {
		setup.Missing(t, "moto's server", err)
	}
	t.Cleanup(s.Close)
	return s
}

// tail keeps the end of what is written to it.
type tail struct{ b []byte }

func (t *tail) Write(p []byte) (int, error) {
	t.b = append(t.b, p...)
	if len(t.b) > 4096 {
		t.b = t.b[len(t.b)-4096:]
	}
	return len(p), nil
}

func (t *tail) String() string { return string(t.b) }
