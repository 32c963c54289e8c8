package acme

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"

	"certloop/providers/internal/network"
	"certloop/reconciler/api"
)

var (
	errNotHTTPS = errors.New("returned a URL that is not https (RFC 8555 section 6.1)")
	errNoNonce  = errors.New("returned no nonce from newNonce (RFC 8555 section 7.2)")
)

// RoundTrip sends every request of the session. What a RoundTripper should leave to its client it does itself, because
// lego's has no context, reads no headers and closes no bodies:
//
//   - the directory and nonces that are kept from before are answered without a request;
//   - the request ends with the session's context, its whole answer included;
//   - a refusal comes back as an error, with the whole problem document of the CA.
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
	if err := checkSending(r); err != nil {
		closeBody(r)
		return nil, err
	}
	if kept := s.fromBefore(r); kept != nil {
		return kept, nil
	}
	answer, err := s.send(r)
	if err != nil {
		return nil, err
	}
	nonce := checkNonce(answer.Header)
	switch r.Method {
	case http.MethodPost:
		s.directory.nonces.push(nonce)
	case http.MethodHead:
		if nonce == "" && answer.StatusCode < http.StatusMultipleChoices {
			return nil, errNoNonce
		}
	}
	if err := checkRedirect(r, answer); err != nil {
		return nil, err
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

// checkSending refuses a request before anything of it is sent.
func checkSending(r *http.Request) error {
	if err := checkRequest(r.URL); err != nil {
		return err
	}
	if r.URL.Scheme != "https" {
		return errNotHTTPS
	}
	return checkRedirects(r)
}

// send sends r and reads the whole answer, so that nothing is left open and nothing waits for longer than it may.
func (s *session) send(r *http.Request) (*http.Response, error) {
	ctx, cancel := context.WithTimeout(s.ctx, s.config.RequestTimeout)
	defer cancel()
	ctx, err := s.throughProxy(ctx, r)
	if err != nil {
		closeBody(r)
		return nil, at(r, err)
	}
	answer, err := s.directory.transport.RoundTrip(r.WithContext(ctx))
	if err != nil {
		return nil, at(r, err)
	}
	s.noteHost(r.URL)
	body, err := s.read(answer)
	_ = answer.Body.Close()
	if err != nil {
		return nil, err
	}
	answer.Body, answer.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	return answer, nil
}

// at completes an error of the transport.
func at(r *http.Request, err error) error {
	var f *network.Forbidden
	if errors.As(err, &f) {
		return &forbidden{f, r.URL.Host}
	}
	// net/http has no type for a header beyond MaxResponseHeaderBytes, neither for HTTP/1.1 nor for HTTP/2, where one long
	// field is an error of its compression.
	for _, text := range []string{"response headers exceeded", "response header list larger", "COMPRESSION_ERROR"} {
		if strings.Contains(err.Error(), text) {
			return exceeds("it sent a header of more than %d bytes", maxHeader)
		}
	}
	return err
}

// read returns the body of an answer within its bounds. The body of a refusal is cut there: a page of an error is often
// a long one, and says nothing of the CA.
func (s *session) read(answer *http.Response) ([]byte, error) {
	most := maxJSON
	if s.chain {
		most = api.MaxChain
	}
	refused := answer.StatusCode >= http.StatusMultipleChoices
	if refused {
		most = maxJSON
	}
	body, err := io.ReadAll(io.LimitReader(answer.Body, int64(most)+1))
	switch {
	case err != nil:
		return nil, err
	case len(body) > most && !refused:
		return nil, exceeds("it sent more than %d bytes in one response", most)
	case len(body) > most:
		return nil, nil
	}
	if s.chain && !refused {
		return body, nil
	}
	if err := checkJSON(body); err != nil && !refused {
		return nil, err
	} else if err != nil {
		return nil, nil
	}
	return body, nil
}

func closeBody(r *http.Request) {
	if r.Body != nil {
		_ = r.Body.Close()
	}
}
