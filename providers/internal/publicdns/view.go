package publicdns

import (
	"context"
	"fmt"
	"sync"

	"github.com/miekg/dns"

	"certloop/reconciler/api"
)

// View is the public DNS during one operation: it asks every question once. It is safe for concurrent use.
type View struct {
	Resolver Resolver
	// Most is how many questions it asks; 0: any number. Further ones return a Transient error.
	Most int

	mu      sync.Mutex
	answers map[question]func() (*dns.Msg, error)
}

type question struct {
	name string
	kind uint16
}

// Query is Resolver.Query.
func (v *View) Query(ctx context.Context, name string, kind uint16) (*dns.Msg, error) {
	q := question{name, kind}
	v.mu.Lock()
	once, ok := v.answers[q]
	if !ok && v.Most > 0 && len(v.answers) >= v.Most {
		v.mu.Unlock()
		return nil, &api.Error{Kind: api.Transient, Reason: api.ReasonDNSFailed,
			Message: fmt.Sprintf("%s was not read, because certloop asks the public DNS at most %d questions at a time", name, v.Most)}
	}
	if !ok {
		once = sync.OnceValues(func() (*dns.Msg, error) { return v.Resolver.Query(ctx, name, kind) })
		if v.answers == nil {
			v.answers = map[question]func() (*dns.Msg, error){}
		}
		v.answers[q] = once
	}
	v.mu.Unlock()
	return once()
}
