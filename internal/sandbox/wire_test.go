package sandbox

import (
	"bytes"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
)

// wire stands before the AWS endpoint: it keeps every request, and holds some up.
type wire struct {
	mu    sync.Mutex
	calls []call
	holds []*hold
}

// call is one request to AWS. Body is what a person would read: of a form, its values.
type call struct {
	Operation string
	Body      string
}

// hold stops one request on its way.
type hold struct {
	operation, body string
	reached, open   chan struct{}
}

// hold makes the next request of the operation whose body contains body wait until open is called.
func (w *wire) hold(operation, body string) (reached <-chan struct{}, open func()) {
	h := &hold{operation: operation, body: body, reached: make(chan struct{}), open: make(chan struct{})}
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
		if h.operation == c.Operation && strings.Contains(c.Body, h.body) {
			w.holds = append(w.holds[:i], w.holds[i+1:]...)
			return h
		}
	}
	return nil
}

// of are the bodies of the operation's requests.
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

// readCall reads a request and leaves it as it was.
func readCall(r *http.Request) call {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	c := call{Body: string(body)}
	switch target := r.Header.Get("X-Amz-Target"); {
	case target != "":
		c.Operation = target[strings.LastIndex(target, ".")+1:]
	case strings.HasSuffix(r.URL.Path, "/rrset") || strings.HasSuffix(r.URL.Path, "/rrset/"):
		c.Operation = map[string]string{http.MethodPost: "ChangeResourceRecordSets"}[r.Method]
	case strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded"):
		form, _ := url.ParseQuery(c.Body)
		c.Operation, c.Body = form.Get("Action"), ""
		for name, values := range form {
			c.Body += name + "=" + strings.Join(values, " ") + "\n"
		}
	}
	return c
}

// killer ends the function at the moment when a service sees a request: before the service takes it, or after it has
// done what it was asked and before the function can know.
type killer struct {
	mu      sync.Mutex
	moments []*moment
	// kill is set once there is something to kill.
	kill func()
	// done are the moments that came, in order.
	done []string
}

type moment struct {
	what, kind, body string
	before           bool
}

// at arms the moments; each comes once.
func (k *killer) at(moments ...moment) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, m := range moments {
		k.moments = append(k.moments, &m)
	}
}

func (k *killer) came() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return append([]string(nil), k.done...)
}

// intercept stands before a service; kindOf names its requests.
func (k *killer) intercept(kindOf func(*http.Request, call) string) func(http.Handler) http.Handler {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			c := readCall(r)
			m := k.find(kindOf(r, c), c.Body)
			if m == nil {
				next.ServeHTTP(w, r)
				return
			}
			if !m.before {
				answer := httptest.NewRecorder()
				if next.ServeHTTP(answer, r); answer.Code >= 400 {
					forward(w, answer)
					return
				}
			}
			if k.take(m) {
				k.kill()
			}
			panic(http.ErrAbortHandler)
		})
	}
}

func (k *killer) find(kind, body string) *moment {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, m := range k.moments {
		if m.kind == kind && strings.Contains(body, m.body) {
			return m
		}
	}
	return nil
}

// take says whether the moment was still to come.
func (k *killer) take(m *moment) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	for i := range k.moments {
		if k.moments[i] == m {
			k.moments = append(k.moments[:i], k.moments[i+1:]...)
			k.done = append(k.done, m.what)
			return true
		}
	}
	return false
}

func forward(w http.ResponseWriter, answer *httptest.ResponseRecorder) {
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}
