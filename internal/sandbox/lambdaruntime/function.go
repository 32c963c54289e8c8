// Package lambdaruntime runs the packaged function as Lambda does. The program in the archive runs as a process of its
// own with a clean environment, and reads its events from the Runtime API
// (https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html).
package lambdaruntime

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"
	"time"
)

// Config configures a function.
type Config struct {
	// Zip is the archive, with the program as bootstrap in its root.
	Zip string
	// Env are the function's variables, in the form of os.Environ. Nothing of the caller's environment is passed on.
	Env []string
	// ARN is the function's ARN (default: that of the function certloop).
	ARN string
	// Timeout is how long one invocation may take (default 60 s), Concurrency how many may run at a time (default 4).
	Timeout     time.Duration
	Concurrency int
	// Log receives everything the function writes; nil discards it. Line, if set, receives each line with the log
	// stream that it belongs to. Several processes call it at the same time.
	Log  io.Writer
	Line func(stream string, line []byte)
}

// Function is a deployed function. It is safe for concurrent use.
type Function struct {
	Config
	dir string
	// slots holds one entry per environment that may run, nil if it was not started or has ended.
	slots  chan *environment
	closed chan struct{}
	once   sync.Once

	mu    sync.Mutex
	alive map[*environment]bool
	// cold counts the environments that were started, running the invocations that have not ended.
	cold, running int
}

// Result is the result of an invocation.
type Result struct {
	Payload []byte
	// FunctionError is true if the function answered with an error, crashed or took too long. Payload then is
	// {"errorMessage":…,"errorType":…}.
	FunctionError bool
}

// Deploy unpacks the archive. The first invocation starts the program.
func Deploy(c Config) (*Function, error) {
	if c.Timeout == 0 {
		c.Timeout = time.Minute
	}
	if c.Concurrency == 0 {
		c.Concurrency = 4
	}
	if c.ARN == "" {
		c.ARN = "arn:aws:lambda:us-east-1:123456789012:function:certloop"
	}
	if c.Log == nil {
		c.Log = io.Discard
	}
	c.Log = &lockedWriter{w: c.Log}
	dir, err := os.MkdirTemp("", "lambda-")
	if err != nil {
		return nil, err
	}
	if err := unpack(c.Zip, filepath.Join(dir, "bootstrap")); err != nil {
		return nil, errors.Join(fmt.Errorf("deploy %s: %w", filepath.Base(c.Zip), err), os.RemoveAll(dir))
	}
	f := &Function{Config: c, dir: dir, closed: make(chan struct{}), slots: make(chan *environment, c.Concurrency),
		alive: map[*environment]bool{}}
	for range c.Concurrency {
		f.slots <- nil
	}
	return f, nil
}

// Invoke runs the function once and waits for its answer. The error is the sandbox's own; an error of the function is
// in the Result.
func (f *Function) Invoke(ctx context.Context, payload []byte) (Result, error) {
	var env *environment
	select {
	case env = <-f.slots:
	case <-f.closed:
		return Result{}, errors.New("the function is closed")
	case <-ctx.Done():
		return Result{}, ctx.Err()
	}
	f.count(1)
	defer func() {
		f.count(-1)
		f.slots <- env
	}()
	if env = f.usable(env); env == nil {
		var err error
		if env, err = f.start(); err != nil {
			return Result{}, err
		}
	}
	return env.invoke(payload, f.Timeout), nil
}

func (f *Function) start() (*environment, error) {
	env, err := startEnvironment(filepath.Join(f.dir, "bootstrap"), f.Config)
	if err != nil {
		return nil, fmt.Errorf("start the function: %w", err)
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	f.alive[env] = true
	f.cold++
	return env, nil
}

// usable returns env, or nil if a new one must be started.
func (f *Function) usable(env *environment) *environment {
	if env == nil || env.running() {
		return env
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	delete(f.alive, env)
	return nil
}

// Kill ends every process of the function at once, as a failing machine does. Later invocations start new ones.
func (f *Function) Kill() {
	f.mu.Lock()
	defer f.mu.Unlock()
	for env := range f.alive {
		env.kill()
	}
}

// ColdStarts returns how many environments were started so far.
func (f *Function) ColdStarts() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.cold
}

// Running returns how many invocations have not ended.
func (f *Function) Running() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.running
}

func (f *Function) count(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.running += n
}

// Close ends all processes, waits for them, and removes what was unpacked.
func (f *Function) Close() {
	f.once.Do(func() {
		close(f.closed)
		f.Kill()
		_ = os.RemoveAll(f.dir)
	})
}

// lockedWriter keeps the lines of several environments apart.
type lockedWriter struct {
	mu sync.Mutex
	w  io.Writer
}

func (l *lockedWriter) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.w.Write(p)
}
