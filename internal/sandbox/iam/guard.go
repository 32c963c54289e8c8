package iam

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"sync"
)

// Guard wraps the AWS endpoint and passes on what the policies of a role allow. It is safe for concurrent use.
type Guard struct {
	// AccessKey is the access key of the role's credentials. Calls with other keys are passed on.
	AccessKey string
	Account   Account
	// Policies returns the role's current policies.
	Policies func() ([]Policy, error)

	mu       sync.Mutex
	requests map[string]Request
	denied   map[string]Request
	problems map[string]bool
}

// Intercept wraps next.
func (g *Guard) Intercept(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if scopeOf(r.Header.Get("Authorization")).AccessKey != g.AccessKey {
			next.ServeHTTP(w, r)
			return
		}
		call, refused, err := g.decide(r)
		switch {
		case err != nil:
			g.problem(err)
			http.Error(w, err.Error(), http.StatusNotImplemented)
		case refused != nil:
			deny(w, call, *refused)
		default:
			next.ServeHTTP(w, r)
		}
	})
}

// decide returns the request that is denied, or nil.
func (g *Guard) decide(r *http.Request) (Call, *Request, error) {
	call, err := Read(r)
	if err != nil {
		return call, nil, err
	}
	requests, err := g.Account.Requests(call)
	if err != nil {
		return call, nil, err
	}
	policies, err := g.Policies()
	if err != nil {
		return call, nil, err
	}
	for _, request := range requests {
		ok, err := Allows(policies, request, false)
		if err != nil {
			return call, nil, err
		}
		g.note(request, ok)
		if !ok {
			return call, &request, nil
		}
	}
	return call, nil, nil
}

func (g *Guard) note(r Request, ok bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.requests == nil {
		g.requests, g.denied = map[string]Request{}, map[string]Request{}
	}
	g.requests[r.String()] = r
	if !ok {
		g.denied[r.String()] = r
	}
}

func (g *Guard) problem(err error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.problems == nil {
		g.problems = map[string]bool{}
	}
	g.problems[err.Error()] = true
}

// Requests returns all requests that were made, each once.
func (g *Guard) Requests() []Request { return g.all(&g.requests) }

// Denied returns the requests that were denied, each once.
func (g *Guard) Denied() []Request { return g.all(&g.denied) }

func (g *Guard) all(of *map[string]Request) (all []Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, key := range slices.Sorted(maps.Keys(*of)) {
		all = append(all, (*of)[key])
	}
	return all
}

// Problems returns the calls that could not be decided, each once.
func (g *Guard) Problems() []string {
	g.mu.Lock()
	defer g.mu.Unlock()
	return slices.Sorted(maps.Keys(g.problems))
}

// deny answers as the service does, with AWS's codes and texts (IAM User Guide, "Troubleshoot access denied error
// messages").
func deny(w http.ResponseWriter, c Call, r Request) {
	message := fmt.Sprintf("User: arn:aws:sts::123456789012:assumed-role/certloop/certloop is not authorized to perform: %s on resource: %s because no identity-based policy allows the %s action", r.Action, r.Resource, r.Action)
	if c.JSON != nil {
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprintf(w, `{"__type":"AccessDeniedException","message":%q,"Message":%q}`, message, message)
		return
	}
	w.Header().Set("Content-Type", "text/xml")
	w.WriteHeader(http.StatusForbidden)
	_, _ = fmt.Fprintf(w, `<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>%s</Message></Error><RequestId>0</RequestId></ErrorResponse>`, message)
}
