package acme

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/go-acme/lego/v4/acme"
	lego "github.com/go-acme/lego/v4/acme/api"

	"certloop/reconciler/api"
)

var (
	placingOrder = step{what: "the order (newOrder)", refused: api.ReasonOrderFailed}
	readingOrder = step{what: "the order request", refused: api.ReasonOrderFailed, object: true, reading: true}
)

// errOtherNames: the order is not for what was asked for.
var errOtherNames = errors.New("the names of the order were changed")

// NewOrder implements ports.CA. The order comes without its authorizations: GetOrder reads them, and every further
// request here would be one more that can fail between the order and the record of it.
func (c *Client) NewOrder(ctx context.Context, a api.ACMEAccount, r api.OrderRequest) (api.Order, error) {
	s, err := c.registered(ctx, a)
	if err != nil {
		return api.Order{}, err
	}
	if err := s.offers(r.Profile); err != nil {
		return api.Order{}, err
	}
	order, err := s.place(r)
	if err != nil {
		return api.Order{}, err
	}
	if order.Location == "" {
		return api.Order{}, unavailable(nil, s.ca()+" returned the order without its URL (RFC 8555 section 7.4)")
	}
	return s.order(order.Location, order.Order, len(r.Domains))
}

// offers refuses a profile that the CA does not have, before it is asked (draft-ietf-acme-profiles section 3).
func (s *session) offers(profile string) error {
	offered := s.links.Meta.Profiles
	if _, ok := offered[profile]; ok || profile == "" {
		return nil
	}
	e := &api.Error{Kind: api.Terminal, Reason: api.ReasonOrderFailed}
	if len(offered) == 0 {
		e.Message = s.ca() + " offers no profiles: remove profile " + profile + " from the record or its account"
		return e
	}
	e.Message = s.ca() + " does not offer the profile " + profile + ": set profile to one of " + s.someProfiles(offered) + ", or remove it"
	return e
}

// maxProfiles is how many profiles a message names.
const maxProfiles = 10

func (s *session) someProfiles(offered map[string]string) string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(offered)) {
		if name = s.clean(first(name, maxWord)); name != "" && len(names) < maxProfiles {
			names = append(names, name)
		}
	}
	if more := len(offered) - len(names); more > 0 {
		return fmt.Sprintf("%s and %d more", strings.Join(names, ", "), more)
	}
	return strings.Join(names, ", ")
}

// place sends newOrder. An order that is refused because of what it replaces is placed without: that field only helps
// (RFC 9773 section 5), and no renewal may fail for it.
func (s *session) place(r api.OrderRequest) (order acme.ExtendedOrder, err error) {
	names := slices.Sorted(slices.Values(r.Domains))
	options := &lego.OrderOptions{Profile: r.Profile}
	if s.links.RenewalInfo != "" {
		options.ReplacesCertID = r.Replaces
	}
	send := func() (err error) {
		order, err = s.core.Orders.NewWithOptions(names, options)
		if err != nil && s.failure == nil && strings.Contains(err.Error(), "identifiers have been modified") {
			err = errOtherNames // lego has no type for it
		}
		return err
	}
	err = s.ask(placingOrder, send)
	if options.ReplacesCertID != "" && refusedFor(err, mayBeForReplaces...) {
		options.ReplacesCertID = ""
		err = s.ask(placingOrder, send)
	}
	return order, err
}

// mayBeForReplaces are the problems with which CAs refuse replaces: RFC 9773 section 5 names one, and leaves to the CA
// what it returns for a certificate that it does not know, or that another account ordered.
var mayBeForReplaces = []string{"alreadyReplaced", "malformed", "unauthorized", "serverInternal"}

// GetOrder implements ports.CA.
func (c *Client) GetOrder(ctx context.Context, a api.ACMEAccount, url string) (api.Order, error) {
	s, err := c.registered(ctx, a)
	if err != nil {
		return api.Order{}, err
	}
	shown, order, err := s.readOrder(url)
	if err != nil {
		return api.Order{}, err
	}
	if order.Status != api.OrderPending && order.Status != api.OrderInvalid {
		return order, nil
	}
	if err := s.readAuthorizations(&order, shown.Authorizations); err != nil {
		return api.Order{}, err
	}
	order.Problem = problemOf(order)
	return order, nil
}

func (s *session) readOrder(url string) (shown acme.Order, order api.Order, err error) {
	err = s.ask(readingOrder, func() error {
		o, err := s.core.Orders.Get(url)
		shown = o.Order
		return err
	})
	if err == nil {
		order, err = s.order(url, shown, 0)
	}
	return shown, order, err
}

// order is an answer in our words, to an order for so many names; 0: it is not known for how many.
func (s *session) order(url string, o acme.Order, names int) (api.Order, error) {
	if err := cmp.Or(checkURLs(url), checkOrder(o, names)); err != nil {
		return api.Order{}, s.classify(readingOrder, err)
	}
	if o.Status == "" {
		// An empty object is no order: acted upon, it would give up one that may be valid.
		return api.Order{}, unavailable(nil, s.ca()+" returned a document that is not an order")
	}
	expires, _ := time.Parse(time.RFC3339, o.Expires) // optional
	return api.Order{
		URL: url, Status: api.OrderStatus(o.Status), Expires: expires, FinalizeURL: o.Finalize, CertificateURL: o.Certificate,
		Problem: s.message(o.Error), RetryAfter: retryAfter(s.header, s.now()),
	}, nil
}

// maxProblems is how many names an explanation speaks of.
const maxProblems = 5

// problemOf explains an invalid order: by name where the failed challenges say why, else in the words of the order.
func problemOf(o api.Order) string {
	var problems []string
	for _, a := range o.Authorizations {
		if a.Problem != "" {
			problems = append(problems, a.Domain+": "+a.Problem)
		}
	}
	problems = slices.Compact(problems) // a name and its wildcard fail alike
	if len(problems) > maxProblems {
		problems = append(problems[:maxProblems], "and more")
	}
	return cmp.Or(strings.Join(problems, "; "), o.Problem)
}
