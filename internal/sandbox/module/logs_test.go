package module

import (
	"context"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
)

// logs is CloudWatch Logs that makes a stream and does not say so, and then fails once more.
type logs struct {
	mu      sync.Mutex
	calls   map[string]int
	written chan []string
}

func (l *logs) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	l.mu.Lock()
	defer l.mu.Unlock()
	l.calls[operation]++
	switch {
	case l.calls[operation] == 1:
		http.Error(w, "too busy", http.StatusServiceUnavailable)
	case operation == "CreateLogStream":
		http.Error(w, `{"__type":"ResourceAlreadyExistsException"}`, http.StatusBadRequest)
	default:
		var in struct{ LogEvents []event }
		_ = json.NewDecoder(r.Body).Decode(&in)
		var lines []string
		for _, e := range in.LogEvents {
			lines = append(lines, e.Message)
		}
		l.written <- lines
	}
}

func TestLogs_LosesNoLineAfterAnErrorOfTheEmulator(t *testing.T) {
	service := &logs{calls: map[string]int{}, written: make(chan []string)}
	server := httptest.NewServer(service)
	t.Cleanup(server.Close)
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	t.Cleanup(running.Wait)
	t.Cleanup(cancel)
	l, failed := &Logs{}, 0
	for _, line := range []string{"one", "two"} {
		l.Add("stream", []byte(line))
	}
	running.Go(func() {
		l.Run(ctx, &Deployment{aws: caller{url: server.URL, region: "us-east-1"}}, time.Millisecond, func(error) { failed++ })
	})
	if lines := <-service.written; !slices.Equal(lines, []string{"one", "two"}) {
		t.Errorf("written is %q", lines)
	}
	cancel()
	running.Wait()
	if failed != 2 {
		t.Errorf("%d errors were reported, want 2", failed)
	}
}
