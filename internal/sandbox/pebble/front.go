package pebble

import (
	"net/http"
	"sync"
	"time"

	"github.com/letsencrypt/pebble/v2/db"
)

// front is between the clients and Pebble. From outside inwards it has the log of requests, the faults of a test, the
// single use of EAB credentials, and a lock.
type front struct {
	pebble http.Handler
	db     *db.MemoryStore
	single bool
	ahead  func() time.Duration

	// state is held for reading while somebody reads Pebble's memory, and for writing by a finalization: that writes an
	// order's status without Pebble's own lock.
	state sync.RWMutex

	// registering admits one newAccount at a time, so that two cannot use a credential concurrently.
	registering sync.Mutex

	settling sync.Mutex

	mu            sync.Mutex
	requests      []Request
	presented     map[string]int
	registrations []Registration
	// finalized are orders that Pebble may still be signing.
	finalized []string
}

// Request is one request that reached the CA, or the faults before it.
type Request struct {
	Kind   Kind
	Method string
	Path   string
	// Status is the status of the answer; 0 if there is none yet.
	Status    int
	UserAgent string
}

// Registration is an account that was created.
type Registration struct {
	// URL is the account's URL.
	URL string
	// KID is the key ID of the EAB credential that was presented, or "".
	KID string
}

func newFront(pebble http.Handler, db *db.MemoryStore, o Options) *front {
	return &front{pebble: pebble, db: db, single: o.SingleUseEAB, ahead: o.Ahead, presented: map[string]int{}}
}

// handler counts a request when it arrives, so that a client with an answer finds its request counted.
func (f *front) handler(intercept func(http.Handler) http.Handler) http.Handler {
	inner := f.shift(http.HandlerFunc(f.answer))
	if intercept != nil {
		inner = intercept(inner)
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		f.mu.Lock()
		at := len(f.requests)
		f.requests = append(f.requests, Request{Kind: KindOf(r), Method: r.Method, Path: r.URL.Path, UserAgent: r.UserAgent()})
		f.mu.Unlock()
		inner.ServeHTTP(&statusWriter{ResponseWriter: w, note: func(status int) {
			f.mu.Lock()
			defer f.mu.Unlock()
			f.requests[at].Status = status
		}}, r)
	})
}

func (f *front) answer(w http.ResponseWriter, r *http.Request) {
	switch KindOf(r) {
	case NewAccount:
		f.register(w, r)
	case Finalize:
		f.state.Lock()
		defer f.state.Unlock()
		f.pebble.ServeHTTP(w, r)
		f.mu.Lock()
		defer f.mu.Unlock()
		f.finalized = append(f.finalized, lastSegment(r.URL.Path))
	case NewOrder:
		f.state.RLock()
		defer f.state.RUnlock()
		f.settleFinalized()
		f.pebble.ServeHTTP(w, r)
	default:
		f.state.RLock()
		defer f.state.RUnlock()
		f.pebble.ServeHTTP(w, r)
	}
}

// statusWriter records the status of an answer before the client can receive it.
type statusWriter struct {
	http.ResponseWriter
	note  func(status int)
	noted bool
}

func (w *statusWriter) WriteHeader(status int) {
	if !w.noted {
		w.noted = true
		w.note(status)
	}
	w.ResponseWriter.WriteHeader(status)
}

func (w *statusWriter) Write(b []byte) (int, error) {
	if !w.noted {
		w.WriteHeader(http.StatusOK)
	}
	return w.ResponseWriter.Write(b)
}

// Unwrap gives http.ResponseController the wrapped writer, so that faults can flush.
func (w *statusWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
