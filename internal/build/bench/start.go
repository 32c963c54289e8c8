package main

import (
	"bytes"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"time"
)

const (
	// starts is how often each function is started, in turn.
	starts = 21
	// mostInit is how many allocations the initialization of the function's packages may make, as inittrace counts them. Almost all are of
	// the AWS SDK. They were 53,003 when forms were compiled at every start.
	mostInit = 30_000
)

// start measures the time from the start of a process to its first request for an event, beside a function that does nothing.
func start() ([]row, error) {
	folder, err := os.MkdirTemp("", "certloop-bench-")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	ours, err := build(folder, "bootstrap", "./cmd/bootstrap")
	if err != nil {
		return nil, err
	}
	empty, err := build(folder, "empty", "./internal/build/bench/empty")
	if err != nil {
		return nil, err
	}
	var a, b []time.Duration
	for range starts {
		for program, times := range map[string]*[]time.Duration{ours: &a, empty: &b} {
			took, err := firstPoll(program)
			if err != nil {
				return nil, err
			}
			*times = append(*times, took)
		}
	}
	slices.Sort(a)
	slices.Sort(b)
	mine, other := a[starts/2], b[starts/2]
	allocations, err := initAllocations(ours)
	if err != nil {
		return nil, err
	}
	return []row{
		count("start: allocations of package initialization", allocations, mostInit),
		printed("start to first poll, beside an empty function", fmt.Sprintf("%s, %s: %.1f times", round(mine), round(other), float64(mine)/float64(other)),
			"+ ≤ 8ms"),
	}, nil
}

func round(d time.Duration) time.Duration { return d.Round(100 * time.Microsecond) }

// build builds a program as the archive has it.
func build(folder, name, source string) (string, error) {
	program := filepath.Join(folder, name)
	cmd := exec.Command("go", "build", "-trimpath", "-tags", "lambda.norpc", "-ldflags", "-s -w", "-o", program, source)
	cmd.Env = append(os.Environ(), "CGO_ENABLED=0")
	if out, err := cmd.CombinedOutput(); err != nil {
		return "", fmt.Errorf("build %s: %w: %s", source, err, out)
	}
	return program, nil
}

// environment is that of a deployed function.
func environment(runtimeAPI string) []string {
	return []string{"AWS_LAMBDA_RUNTIME_API=" + runtimeAPI, "AWS_REGION=eu-central-1", "AWS_ACCESS_KEY_ID=AKIDEXAMPLE", "AWS_SECRET_ACCESS_KEY=bench",
		"CERTLOOP_TABLE=certloop", "CERTLOOP_TABLE_ARN=arn:aws:dynamodb:eu-central-1:123456789012:table/certloop",
		"CERTLOOP_QUEUE_URL=https://sqs.eu-central-1.amazonaws.com/123456789012/certloop", "CERTLOOP_KMS_KEY_ID=alias/certloop",
		"CERTLOOP_TOPIC_ARN=arn:aws:sns:eu-central-1:123456789012:certloop", "CERTLOOP_PROBE=public"}
}

// firstPoll starts the program and returns how long it took to its first request for an event.
func firstPoll(program string) (time.Duration, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return 0, err
	}
	polled := make(chan time.Time, 1)
	server := &http.Server{Handler: http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		select {
		case polled <- time.Now():
		default:
		}
		<-r.Context().Done()
	})}
	go func() { _ = server.Serve(listener) }()
	defer func() { _ = server.Close() }()
	cmd := exec.Command(program)
	cmd.Env = environment(listener.Addr().String())
	began := time.Now()
	if err := cmd.Start(); err != nil {
		return 0, err
	}
	defer func() { _ = cmd.Wait() }()
	defer func() { _ = cmd.Process.Kill() }()
	select {
	case at := <-polled:
		return at.Sub(began), nil
	case <-time.After(30 * time.Second):
		return 0, fmt.Errorf("%s made no request for an event", program)
	}
}

var initLine = regexp.MustCompile(`(?m)^init \S+ @.* clock, \d+ bytes, (\d+) allocs$`)

// initAllocations returns how many allocations the initialization of all packages makes. Without its configuration the program ends
// after that.
func initAllocations(program string) (int, error) {
	cmd := exec.Command(program)
	cmd.Env = []string{"GODEBUG=inittrace=1"}
	var out bytes.Buffer
	cmd.Stderr = &out
	_ = cmd.Run() // it refuses to start without its variables
	all := 0
	for _, line := range initLine.FindAllSubmatch(out.Bytes(), -1) {
		n, err := strconv.Atoi(string(line[1]))
		if err != nil {
			return 0, err
		}
		all += n
	}
	if all == 0 {
		return 0, fmt.Errorf("inittrace of %s has no line", program)
	}
	return all, nil
}
