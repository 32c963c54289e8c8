package acme

import (
	"context"
	"encoding/json"
	"errors"
	"net/url"
	"strings"
	"time"

	"github.com/go-acme/lego/v4/acme"

	"certloop/reconciler/api"
)

var askingRenewalInfo = step{what: "the renewal information request", refused: api.ReasonCAUnavailable, transient: true}

// Bounds of what a CA may say on when to ask again (RFC 9773 section 4.3.2), and what stands where it says nothing or
// nothing that can be used (section 4.3.3).
const (
	minRenewalInfoWait  = time.Minute
	maxRenewalInfoWait  = 24 * time.Hour
	longRenewalInfoWait = 6 * time.Hour
)

// RenewalInfo implements ports.RenewalInformer (RFC 9773 section 4.1). It is not lego's, which accepts any answer as a
// window, an error of the CA's for one that lies in the year 1. Whatever goes wrong is Transient, with the time to ask
// again: a certificate lives without it.
func (c *Client) RenewalInfo(ctx context.Context, a api.ACMEAccount, certID string) (api.RenewalInfo, error) {
	s, err := c.begin(ctx, a)
	if err != nil {
		return api.RenewalInfo{}, err
	}
	if s.links.RenewalInfo == "" {
		return api.RenewalInfo{}, &api.Error{Kind: api.NotFound, Message: s.ca() + " offers no renewal information"}
	}
	body, err := s.get(renewalInfoURL(s.links.RenewalInfo, certID))
	if err != nil {
		return api.RenewalInfo{}, s.noRenewalInfo(err)
	}
	info, problem := readRenewalInfo(body)
	if problem != "" {
		return api.RenewalInfo{}, s.uselessRenewalInfo(problem)
	}
	info.RetryAfter = renewalInfoWait(retryAfter(s.header, s.now()))
	return info, nil
}

// readRenewalInfo returns what the CA answered, without the time to ask again, or why it cannot be used.
func readRenewalInfo(body []byte) (info api.RenewalInfo, problem string) {
	var answer acme.RenewalInfoResponse
	if err := json.Unmarshal(body, &answer); err != nil {
		return info, "it is not JSON"
	}
	start, end := answer.SuggestedWindow.Start.UTC(), answer.SuggestedWindow.End.UTC()
	switch {
	case start.IsZero() || end.IsZero():
		return info, "it has no window"
	case !end.After(start):
		return info, "its window ends before it starts"
	case start.Year() < 1 || end.Year() > 9999: // in UTC, which moves the last hours of 9999
		return info, "its window is outside the years 1 to 9999"
	}
	return api.RenewalInfo{WindowStart: start, WindowEnd: end, ExplanationURL: explanation(answer.ExplanationURL)}, ""
}

// renewalInfoURL adds the certificate to the path of the directory's URL (RFC 9773 section 4.1), and leaves a query as
// it is.
func renewalInfoURL(base, certID string) string {
	path, query, has := strings.Cut(base, "?")
	path = strings.TrimSuffix(path, "/") + "/" + url.PathEscape(certID)
	if has {
		path += "?" + query
	}
	return path
}

// noRenewalInfo: an error that is not the server's own, or has no Retry-After, may last (RFC 9773 section 4.3.3).
func (s *session) noRenewalInfo(err error) error {
	e := s.classify(askingRenewalInfo, err)
	if e.Kind == api.Terminal { // what certloop itself refused
		e.Kind, e.RetryAfter = api.Transient, longRenewalInfoWait
	}
	var r *refusal
	if errors.As(err, &r) && (r.status < 500 || r.retryAfter > 0) {
		e.RetryAfter = renewalInfoWait(r.retryAfter)
	}
	return e
}

func (s *session) uselessRenewalInfo(why string) error {
	e := unavailable(nil, s.ca()+" returned renewal information that cannot be used: "+why)
	e.RetryAfter = longRenewalInfoWait
	return e
}

func renewalInfoWait(said time.Duration) time.Duration {
	if said == 0 {
		return longRenewalInfoWait
	}
	return min(max(said, minRenewalInfoWait), maxRenewalInfoWait)
}

// maxExplanation is more than a URL needs.
const maxExplanation = 1024

// explanation returns a URL that operators may be shown; empty where it is not such a URL.
func explanation(text string) string {
	u, err := url.Parse(text)
	if err != nil || len(text) > maxExplanation || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return u.String()
}
