package sandbox

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
)

// killer ends the function at the moment when a service sees a request: before the service accepts it, or after the
// effect and before the function receives the reply.
type killer struct {
	mu      sync.Mutex
	moments []*moment
	// kill is set once there is a function to kill.
	kill func()
	// done lists the moments that came, in order.
	done []string
}

type moment struct {
	what, kind, body string
	before           bool
}

// at sets the moments at which to kill; each comes once.
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

// intercept wraps a service's handler. kindOf returns the kind of a request.
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

// take reports whether the moment was still to come.
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
