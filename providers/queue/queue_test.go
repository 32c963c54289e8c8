package queue_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"certloop/providers/internal/awsfake"
	"certloop/providers/queue"
	"certloop/providers/queue/fake"
	"certloop/reconciler/api"
)

// requests are n requests of different names: n0, n1, …
func requests(n int) []api.Request {
	all := make([]api.Request, n)
	for i := range all {
		all[i] = api.Request{Key: api.Key{Kind: api.KindCertificate, Name: fmt.Sprintf("n%d", i)}}
	}
	return all
}

// times counts the messages in the queue by their bodies.
func times(service *fake.Queue) map[string]int {
	found := map[string]int{}
	for _, m := range service.Messages() {
		found[m.Body]++
	}
	return found
}

func body(name string) string { return `{"kind":"Certificate","name":"` + name + `"}` }

func TestADelayIsInWholeSecondsAndNeverShorter(t *testing.T) {
	for delay, want := range map[time.Duration]time.Duration{
		-time.Hour: 0, 0: 0, time.Nanosecond: time.Second, time.Second: time.Second, 1001 * time.Millisecond: 2 * time.Second,
		15 * time.Minute: 15 * time.Minute, 15*time.Minute + 1: 15 * time.Minute, 1 << 62: 15 * time.Minute,
	} {
		service, q := serve(t)
		if err := q.Enqueue(t.Context(), delay, requests(1)...); err != nil {
			t.Fatal(err)
		}
		if got := service.Messages()[0].Delay; got != want {
			t.Errorf("%v is sent as %v, want %v", delay, got, want)
		}
	}
}

func TestTenThousandTakeAThousandCalls(t *testing.T) {
	service, q := serve(t)
	if err := q.Enqueue(t.Context(), 0, requests(10_000)...); err != nil {
		t.Fatal(err)
	}
	if calls, found := service.Calls("SendMessageBatch"), len(times(service)); calls != 1000 || found != 10_000 {
		t.Errorf("%d calls, %d messages", calls, found)
	}
}

// crowd counts who is being served at once, and lets nobody through before there are enough.
type crowd struct {
	http.Handler
	enough int

	mu            sync.Mutex
	inside, most  int
	gate          chan struct{}
	opened, never bool
}

func (c *crowd) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	c.inside++
	c.most = max(c.most, c.inside)
	if c.inside == c.enough && !c.opened {
		c.opened = true
		close(c.gate)
	}
	c.mu.Unlock()
	select {
	case <-c.gate:
	case <-time.After(time.Minute):
		c.mu.Lock()
		c.never = true
		c.mu.Unlock()
	}
	c.Handler.ServeHTTP(w, r)
	c.mu.Lock()
	c.inside--
	c.mu.Unlock()
}

func TestEightBatchesAreUnderWayAtOnceAndNoMore(t *testing.T) {
	c := &crowd{Handler: fake.New(), enough: 8, gate: make(chan struct{})}
	q := queue.New(queue.Config{Client: sqs.NewFromConfig(awsfake.Serve(t, c)), URL: fake.URL})
	if err := q.Enqueue(t.Context(), 0, requests(1000)...); err != nil {
		t.Fatal(err)
	}
	if c.never || c.most != 8 {
		t.Errorf("%d at once", c.most)
	}
}

func TestWhatSQSFailedOfABatchIsSentAgainAndNothingElse(t *testing.T) {
	for sentence, fault := range map[string]fake.EntryFault{
		"it says so": {Code: "InternalError", Message: "Internal error"}, "it says nothing of it": {Silent: true},
	} {
		t.Run(sentence, func(t *testing.T) {
			service, q := serve(t)
			failures := map[string]int{body("n3"): 1, body("n12"): 2}
			service.FailEntries(func(body string) *fake.EntryFault {
				if failures[body]--; failures[body] >= 0 {
					return &fault
				}
				return nil
			})
			if err := q.Enqueue(t.Context(), 0, requests(20)...); err != nil {
				t.Fatal(err)
			}
			found := times(service)
			for body, n := range found {
				if n != 1 {
					t.Errorf("%s is there %d times", body, n)
				}
			}
			// Two batches, one repetition of n3, two of n12.
			if calls := service.Calls("SendMessageBatch"); calls != 5 || len(found) != 20 {
				t.Errorf("%d calls, %d messages", calls, len(found))
			}
		})
	}
}

func TestWhatSQSFailsAgainAndAgainIsAnError(t *testing.T) {
	service, q := serve(t)
	service.FailEntries(func(b string) *fake.EntryFault {
		if b == body("n3") {
			return &fake.EntryFault{Code: "InternalError"}
		}
		return nil
	})
	err := q.Enqueue(t.Context(), 0, requests(10)...)
	if api.KindOf(err) != api.Transient || !strings.Contains(err.Error(), "9 of 10") {
		t.Errorf("error of kind %q: %v", api.KindOf(err), err)
	}
	if calls := service.Calls("SendMessageBatch"); calls != 3 || len(times(service)) != 9 {
		t.Errorf("%d calls, %d messages", calls, len(times(service)))
	}
}

func TestAMessageThatIsRefusedKeepsNoOtherBack(t *testing.T) {
	service, q := serve(t)
	refused := map[string]bool{body("n0"): true, body("n500"): true}
	service.FailEntries(func(body string) *fake.EntryFault {
		if refused[body] {
			return &fake.EntryFault{Code: "InvalidMessageContents", Message: "Invalid characters found.", SenderFault: true}
		}
		return nil
	})
	err := q.Enqueue(t.Context(), 0, requests(501)...)
	// Transient, because the others were queued.
	if api.KindOf(err) != api.Transient || !strings.Contains(api.MessageOf(err), "Invalid characters") || !strings.Contains(err.Error(), "499 of 501") {
		t.Errorf("error of kind %q: %v", api.KindOf(err), err)
	}
	if calls := service.Calls("SendMessageBatch"); calls != 51 || len(times(service)) != 499 {
		t.Errorf("%d calls, %d messages", calls, len(times(service)))
	}
	err = q.Enqueue(t.Context(), 0, requests(1)...)
	if api.KindOf(err) != api.Terminal {
		t.Errorf("alone, it is an error of kind %q: %v", api.KindOf(err), err)
	}
}

// A message is refused and another failed in one answer: the one is an error, and the other is still sent again.
func TestARefusalIsNotForgottenWhileOthersAreSentAgain(t *testing.T) {
	service, q := serve(t)
	failed := false
	service.FailEntries(func(b string) *fake.EntryFault {
		switch {
		case b == body("n1"):
			return &fake.EntryFault{Code: "InvalidMessageContents", SenderFault: true}
		case b == body("n2") && !failed:
			failed = true
			return &fake.EntryFault{Code: "InternalError"}
		}
		return nil
	})
	if err := q.Enqueue(t.Context(), 0, requests(3)...); err == nil || times(service)[body("n2")] != 1 {
		t.Errorf("%v in the queue: %v", times(service), err)
	}
}

func TestWhatKeepsAWholeBatchBackIsNotTriedForEveryBatch(t *testing.T) {
	service, q := serve(t)
	service.Fail("SendMessageBatch", -1, awsfake.Denied("sqs:SendMessage"))
	err := q.Enqueue(t.Context(), 0, requests(10_000)...)
	if api.KindOf(err) != api.Terminal {
		t.Errorf("error of kind %q: %v", api.KindOf(err), err)
	}
	if calls := service.Calls("SendMessageBatch"); calls > 16 {
		t.Errorf("%d calls", calls)
	}
}

func TestEveryAnswerOfSQSHasItsKind(t *testing.T) {
	for sentence, c := range map[string]struct {
		fault awsfake.Fault
		kind  api.ErrorKind
		words string
	}{
		"throttled":                   {awsfake.Fault{Code: "com.amazonaws.sqs#RequestThrottled"}, api.Throttled, "throttled"},
		"throttled by KMS":            {awsfake.Fault{Code: "com.amazonaws.sqs#KmsThrottled"}, api.Throttled, "throttled"},
		"access denied":               {awsfake.Denied("sqs:sendmessage"), api.Terminal, "allow it sqs:SendMessage"},
		"its KMS key denied":          {awsfake.Fault{Code: "com.amazonaws.sqs#KmsAccessDenied"}, api.Terminal, "kms:GenerateDataKey"},
		"its KMS key disabled":        {awsfake.Fault{Code: "com.amazonaws.sqs#KmsDisabled", Message: "is disabled"}, api.Terminal, "is disabled"},
		"a queue that does not exist": {awsfake.Fault{Code: "com.amazonaws.sqs#QueueDoesNotExist"}, api.Terminal, "does not exist"},
		"an internal error":           {awsfake.ServerError(), api.Transient, "did not respond"},
		"a lost request":              {awsfake.LostRequest(), api.Transient, "did not respond"},
		"a lost reply":                {awsfake.LostReply(), api.Transient, "did not respond"},
		"an answer cut off":           {awsfake.Fault{Body: `{"Successful":[`}, api.Transient, "did not respond"},
		"an answer without entries":   {awsfake.Fault{Body: `{}`}, api.Transient, "did not accept a message"},
		"a refusal nobody knows":      {awsfake.Fault{Code: "Odd", Message: "no"}, api.Terminal, "refused"},
	} {
		t.Run(sentence, func(t *testing.T) {
			service, q := serve(t)
			service.Fail("SendMessageBatch", -1, c.fault)
			err := q.Enqueue(t.Context(), 0, requests(2)...)
			if api.KindOf(err) != c.kind || !strings.Contains(api.MessageOf(err), c.words) || !strings.Contains(api.MessageOf(err), fake.URL) {
				t.Errorf("kind %q, want %q: %v", api.KindOf(err), c.kind, err)
			}
		})
	}
}

// secondDenied lets the first request through and denies the second.
type secondDenied struct {
	http.Handler
	n atomic.Int64
}

func (s *secondDenied) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if s.n.Add(1) == 2 {
		http.Error(w, `{"__type":"AccessDeniedException","message":"not authorized"}`, http.StatusForbidden)
		return
	}
	s.Handler.ServeHTTP(w, r)
}

// The kind of an error promises what happened: nothing, but for Transient.
func TestOnceSomeAreQueuedAnErrorPromisesNothing(t *testing.T) {
	q := queue.New(queue.Config{Client: sqs.NewFromConfig(awsfake.Serve(t, &secondDenied{Handler: fake.New()})), URL: fake.URL})
	err := q.Enqueue(t.Context(), 0, requests(20)...)
	if api.KindOf(err) != api.Transient || !strings.Contains(api.MessageOf(err), "allow it") || !strings.Contains(err.Error(), "10 of 20") {
		t.Errorf("kind %q: %v", api.KindOf(err), err)
	}
}

func TestAContextThatEndsInBetweenEndsTheSending(t *testing.T) {
	service, q := serve(t)
	ctx, cancel := context.WithCancel(t.Context())
	service.FailEntries(func(b string) *fake.EntryFault {
		if b == body("n100") {
			cancel()
		}
		return nil
	})
	err := q.Enqueue(ctx, 0, requests(10_000)...)
	if api.KindOf(err) != api.Transient {
		t.Errorf("kind %q: %v", api.KindOf(err), err)
	}
	if n := len(times(service)); n > 5000 {
		t.Errorf("%d were sent", n)
	}
}
