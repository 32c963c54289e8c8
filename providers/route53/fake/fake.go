// Package fake is Amazon Route 53 over HTTP, as strict as the real one, and a public DNS that answers from it: they
// refuse what Route 53 refuses, where emulators accept it, and show a change no sooner than it is in sync.
//
// It serves hosted zones, record sets and changes (REST with XML, 2013-04-01) and the AssumeRole of STS, as far as a
// controller that publishes TXT records calls them. The account of a request comes from its access key; the signature
// itself is not checked. Rates are not limited: see
// Throttling and PriorRequestNotComplete.
//
// Sources of the rules: Route 53 API Reference (ChangeResourceRecordSets, ListResourceRecordSets,
// ListHostedZonesByName, GetHostedZone, GetChange), Route 53 Developer Guide ("DNS domain name format", "TXT record
// type", "Quotas"); the wording of refused batches is as users report it.
package fake

import (
	"cmp"
	"net/http"
	"sync"
	"time"

	"certloop/providers/internal/awsfake"
)

// DefaultAccount is the account of access keys that Config.Accounts does not name.
const DefaultAccount = "123456789012"

// Config is what a Service is made of; its zero value is a Route 53 whose changes are served at once.
type Config struct {
	// Now is the clock; nil: time.Now.
	Now func() time.Time
	// Accounts says which account an access key belongs to.
	Accounts map[string]string
	// PageSize is the most that a listing returns at once, whatever is asked for; 0: as much as is asked for.
	PageSize int
	// SyncAfter is how long a change is PENDING; SyncPolls is how many GetChange say so.
	SyncAfter time.Duration
	SyncPolls int
	// Assume reports whether a role may be assumed with an external ID ("": none given); nil: every role may be.
	Assume func(roleARN, externalID string) bool
	// Fault is asked before each call what shall go wrong with it; nil: nothing. It is called by several requests at
	// once. See also Service.Fail.
	Fault func(Call) *Fault
}

// Service is Route 53 in all accounts. It is safe for concurrent use.
type Service struct {
	awsfake.Faults
	config Config

	mu       sync.Mutex
	zones    []*zone
	changes  map[string]*change
	accounts map[string]string
	calls    map[string]int
	// references are those of the zones that were created through the API.
	references map[string]bool
	// made counts what needs a unique name.
	made int
}

// New makes a Service without zones.
func New(c Config) *Service {
	if c.Now == nil {
		c.Now = time.Now
	}
	s := &Service{config: c, changes: map[string]*change{}, accounts: map[string]string{}, calls: map[string]int{}, references: map[string]bool{}}
	for key, account := range c.Accounts {
		s.accounts[key] = account
	}
	return s
}

// ServeHTTP answers one call.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c, refused := s.receive(r)
	if refused != nil {
		refused.write(w)
		return
	}
	fault := s.fault(c)
	var out any
	if fault == nil || fault.After {
		out, refused = s.perform(c)
	}
	if fault != nil {
		if fault.Drop {
			// Ends the connection without a reply; net/http does not log it.
			panic(http.ErrAbortHandler)
		}
		if fault.Body != "" {
			send(w, cmp.Or(fault.Status, http.StatusOK), fault.Body)
			return
		}
		refused = &Refusal{Status: fault.Status, Code: fault.Code, Message: fault.Message}
	}
	if refused != nil {
		refused.write(w)
		return
	}
	reply(w, out)
}

// perform runs the call, one at a time.
func (s *Service) perform(c *request) (any, *Refusal) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return c.route.run(s, c)
}
