// Package dynamodblocal starts DynamoDB Local, Amazon's own emulator of DynamoDB and its streams, as a child process
// on a free loopback port. It is stricter than moto on expressions, conditions and transactions.
package dynamodblocal

import (
	"bufio"
	"context"
	_ "embed"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"certloop/internal/sandbox/setup"
)

//go:embed Launcher.java
var launcher []byte

// startTimeout is how long the server may take until it prints its port. A busy machine needs several seconds.
const startTimeout = 5 * time.Minute

// Server is a running emulator.
type Server struct {
	// URL is the endpoint of DynamoDB and of DynamoDB Streams. It accepts any credentials and any region; all see the
	// same tables.
	URL  string
	cmd  *exec.Cmd
	dir  string
	done chan struct{}
}

// Start installs the emulator if that was not done yet, starts it with an empty store in memory, and waits until it
// listens. The emulator ends with the process that started it.
func Start(ctx context.Context) (*Server, error) {
	home, err := install(ctx)
	if err != nil {
		return nil, fmt.Errorf("install DynamoDB Local: %w", err)
	}
	dir, err := os.MkdirTemp("", "dynamodb-local-")
	if err != nil {
		return nil, err
	}
	s := &Server{dir: dir, done: make(chan struct{})}
	if err := s.start(ctx, home); err != nil {
		return nil, errors.Join(fmt.Errorf("start DynamoDB Local: %w", err), os.RemoveAll(dir))
	}
	return s, nil
}

func (s *Server) start(ctx context.Context, home string) error {
	// The server writes a file into its working folder, so every server has its own.
	source := filepath.Join(s.dir, "Launcher.java")
	if err := os.WriteFile(source, launcher, 0o644); err != nil {
		return err
	}
	lib := filepath.Join(home, "DynamoDBLocal_lib")
	s.cmd = exec.Command("java", "-Djava.library.path="+lib,
		"-cp", filepath.Join(home, "DynamoDBLocal.jar")+":"+filepath.Join(lib, "*"), source)
	s.cmd.Dir = s.dir
	// The option -disableTelemetry alone does not turn telemetry off; the server reads this variable.
	s.cmd.Env = append(os.Environ(), "DDB_LOCAL_TELEMETRY=0")
	s.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
	var stderr strings.Builder
	s.cmd.Stderr = &stderr
	out, err := s.cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := s.cmd.Start(); err != nil {
		return err
	}
	port, err := s.awaitPort(ctx, out)
	if err != nil {
		_ = s.cmd.Process.Kill()
		<-s.done
		return fmt.Errorf("%w: %s", err, stderr.String())
	}
	s.URL = "http://127.0.0.1:" + port
	return nil
}

// awaitPort waits for the launcher's line and keeps reading afterwards: a full pipe would stop the server.
func (s *Server) awaitPort(ctx context.Context, out io.Reader) (string, error) {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	found := make(chan string, 1)
	go func() {
		for lines := bufio.NewScanner(out); lines.Scan(); {
			if port, ok := strings.CutPrefix(lines.Text(), "listening "); ok {
				found <- port
			}
		}
		_ = s.cmd.Wait()
		close(s.done)
	}()
	select {
	case port := <-found:
		return port, nil
	case <-s.done:
		return "", errors.New("the server ended before it listened")
	case <-ctx.Done():
		return "", fmt.Errorf("the server does not listen: %w", ctx.Err())
	}
}

// Close ends the server and waits for its end.
func (s *Server) Close() {
	_ = s.cmd.Process.Kill()
	<-s.done
	_ = os.RemoveAll(s.dir)
}

// ForTest starts a server for one test and its subtests.
func ForTest(t testing.TB) *Server {
	t.Helper()
	s, err := Start(context.Background())
	if err != nil {
		setup.Missing(t, "DynamoDB Local", err)
	}
	t.Cleanup(s.Close)
	return s
}
