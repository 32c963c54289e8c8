package acme

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
)

// maxAnswer bounds what is read of one answer.
const maxAnswer = 1 << 20

var (
	errNotHTTPS = errors.New("the CA gives a URL that is not https (RFC 8555 section 6.1)")
	errNoNonce  = errors.New("the CA answers newNonce without a nonce (RFC 8555 section 7.2)")
	errTooLong  = fmt.Errorf("the CA answers more than %d bytes", maxAnswer)
)

// RoundTrip sends every request of the session. What a RoundTripper should leave to its client it does itself, because
// lego's has no context, reads no headers and closes no bodies:
//
//   - the directory and nonces that are kept from before are answered without a request;
//   - the request ends with the session's context, its whole answer included;
//   - a refusal comes back as an error, with all that the CA said.
func (s *session) RoundTrip(r *http.Request) (*http.Response, error) {
	answer, err := s.roundTrip(r)
	if err != nil {
		s.failure = err
		return nil, err
	}
	s.header = answer.Header
	return answer, nil
}

func (s *session) roundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme != "https" {
		closeBody(r)
		return nil, errNotHTTPS
	}
	if kept := s.fromBefore(r); kept != nil {
		return kept, nil
	}
	answer, err := s.send(r)
	if err != nil {
		return nil, err
	}
	nonce := answer.Header.Get("Replay-Nonce")
	switch r.Method {
	case http.MethodPost:
		s.directory.nonces.push(nonce)
	case http.MethodHead:
		if nonce == "" && answer.StatusCode < http.StatusMultipleChoices {
			return nil, errNoNonce
		}
	}
	if refused(r, answer) {
		return nil, newRefusal(r, answer, s.now())
	}
	if r.Method == http.MethodPost {
		answer.Header.Del("Replay-Nonce") // else lego keeps it too, and uses it twice
	}
	return answer, nil
}

// refused: lego follows no redirect of a POST, whose signature is for one URL only.
func refused(r *http.Request, answer *http.Response) bool {
	if r.Method == http.MethodPost {
		return answer.StatusCode >= http.StatusMultipleChoices
	}
	return answer.StatusCode >= http.StatusBadRequest
}

// fromBefore answers what need not be asked again; nil: it must be. lego sends HEAD for a nonce and nothing else.
func (s *session) fromBefore(r *http.Request) *http.Response {
	header, body := http.Header{}, []byte(nil)
	switch {
	case r.Method == http.MethodHead:
		nonce := s.directory.nonces.pop()
		if nonce == "" {
			return nil
		}
		header.Set("Replay-Nonce", nonce)
	case r.Method == http.MethodGet && s.links.NewOrderURL != "" && r.URL.String() == s.directory.url:
		var err error
		if body, err = json.Marshal(s.links); err != nil {
			return nil
		}
	default:
		return nil
	}
	return &http.Response{
		Status: "200 OK", StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: header, Body: io.NopCloser(bytes.NewReader(body)), ContentLength: int64(len(body)), Request: r,
	}
}

// send sends r and reads the whole answer, so that nothing is left open and nothing waits for longer than it may.
func (s *session) send(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(s.ctx, s.config.RequestTimeout)
	defer cancel()
	answer, err := s.directory.transport.RoundTrip(r.WithContext(ctx))
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, maxAnswer+1))
	_ = answer.Body.Close()
	switch {
	case err != nil:
		return nil, err
	case len(body) > maxAnswer:
		return nil, errTooLong
	}
	answer.Body, answer.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return answer, nil
}

func closeBody(r *http.Request) {
	if r.Body != nil {
		_ = r.Body.Close()
	}
}
