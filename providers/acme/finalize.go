package acme

import (
	"context"
	"errors"

	"github.com/go-acme/lego/v4/acme"

	"certloop/reconciler/api"
)

var (
	accepting        = step{what: "the response to the challenge", refused: api.ReasonValidationFailed, object: true}
	finalizing       = step{what: "the certificate signing request (finalize)", refused: api.ReasonOrderFailed, object: true}
	readingChallenge = step{what: "the challenge request", refused: api.ReasonValidationFailed, object: true}
)

// Accept implements ports.CA. It ends at the first challenge that cannot be accepted.
func (c *Client) Accept(ctx context.Context, a api.ACMEAccount, challengeURLs []string) error {
	s, err := c.registered(ctx, a)
	if err != nil {
		return err
	}
	for _, url := range challengeURLs {
		if err := s.accept(url); err != nil {
			return err
		}
	}
	return nil
}

// accept reads a challenge that was refused: CAs refuse one that was accepted before.
func (s *session) accept(url string) error {
	err := s.ask(accepting, func() error { _, err := s.core.Challenges.New(url); return err })
	if api.KindOf(err) != api.Terminal {
		return err
	}
	var status string
	if look := s.ask(readingChallenge, func() error {
		challenge, err := s.core.Challenges.Get(url)
		status = challenge.Status
		return err
	}); look != nil {
		return look
	}
	switch status {
	case acme.StatusProcessing, acme.StatusValid:
		return nil
	case acme.StatusInvalid:
		return readAgain("the challenge failed", err)
	}
	return err
}

// Finalize implements ports.CA. A refusal counts only after the order was read: CAs refuse in
// many words what was finalized before, and a certificate that exists must not be given up.
func (c *Client) Finalize(ctx context.Context, a api.ACMEAccount, orderURL, finalizeURL string, csr []byte) (err error) {
	defer func() { err = undecided(err) }()
	s, err := c.registered(ctx, a)
	if err != nil {
		return err
	}
	err = s.ask(finalizing, func() error { _, err := s.core.Orders.UpdateForCSR(finalizeURL, csr); return err })
	if err == nil || !s.heard(err) {
		return err
	}
	_, order, look := s.readOrder(orderURL)
	switch {
	case api.KindOf(look) == api.NotFound:
		return readAgain("the CA no longer has the order", look)
	case look != nil:
		return look
	case order.Status == api.OrderProcessing || order.Status == api.OrderValid:
		return nil
	case order.Status == api.OrderInvalid:
		return readAgain("the order became invalid", err)
	}
	return err
}

// heard reports whether the CA itself answered the request and did not merely defer it. lego makes errors of its own of
// answers that are none, such as that of an order that is invalid.
func (s *session) heard(err error) bool {
	var r *refusal
	return s.failure == nil || api.KindOf(err) != api.Throttled && errors.As(err, &r) && r.fromCA
}

// readAgain returns the error of an object that changed after it was read; the step had no effect.
func readAgain(message string, cause error) error {
	return &api.Error{Kind: api.Conflict, Message: message, Err: cause}
}
