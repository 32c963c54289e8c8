package acme

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"time"

	"certloop/reconciler/api"
)

var downloading = step{what: "the certificate request", refused: api.ReasonOrderFailed, object: true, reading: true}

// Download implements ports.CA. Issuers come from the CA's answer only: what a certificate states about where its issuer is
// to be had is not followed.
func (c *Client) Download(ctx context.Context, a api.ACMEAccount, certificateURL, preferredChain string) (chain api.Chain, err error) {
	defer func() { err = undecided(err) }()
	s, err := c.registered(ctx, a)
	if err != nil {
		return api.Chain{}, err
	}
	if certificateURL == "" {
		return api.Chain{}, unavailable(nil, s.ca()+" returned a valid order without the URL of its certificate")
	}
	s.chain = true
	first, err := s.download(certificateURL)
	if err != nil {
		return api.Chain{}, err
	}
	if preferredChain == "" || leadsTo(first, preferredChain) {
		return api.Chain{PEM: chainPEM(first)}, nil
	}
	other, why := s.alternate(first, alternates(certificateURL, s.header["Link"]), preferredChain)
	if other != nil {
		return api.Chain{PEM: chainPEM(other)}, nil
	}
	return api.Chain{PEM: chainPEM(first), Note: s.clean(fmt.Sprintf("the CA offers no chain to %s (%s), so the default chain to %s is used",
		preferredChain, why, first[len(first)-1].Issuer.CommonName))}, nil
}

// alternate returns the first chain of the same certificate that leads to root, or nil and why there is none. No error
// of an alternate counts: a chain that is good is here already.
func (s *session) alternate(first []*x509.Certificate, urls []string, root string) ([]*x509.Certificate, string) {
	why := fmt.Sprintf("it offers %d others", len(urls))
	if len(urls) > maxAlternates {
		why = fmt.Sprintf("it offers %d others, of which %d were read", len(urls), maxAlternates)
	}
	for _, url := range urls[:min(len(urls), maxAlternates)] {
		other, err := s.downloadTwice(url)
		switch {
		case err != nil:
			why = "an alternate could not be read: " + api.MessageOf(err)
		case !leadsTo(other, root):
		case !bytes.Equal(other[0].Raw, first[0].Raw):
			why = "an alternate is for another certificate"
		case !signed(other):
			why = "an alternate has a certificate that is not signed by the next"
		default:
			return other, ""
		}
	}
	return nil, why
}

// downloadTwice retries after a transient error, because the next opportunity comes with the next certificate.
func (s *session) downloadTwice(url string) ([]*x509.Certificate, error) {
	chain, err := s.download(url)
	if api.KindOf(err) == api.Transient && s.pause(3) {
		chain, err = s.download(url)
	}
	return chain, err
}

func (s *session) download(url string) (chain []*x509.Certificate, err error) {
	var body []byte
	if err := s.ask(downloading, func() (err error) {
		body, _, err = s.core.Certificates.Get(url, true)
		return err
	}); err != nil {
		return nil, err
	}
	chain, err = api.ParseChain(body)
	var limit api.ChainLimit
	switch {
	case errors.As(err, &limit):
		return nil, s.limits(exceeded(limit))
	case err != nil:
		return nil, unavailable(err, s.ca()+" returned a document that is not a certificate chain in PEM")
	}
	return chain, nil
}

// limitPause is how long an order rests whose certificate certloop refuses to read.
const limitPause = time.Hour

// undecided makes Transient what certloop itself refused of a step whose effect may have happened: the certificate may
// exist, and neither it nor its key may be given up for an answer that crosses a bound. A new order would bring the same
// answer.
func undecided(err error) error {
	var e *api.Error
	if !errors.As(err, &e) || e.Kind != api.Terminal || e.Reason != api.ReasonCALimits && e.Reason != api.ReasonNetworkDenied {
		return err
	}
	kept := *e
	kept.Kind, kept.RetryAfter = api.Transient, max(e.RetryAfter, limitPause)
	return &kept
}

// leadsTo reports whether the topmost certificate names root as its issuer, or is the root itself.
func leadsTo(chain []*x509.Certificate, root string) bool {
	return chain[len(chain)-1].Issuer.CommonName == root
}

// signed reports whether each certificate is signed by the next.
func signed(chain []*x509.Certificate) bool {
	for i := range len(chain) - 1 {
		if chain[i].CheckSignatureFrom(chain[i+1]) != nil {
			return false
		}
	}
	return true
}

func chainPEM(chain []*x509.Certificate) string {
	var text bytes.Buffer
	for _, c := range chain {
		_ = pem.Encode(&text, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}) // writing to a Buffer never fails
	}
	return text.String()
}
