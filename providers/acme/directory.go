package acme

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/go-acme/lego/v4/acme"

	"certloop/reconciler/api"
)

// directoryLife is how long a directory is believed: CAs change theirs seldom, and a warm function lives for hours.
const directoryLife = time.Hour

// directory is what is kept of one ACME directory between calls.
type directory struct {
	url       string
	transport *http.Transport
	nonces    nonces
	hosts     hosts

	// busy is a lock that can be waited for with a context; it guards what follows.
	busy    chan struct{}
	known   *acme.Directory
	fetched time.Time
}

// lock waits for the directory, no longer than ctx.
func (d *directory) lock(ctx context.Context) error {
	select {
	case d.busy <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (d *directory) unlock() { <-d.busy }

// forget has the directory fetched anew by the next call: an endpoint it names does not exist. Where somebody is
// fetching it already, it is new anyhow.
func (d *directory) forget() {
	select {
	case d.busy <- struct{}{}:
		d.known = nil
		d.unlock()
	default:
	}
}

// fetchDirectory makes s.links what the directory offers, from the CA or from an hour before.
func (s *session) fetchDirectory() error {
	d := s.directory
	if err := d.lock(s.ctx); err != nil {
		return s.classify(fetchingDirectory, err)
	}
	defer d.unlock()
	if d.known == nil || s.now().Sub(d.fetched) >= directoryLife {
		links, err := s.readDirectory()
		if err != nil {
			return err
		}
		d.known, d.fetched = links, s.now()
	}
	s.links = *d.known
	return nil
}

// ReadDirectory implements ports.DirectoryReader. It reads the directory anew, and keeps it.
func (c *Client) ReadDirectory(ctx context.Context, a api.ACMEAccount) (api.Directory, error) {
	d, err := c.directoryOf(a)
	if err != nil {
		return api.Directory{}, err
	}
	d.forget()
	s, err := c.begin(ctx, a)
	if err != nil {
		return api.Directory{}, err
	}
	return api.Directory{CAAIdentities: api.IssuerNames(s.links.Meta.CaaIdentities)}, nil
}

var fetchingDirectory = step{what: "the directory request", refused: api.ReasonCAUnavailable, transient: true}

func (s *session) readDirectory() (*acme.Directory, error) {
	body, err := s.get(s.directory.url)
	if err != nil {
		return nil, s.classify(fetchingDirectory, err)
	}
	var links acme.Directory
	// What is in meta is optional, and no CA is left out for a wrong type in it.
	var wrongType *json.UnmarshalTypeError
	if err := json.Unmarshal(body, &links); err != nil && !errors.As(err, &wrongType) {
		return nil, s.notADirectory(err)
	}
	if err := checkDirectory(links); err != nil {
		return nil, s.classify(fetchingDirectory, err)
	}
	for _, endpoint := range []string{links.NewNonceURL, links.NewAccountURL, links.NewOrderURL} {
		if u, err := url.Parse(endpoint); err != nil || u.Scheme != "https" || u.Host == "" {
			return nil, s.notADirectory(errors.New("newNonce, newAccount and newOrder are not all https URLs"))
		}
	}
	s.noteLinks(links)
	return &links, nil
}

// notADirectory is Transient: a CA under maintenance shows such pages too.
func (s *session) notADirectory(cause error) error {
	return &api.Error{Kind: api.Transient, Reason: api.ReasonCAUnavailable, Err: cause, Message: "the server " + s.host() +
		" returned a document that is not an ACME directory: check directory of account " + s.account.Name +
		"; if it is correct, the CA may be under maintenance, and certloop retries"}
}
