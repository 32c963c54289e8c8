// Package contract is what every work queue must do for the loop, seen through its port.
package contract

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"certloop/internal/suite"
	"certloop/reconciler/api"
	"certloop/reconciler/ports"
)

// Subject is a queue under test, and a look into it.
type Subject struct {
	ports.Queue
	// Missing is a Queue whose queue does not exist.
	Missing ports.Queue
	// Receive removes and returns the visible messages of the queue; Delayed counts those that are not visible yet.
	Receive func(*testing.T) (bodies []string)
	Delayed func(*testing.T) int
}

// Run runs the whole contract, each part on a subject of its own.
func Run(t *testing.T, subject func(*testing.T) Subject) {
	suite.Run(t, map[string]suite.Part[Subject]{
		"a request arrives as the function reads it":                      arrives,
		"more than a batch holds arrives, each once":                      many,
		"without requests nothing is queued":                              none,
		"a request that is delayed is held back":                          delayed,
		"a delay beyond the longest is cut, and one below none is none":   cut,
		"a queue that does not exist is a terminal error":                 missing,
		"an ended context is a transient error, and nothing was queued":   ended,
		"a name of any characters arrives, and holds no other one back":   anyName,
		"the same request twice arrives twice, as it was asked for":       twice,
		"what two queue at once arrives, of both":                         atOnce,
		"the kinds of records are distinguished":                          kinds,
		"a request that was passed on arrives with the count of its hops": hops,
	}, nil, subject)
}

func request(name string) api.Request {
	return api.Request{Key: api.Key{Kind: api.KindCertificate, Name: name}}
}

func (s Subject) queued(t *testing.T, delay time.Duration, requests ...api.Request) {
	t.Helper()
	if err := s.Enqueue(t.Context(), delay, requests...); err != nil {
		t.Fatal(err)
	}
}

// want holds that these requests, and no others, can be seen.
func (s Subject) want(t *testing.T, want ...api.Request) {
	t.Helper()
	left := map[api.Request]int{}
	for _, r := range want {
		left[r]++
	}
	for _, body := range s.Receive(t) {
		var r api.Request
		if err := json.Unmarshal([]byte(body), &r); err != nil {
			t.Fatalf("message %q: %v", body, err)
		}
		left[r]--
	}
	for r, n := range left {
		if n != 0 {
			t.Errorf("%s, hops %d: %d times too few", r.Key, r.Hops, n)
		}
	}
}

func arrives(t *testing.T, s Subject) {
	s.queued(t, 0, request("www.example.com"))
	// What cmd/bootstrap decodes.
	if got := s.Receive(t); len(got) != 1 || got[0] != `{"kind":"Certificate","name":"www.example.com"}` {
		t.Errorf("arrived is %q", got)
	}
}

func hops(t *testing.T, s Subject) {
	passedOn := request("www")
	passedOn.Hops = 7
	s.queued(t, 0, passedOn)
	s.want(t, passedOn)
}

func kinds(t *testing.T, s Subject) {
	account := api.Request{Key: api.Key{Kind: api.KindAccount, Name: "www"}}
	s.queued(t, 0, account, request("www"))
	s.want(t, request("www"), account)
}

func many(t *testing.T, s Subject) {
	var all []api.Request
	for i := range 25 {
		all = append(all, request(fmt.Sprintf("n%d", i)))
	}
	s.queued(t, 0, all...)
	s.want(t, all...)
}

func none(t *testing.T, s Subject) {
	s.queued(t, time.Minute)
	s.want(t)
	// Nothing to send is nothing to fail with.
	if err := s.Missing.Enqueue(t.Context(), 0); err != nil {
		t.Error(err)
	}
}

func delayed(t *testing.T, s Subject) {
	s.queued(t, 14*time.Minute, request("later"))
	s.queued(t, 0, request("now"))
	if n := s.Delayed(t); n != 1 {
		t.Errorf("%d are held back", n)
	}
	s.want(t, request("now"))
}

func cut(t *testing.T, s Subject) {
	s.queued(t, 48*time.Hour, request("a"))
	s.queued(t, time.Millisecond, request("b"))
	s.queued(t, -time.Hour, request("c"))
	if n := s.Delayed(t); n != 2 {
		t.Errorf("%d are held back", n)
	}
	s.want(t, request("c"))
}

func missing(t *testing.T, s Subject) {
	err := s.Missing.Enqueue(t.Context(), 0, request("www"))
	if api.KindOf(err) != api.Terminal {
		t.Errorf("error of kind %q: %v", api.KindOf(err), err)
	}
}

func ended(t *testing.T, s Subject) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if err := s.Enqueue(ctx, 0, request("www")); api.KindOf(err) != api.Transient {
		t.Errorf("error of kind %q: %v", api.KindOf(err), err)
	}
	s.want(t)
}

// anyName: a writer of the table gives a key any characters, and the loop reports that they are not allowed.
func anyName(t *testing.T, s Subject) {
	var all []api.Request
	for _, name := range []string{"a\x00b", "ключ", "\"", "<&>", "\u2028", "\U0001F512", "\uFFFE\uFFFF", "good"} {
		all = append(all, request(name))
	}
	s.queued(t, 0, all...)
	s.want(t, all...)
}

func twice(t *testing.T, s Subject) {
	s.queued(t, 0, request("www"), request("www"))
	s.want(t, request("www"), request("www"))
}

func atOnce(t *testing.T, s Subject) {
	errs := make(chan error)
	go func() { errs <- s.Enqueue(t.Context(), 0, request("a")) }()
	s.queued(t, 0, request("b"))
	if err := <-errs; err != nil {
		t.Error(err)
	}
	s.want(t, request("a"), request("b"))
}
