//go:build e2e

package e2e

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
)

// notices keeps the notices that were sent to SNS and EventBridge, and the external IDs with which roles were assumed.
type notices struct {
	mu      sync.Mutex
	notices []string
	ids     map[string][]string
}

func (n *notices) intercept(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost && r.URL.Path == "/" {
			body, _ := io.ReadAll(r.Body)
			r.Body = io.NopCloser(bytes.NewReader(body))
			n.note(r.Header.Get("X-Amz-Target"), string(body))
		}
		next.ServeHTTP(w, r)
	})
}

func (n *notices) note(target, body string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	if target == "AWSEvents.PutEvents" {
		n.notices = append(n.notices, body)
	}
	form, err := url.ParseQuery(body)
	if target != "" || err != nil {
		return
	}
	switch form.Get("Action") {
	case "Publish":
		n.notices = append(n.notices, form.Get("Message"))
	case "AssumeRole":
		role, id := form.Get("RoleArn"), form.Get("ExternalId")
		if n.ids == nil {
			n.ids = map[string][]string{}
		}
		if !slices.Contains(n.ids[role], id) {
			n.ids[role] = append(n.ids[role], id)
		}
	}
}

// externalIDs returns the external IDs with which the role was assumed, each once; "" stands for none.
func (n *notices) externalIDs(role string) []string {
	n.mu.Lock()
	defer n.mu.Unlock()
	return slices.Clone(n.ids[role])
}

// containing returns the notices that contain the text.
func (n *notices) containing(text string) (found []string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	for _, notice := range n.notices {
		if strings.Contains(notice, text) {
			found = append(found, notice)
		}
	}
	return found
}
