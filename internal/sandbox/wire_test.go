package sandbox

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
)

// wire wraps the AWS endpoint. It keeps every request, and delays some.
type wire struct {
	mu    sync.Mutex
	calls []call
	holds []*hold
}

// call is one request to AWS. Service and AccessKey are those of its signature. Body is in readable form: of a form,
// its values.
type call struct {
	Service, AccessKey string
	Operation          string
	Body               string
}

// hold stops one request until it is released.
type hold struct {
	operation     string
	parts         []string
	reached, open chan struct{}
}

func (h *hold) fits(c call) bool {
	for _, part := range h.parts {
		if !strings.Contains(c.Body, part) {
			return false
		}
	}
	return h.operation == c.Operation
}

// hold makes the next request of the operation whose body contains all parts wait until open is called.
func (w *wire) hold(operation string, parts ...string) (reached <-chan struct{}, open func()) {
	h := &hold{operation: operation, parts: parts, reached: make(chan struct{}), open: make(chan struct{})}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.holds = append(w.holds, h)
	return h.reached, sync.OnceFunc(func() { close(h.open) })
}

func (w *wire) intercept(next http.Handler) http.Handler {
	return http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		c := readCall(r)
		if h := w.note(c); h != nil {
			close(h.reached)
			select {
			case <-h.open:
			case <-r.Context().Done():
				return
			}
		}
		next.ServeHTTP(rw, r)
	})
}

func (w *wire) note(c call) *hold {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls = append(w.calls, c)
	for i, h := range w.holds {
		if h.fits(c) {
			w.holds = append(w.holds[:i], w.holds[i+1:]...)
			return h
		}
	}
	return nil
}

// of returns the bodies of the operation's requests.
func (w *wire) of(operation string) (bodies []string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.calls {
		if c.Operation == operation {
			bodies = append(bodies, c.Body)
		}
	}
	return bodies
}

// function is the access key of the function.
const function = "certloop"

// total returns how many calls the function has made.
func (w *wire) total() (n int) {
	w.mu.Lock()
	defer w.mu.Unlock()
	for _, c := range w.calls {
		if c.AccessKey == function {
			n++
		}
	}
	return n
}

// drain returns how often the function made each call, and forgets all calls.
func (w *wire) drain() map[string]int {
	w.mu.Lock()
	defer w.mu.Unlock()
	n := map[string]int{}
	for _, c := range w.calls {
		if c.AccessKey == function {
			n[c.Service+" "+c.Operation]++
		}
	}
	w.calls = nil
	return n
}

// readCall reads a request and leaves it unchanged.
func readCall(r *http.Request) call {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	c := call{Body: string(body)}
	// Credential=<access key>/<date>/<region>/<service>/aws4_request
	if _, credential, ok := strings.Cut(r.Header.Get("Authorization"), "Credential="); ok {
		if scope := strings.Split(credential, "/"); len(scope) > 3 {
			c.AccessKey, c.Service = scope[0], scope[3]
		}
	}
	switch target := r.Header.Get("X-Amz-Target"); {
	case target != "":
		c.Operation = target[strings.LastIndex(target, ".")+1:]
	case strings.HasSuffix(r.URL.Path, "/rrset") || strings.HasSuffix(r.URL.Path, "/rrset/"):
		c.Operation = map[string]string{http.MethodPost: "ChangeResourceRecordSets", http.MethodGet: "ListResourceRecordSets"}[r.Method]
	case strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded"):
		form, _ := url.ParseQuery(c.Body)
		c.Operation, c.Body = form.Get("Action"), ""
		for name, values := range form {
			c.Body += name + "=" + strings.Join(values, " ") + "\n"
		}
	}
	return c
}
