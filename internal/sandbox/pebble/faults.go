package pebble

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
)

// Faults answers some requests in the CA's place. Set Options.Intercept to its Intercept. The zero value passes
// everything on.
type Faults struct {
	mu      sync.Mutex
	waiting []*fault
}

// Fault answers a request; next is the CA behind it.
type Fault func(w http.ResponseWriter, r *http.Request, next http.Handler)

type fault struct {
	kind  Kind
	times int
	Fault
}

// Fail lets f answer the next requests of that kind, as often as times; negative: all of them. Faults of one kind take
// effect in the order of the calls.
func (f *Faults) Fail(kind Kind, times int, fail Fault) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.waiting = append(f.waiting, &fault{kind, times, fail})
}

// Stop passes everything on again.
func (f *Faults) Stop() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.waiting = nil
}

// Intercept wraps next; it is a value for Options.Intercept.
func (f *Faults) Intercept(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if fail := f.take(KindOf(r)); fail != nil {
			fail(w, r, next)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func (f *Faults) take(kind Kind) Fault {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, w := range f.waiting {
		if w.kind == kind && w.times != 0 {
			w.times--
			return w.Fault
		}
	}
	return nil
}

// Answer answers with a status and any body; header holds names and values alternately.
func Answer(status int, body string, header ...string) Fault {
	return func(w http.ResponseWriter, _ *http.Request, _ http.Handler) {
		for i := 0; i+1 < len(header); i += 2 {
			w.Header().Set(header[i], header[i+1])
		}
		w.WriteHeader(status)
		_, _ = io.WriteString(w, body)
	}
}

// Problem answers with a problem document of RFC 8555 section 6.7; kind is the part after the namespace.
func Problem(status int, kind, detail string, header ...string) Fault {
	header = append([]string{"Content-Type", "application/problem+json"}, header...)
	return Answer(status, `{"type":"urn:ietf:params:acme:error:`+kind+`","detail":"`+detail+`"}`, header...)
}

// LostRequest closes the connection before the CA receives the request.
func LostRequest(http.ResponseWriter, *http.Request, http.Handler) { panic(http.ErrAbortHandler) }

// LostReply lets the CA process the request, and closes the connection before the reply.
func LostReply(_ http.ResponseWriter, r *http.Request, next http.Handler) {
	next.ServeHTTP(httptest.NewRecorder(), r)
	panic(http.ErrAbortHandler)
}

// Hang answers nothing until the client closes the connection.
func Hang(_ http.ResponseWriter, r *http.Request, _ http.Handler) {
	// The server detects that only after the body is read.
	_, _ = io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
}

// HangInBody answers the header and the beginning of a body, and then nothing until the client closes the connection.
func HangInBody(w http.ResponseWriter, r *http.Request, _ http.Handler) {
	_, _ = io.Copy(io.Discard, r.Body)
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, "{")
	_ = http.NewResponseController(w).Flush()
	<-r.Context().Done()
}
