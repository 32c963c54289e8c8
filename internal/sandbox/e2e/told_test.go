//go:build e2e

package e2e

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
	"sync"
)

// told keeps the notices that were sent to SNS and EventBridge.
type told struct {
	mu      sync.Mutex
	notices []string
}

func (n *told) intercept(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && r.URL.Path == "/" {
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(body))
			n.note(r.Header.Get("X-Amz-Target"), string(body))
		}
		next.ServeHTTP(w, r)
	})
}

func (n *told) note(target, body string) {
	if form, err := url.ParseQuery(body); target == "" && err == nil && form.Get("Action") == "Publish" {
		body = form.Get("Message")
	} else if target != "AWSEvents.PutEvents" {
		return
	}
	n.mu.Lock()
	defer n.mu.Unlock()
	n.notices = append(n.notices, body)
}

// containing are the notices with that text.
func (n *told) containing(text string) (found []string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, notice := range n.notices {
		if strings.Contains(notice, text) {
			found = append(found, notice)
		}
	}
	return found
}
