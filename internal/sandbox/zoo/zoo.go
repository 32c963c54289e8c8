// Package zoo has behaviours of certificate authorities that Pebble does not have. Each is a front: a value for the
// option Intercept of package pebble. Together combines several.
package zoo

import (
	"bytes"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"

	"certloop/internal/sandbox/pebble"
)

// Front wraps a CA.
type Front = func(next http.Handler) http.Handler

// Together combines fronts; the first is the outermost.
func Together(fronts ...Front) Front {
	return func(next http.Handler) http.Handler {
		for i := len(fronts) - 1; i >= 0; i-- {
			next = fronts[i](next)
		}
		return next
	}
}

// PendingChallenges returns a challenge as pending until it has failed or succeeded, as Boulder does; Pebble returns
// processing.
func PendingChallenges() Front {
	return edit(func(_ string, body map[string]any) {
		challenges, _ := body["challenges"].([]any)
		for _, c := range append(challenges, body) {
			if m, ok := c.(map[string]any); ok && m["status"] == "processing" && m["token"] != nil {
				m["status"] = "pending"
			}
		}
	}, pebble.Authorization, pebble.Challenge)
}

// Lagging answers the first n reads of each order and each certificate with this error, as a replica does that lags
// behind.
func Lagging(n int, status int, kind string) Front {
	reads := &counter{}
	deny := pebble.Problem(status, kind, "no such object")
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			what := pebble.KindOf(r)
			if (what == pebble.Order || what == pebble.Certificate) && reads.add(r.URL.Path) <= n {
				deny(w, r, next)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// SlowApproval returns a valid order as processing for the first n reads, with that Retry-After.
func SlowApproval(n int, retryAfter string) Front {
	reads := &counter{}
	return shown(func(w http.Header, path string, body map[string]any) {
		if body["status"] == "valid" && reads.add(path) <= n {
			body["status"] = "processing"
			delete(body, "certificate")
			w.Set("Retry-After", retryAfter)
		}
	}, pebble.Order, pebble.Finalize)
}

// ReadyAgain returns a finalized order as ready, forever.
func ReadyAgain() Front {
	return edit(func(_ string, body map[string]any) {
		if s := body["status"]; s == "processing" || s == "valid" {
			body["status"] = "ready"
			delete(body, "certificate")
		}
	}, pebble.Order, pebble.Finalize)
}

// QueryDirectory has a directory only under exactly this query. DigiCert's query selects what is ordered.
func QueryDirectory(query string) Front {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if pebble.KindOf(r) == pebble.Directory && r.URL.RawQuery != query {
				pebble.Answer(404, "<html>no product</html>", "Content-Type", "text/html")(w, r, next)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// OwnProblems refuses every order with a problem type that is in no RFC.
func OwnProblems(problemType, detail string) Front {
	body, _ := json.Marshal(map[string]any{"type": problemType, "detail": detail, "status": 403})
	return answering(pebble.Answer(403, string(body), "Content-Type", "application/problem+json"), pebble.NewOrder)
}

// WithoutRenewalInfo returns a directory without renewalInfo.
func WithoutRenewalInfo() Front {
	return edit(func(_ string, body map[string]any) { delete(body, "renewalInfo") }, pebble.Directory)
}

// HTML answers everything with a page.
func HTML(status int) Front {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			pebble.Answer(status, "<html><body>Service</body></html>", "Content-Type", "text/html")(w, r, next)
		})
	}
}

// Paused refuses every order of a paused name, with a link whose token changes each time, as Boulder does.
func Paused(portal string) Front {
	tries := &counter{}
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if pebble.KindOf(r) != pebble.NewOrder {
				next.ServeHTTP(w, r)
				return
			}
			token := strings.Repeat(string(rune('a'+tries.add("")%26)), 360)
			pebble.Problem(429, "rateLimited", "Your account is temporarily prevented from requesting certificates for a.example.com, "+
				"b.example.com, c.example.com and possibly others. Please visit: "+portal+"?jwt="+url.QueryEscape(token))(w, r, next)
		})
	}
}

// WantsContact refuses every registration with the error for a missing contact.
func WantsContact() Front {
	return answering(pebble.Problem(400, "malformed", "at least one contact is required"), pebble.NewAccount)
}

// FailedChallenges returns each challenge as failed with that error, while authorization and order stay pending.
func FailedChallenges(detail string) Front {
	return edit(func(_ string, body map[string]any) {
		challenges, _ := body["challenges"].([]any)
		for _, c := range challenges {
			if m, ok := c.(map[string]any); ok && m["type"] == "dns-01" {
				m["status"], m["error"] = "invalid", map[string]any{"type": "urn:ietf:params:acme:error:unauthorized", "detail": detail}
			}
		}
	}, pebble.Authorization)
}

// OtherChain answers every download with this chain: one of other names or with another lifetime.
func OtherChain(chain func() string) Front {
	return answering(func(w http.ResponseWriter, r *http.Request, next http.Handler) {
		pebble.Answer(200, chain(), "Content-Type", "application/pem-certificate-chain")(w, r, next)
	}, pebble.Certificate)
}

func answering(f pebble.Fault, kind pebble.Kind) Front {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if pebble.KindOf(r) == kind {
				f(w, r, next)
				return
			}
			next.ServeHTTP(w, r)
		})
	}
}

// edit changes successful answers of these kinds.
func edit(change func(path string, body map[string]any), kinds ...pebble.Kind) Front {
	return shown(func(_ http.Header, path string, body map[string]any) { change(path, body) }, kinds...)
}

func shown(change func(header http.Header, path string, body map[string]any), kinds ...pebble.Kind) Front {
	return func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !contains(kinds, pebble.KindOf(r)) {
				next.ServeHTTP(w, r)
				return
			}
			answer := httptest.NewRecorder()
			next.ServeHTTP(answer, r)
			text := answer.Body.Bytes()
			body := map[string]any{}
			if answer.Code < 300 && json.Unmarshal(text, &body) == nil {
				change(answer.Header(), r.URL.Path, body)
				text, _ = json.Marshal(body)
			}
			for name, values := range answer.Header() {
				w.Header()[name] = values
			}
			w.Header().Del("Content-Length")
			w.WriteHeader(answer.Code)
			_, _ = io.Copy(w, bytes.NewReader(text))
		})
	}
}

func contains(kinds []pebble.Kind, kind pebble.Kind) bool {
	for _, k := range kinds {
		if k == kind {
			return true
		}
	}
	return false
}

// counter counts by key.
type counter struct {
	mu sync.Mutex
	n  map[string]int
}

func (c *counter) add(key string) int {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.n == nil {
		c.n = map[string]int{}
	}
	c.n[key]++
	return c.n[key]
}
