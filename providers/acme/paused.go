package acme

import (
	"regexp"
	"time"

	"certloop/reconciler/api"
)

// pausedWait is when an order for a paused name is tried again: it costs a request, and only a person can unpause it.
const pausedWait = 24 * time.Hour

var (
	pausedWords = regexp.MustCompile(`(?i)\b(?:un)?pause[ds]?\b|\btemporarily prevented\b`)
	anyLink     = regexp.MustCompile(`https?://[^\s"'<>]+`)
)

// minToken is the length from which a link is taken for one with a token in it. A link to a page about limits is shorter.
const minToken = 120

// paused reports whether the CA has paused issuance for names until a person opens a link. It has no problem type of its
// own: Boulder answers rateLimited without Retry-After, with the link in the detail. Other limits come with a time.
func paused(r *refusal) bool {
	link := anyLink.FindString(r.problem.Detail)
	return r.kind() == "rateLimited" && r.retryAfter == 0 && link != "" &&
		(len(link) >= minToken || pausedWords.MatchString(r.problem.Detail))
}

// paused returns a Terminal error, not a Throttled one: waiting does not end it, so operators are notified the first time.
func (s *session) paused(r *refusal) *api.Error {
	return &api.Error{Kind: api.Terminal, Reason: api.ReasonIdentifierPaused, RetryAfter: pausedWait, Err: r,
		Message: s.ca() + " paused issuance: " + s.message(&r.problem)}
}
