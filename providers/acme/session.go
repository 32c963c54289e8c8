package acme

import (
	"context"
	"crypto"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/go-acme/lego/v4/acme"
	lego "github.com/go-acme/lego/v4/acme/api"

	"certloop/reconciler/api"
)

// session is one call of a method, from its first request to its last. Requests follow one another; a session is not
// safe for concurrent use: what is asked at the same time is asked on sessions beside each other (share).
type session struct {
	ctx       context.Context
	config    *Config
	account   api.ACMEAccount
	directory *directory
	// links are what the directory offers.
	links acme.Directory
	core  *lego.Core
	// thumbprint is that of the account key, the secret half of every key authorization.
	thumbprint string

	// chain: the next answers are certificate chains and not JSON.
	chain bool
	// header is that of the last answer: lego drops Location, Retry-After and Link of most.
	header http.Header
	// failure is what the RoundTripper returned last: lego's signer loses an error's type on its way.
	failure error
}

// begin makes a session that reads the directory only.
func (c *Client) begin(ctx context.Context, a api.ACMEAccount) (*session, error) {
	d, err := c.directoryOf(a)
	if err != nil {
		return nil, err
	}
	s := &session{ctx: ctx, config: &c.config, account: a, directory: d}
	return s, s.fetchDirectory()
}

// open makes a session that signs with the account key, under kid; empty: the key itself stands in the request, as
// newAccount wants it.
func (c *Client) open(ctx context.Context, a api.ACMEAccount, kid string) (*session, error) {
	key, err := accountKey(a)
	if err != nil {
		return nil, err
	}
	s, err := c.begin(ctx, a)
	if err != nil {
		return nil, err
	}
	return s, s.sign(key, kid)
}

// registered opens a session of an account that the CA knows.
func (c *Client) registered(ctx context.Context, a api.ACMEAccount) (*session, error) {
	if a.URI == "" {
		return nil, &api.Error{Kind: api.Terminal, Reason: api.ReasonAccountUnknown,
			Message: "account " + a.Name + " is not registered with its CA"}
	}
	return c.open(ctx, a, a.URI)
}

func (s *session) sign(key crypto.PrivateKey, kid string) (err error) {
	if s.core, err = lego.New(s.client(), s.config.UserAgent, s.directory.url, kid, key); err != nil {
		return s.classify(fetchingDirectory, err)
	}
	authorization, err := s.core.GetKeyAuthorization("")
	if err != nil {
		return &api.Error{Kind: api.Terminal, Reason: api.ReasonAccountKeyLost, Err: err,
			Message: "the key of account " + s.account.Name + " cannot be used"}
	}
	s.thumbprint = strings.TrimPrefix(authorization, ".")
	return nil
}

// client is a new one each time: lego replaces its transport.
func (s *session) client() *http.Client { return &http.Client{Transport: s} }

// maxNonceRefusals is how often a request is sent again because of its nonce. With three of ten nonces refused, one
// request in 170,000 fails.
const maxNonceRefusals = 9

// ask makes one of lego's calls, and makes it again where the CA refused the nonce: the answer brought a better one
// (RFC 8555 section 6.5), and nothing has been done yet. lego would do that too, in its own time and not in ours.
func (s *session) ask(of step, call func() error) error {
	for refusals := 0; ; refusals++ {
		s.failure = nil
		err := call()
		if err == nil {
			return nil
		}
		if s.failure != nil {
			err = s.failure
		}
		if !badNonce(err) || refusals == maxNonceRefusals || !s.pause(refusals) {
			return s.classify(of, err)
		}
	}
}

// pause waits before a request is repeated: the first time not at all, then longer and longer. false: the context ended.
func (s *session) pause(refusals int) bool {
	if refusals == 0 {
		return s.ctx.Err() == nil
	}
	timer := time.NewTimer(min(25*time.Millisecond<<refusals, 250*time.Millisecond))
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-s.ctx.Done():
		return false
	}
}

// get reads what needs no signature.
func (s *session) get(address string) ([]byte, error) {
	r, err := http.NewRequestWithContext(s.ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, err
	}
	r.Header.Set("User-Agent", s.config.UserAgent)
	s.failure = nil
	answer, err := s.client().Do(r)
	if err != nil {
		if s.failure != nil {
			err = s.failure
		}
		return nil, err
	}
	if answer.StatusCode != http.StatusOK {
		return nil, &refusal{method: r.Method, path: r.URL.Path, status: answer.StatusCode}
	}
	return io.ReadAll(answer.Body)
}

func (s *session) now() time.Time { return s.config.Now() }

// host names the CA in messages.
func (s *session) host() string {
	if u, err := url.Parse(s.directory.url); err == nil && u.Host != "" {
		return u.Host
	}
	return "the CA"
}
