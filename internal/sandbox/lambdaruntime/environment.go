package lambdaruntime

import (
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"strconv"
	"sync/atomic"
	"syscall"
	"time"
)

// environment is one process of the function, with a Runtime API of its own. It serves one invocation at a time.
type environment struct {
	cmd    *exec.Cmd
	server *http.Server
	next   chan *invocation
	// current is the invocation that the process works on.
	current atomic.Pointer[invocation]
	// initError is the process's error message if it cannot start.
	initError atomic.Pointer[string]
	exited    chan struct{}
	arn       string
}

// invocation is one event on its way through the process.
type invocation struct {
	id       string
	payload  []byte
	deadline time.Time
	answer   chan Result
}

// ids number the invocations of all functions.
var ids atomic.Int64

func startEnvironment(program string, c Config) (*environment, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	e := &environment{next: make(chan *invocation), exited: make(chan struct{}), arn: c.ARN}
	e.server = &http.Server{Handler: e.routes(), ReadHeaderTimeout: time.Minute}
	go func() { _ = e.server.Serve(listener) }()
	e.cmd = exec.Command(program)
	stream := logStream()
	e.cmd.Env = append([]string{
		"AWS_LAMBDA_RUNTIME_API=" + listener.Addr().String(), "AWS_LAMBDA_FUNCTION_NAME=certloop",
		"AWS_LAMBDA_LOG_STREAM_NAME=" + stream,
		"AWS_LAMBDA_FUNCTION_VERSION=$LATEST", "AWS_LAMBDA_FUNCTION_MEMORY_SIZE=256", "_HANDLER=bootstrap", "TZ=:UTC",
	}, c.Env...)
	out, errs := c.lines(stream), c.lines(stream)
	e.cmd.Stdout, e.cmd.Stderr = out, errs
	// A sandbox that is killed leaves no process behind.
	e.cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGKILL, Setpgid: true}
	if err := e.cmd.Start(); err != nil {
		_ = e.server.Close()
		return nil, err
	}
	go func() {
		_ = e.cmd.Wait()
		out.end()
		errs.end()
		close(e.exited)
		_ = e.server.Close()
	}()
	return e, nil
}

// streams number the log streams of all functions.
var streams atomic.Int64

// logStream returns the name of a new log stream, in Lambda's form.
func logStream() string {
	return fmt.Sprintf("%s/[$LATEST]%032x", time.Now().UTC().Format("2006/01/02"), streams.Add(1))
}

// lines returns a writer for one output of a process.
func (c Config) lines(stream string) *lines {
	l := &lines{log: c.Log}
	if c.Line != nil {
		l.line = func(line []byte) { c.Line(stream, line) }
	}
	return l
}

func (e *environment) running() bool {
	select {
	case <-e.exited:
		return false
	default:
		return true
	}
}

// kill ends the process and waits until it has ended, so that no invocation uses a process that is ending.
func (e *environment) kill() {
	_ = e.cmd.Process.Kill()
	<-e.exited
}

// invoke sends the event to the process. It waits for the answer, the process's end, or the time limit, which ends the
// process as in Lambda.
func (e *environment) invoke(payload []byte, timeout time.Duration) Result {
	in := &invocation{id: fmt.Sprintf("00000000-0000-4000-8000-%012d", ids.Add(1)), payload: payload,
		deadline: time.Now().Add(timeout), answer: make(chan Result, 1)}
	limit := time.NewTimer(timeout)
	defer limit.Stop()
	select {
	case e.next <- in:
	case <-e.exited:
		return e.ended(in)
	case <-limit.C:
		e.kill()
		return failure("Sandbox.Timedout", fmt.Sprintf("the program did not ask for work within %s", timeout))
	}
	select {
	case result := <-in.answer:
		return result
	case <-e.exited:
		return e.ended(in)
	case <-limit.C:
		e.kill()
		return failure("Sandbox.Timedout", fmt.Sprintf("Task timed out after %.2f seconds", timeout.Seconds()))
	}
}

// ended returns the result of an invocation whose process has ended: its answer if it sent one, else Lambda's error.
func (e *environment) ended(in *invocation) Result {
	select {
	case result := <-in.answer:
		return result
	default:
	}
	if message := e.initError.Load(); message != nil {
		return Result{Payload: []byte(*message), FunctionError: true}
	}
	return failure("Runtime.ExitError", "Runtime exited: "+e.cmd.ProcessState.String())
}

func failure(kind, message string) Result {
	body, _ := json.Marshal(map[string]string{"errorType": kind, "errorMessage": message})
	return Result{Payload: body, FunctionError: true}
}

// routes returns the handler of the Runtime API.
func (e *environment) routes() http.Handler {
	const version = "/2018-06-01/runtime/"
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+version+"invocation/next", e.serveNext)
	mux.HandleFunc("POST "+version+"invocation/{id}/response", e.serveAnswer(false))
	mux.HandleFunc("POST "+version+"invocation/{id}/error", e.serveAnswer(true))
	mux.HandleFunc("POST "+version+"init/error", e.serveInitError)
	return mux
}

func (e *environment) serveNext(w http.ResponseWriter, r *http.Request) {
	select {
	case in := <-e.next:
		e.current.Store(in)
		h := w.Header()
		h.Set("Lambda-Runtime-Aws-Request-Id", in.id)
		h.Set("Lambda-Runtime-Deadline-Ms", strconv.FormatInt(in.deadline.UnixMilli(), 10))
		h.Set("Lambda-Runtime-Invoked-Function-Arn", e.arn)
		_, _ = w.Write(in.payload)
	case <-r.Context().Done():
	case <-e.exited:
	}
}

func (e *environment) serveAnswer(failed bool) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		in := e.current.Load()
		if err != nil || in == nil || r.PathValue("id") != in.id {
			http.Error(w, `{"errorMessage":"no such invocation","errorType":"InvalidRequestID"}`, http.StatusBadRequest)
			return
		}
		e.current.Store(nil)
		in.answer <- Result{Payload: body, FunctionError: failed}
		w.WriteHeader(http.StatusAccepted)
	}
}

func (e *environment) serveInitError(w http.ResponseWriter, r *http.Request) {
	if body, err := io.ReadAll(r.Body); err == nil {
		message := string(body)
		e.initError.Store(&message)
	}
	w.WriteHeader(http.StatusAccepted)
}
