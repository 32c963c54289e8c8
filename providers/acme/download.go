package acme

import (
	"bytes"
	"context"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"regexp"

	"certloop/reconciler/api"
)

var downloading = step{what: "the certificate", refused: api.ReasonOrderFailed, object: true}

// Download is reconciler.CA's. Issuers come from the CA's answer only: what a certificate says of where its issuer is
// to be had is not followed.
func (c *Client) Download(ctx context.Context, a api.ACMEAccount, certificateURL, preferredChain string) (string, error) {
	s, err := c.registered(ctx, a)
	if err != nil {
		return "", err
	}
	if certificateURL == "" {
		return "", unavailable(nil, s.host()+" shows a valid order without the URL of its certificate")
	}
	chain, err := s.download(certificateURL)
	if err != nil {
		return "", err
	}
	if preferredChain == "" || leadsTo(chain, preferredChain) {
		return chainPEM(chain), nil
	}
	for _, url := range alternates(s.header["Link"]) {
		other, err := s.download(url)
		if err != nil && api.KindOf(err) != api.NotFound {
			return "", err
		}
		if err == nil && leadsTo(other, preferredChain) {
			return chainPEM(other), nil
		}
	}
	return chainPEM(chain), nil
}

func (s *session) download(url string) (chain []*x509.Certificate, err error) {
	var body []byte
	if err := s.ask(downloading, func() (err error) {
		body, _, err = s.core.Certificates.Get(url, true)
		return err
	}); err != nil {
		return nil, err
	}
	if chain, err = parseChain(body); err != nil {
		return nil, unavailable(err, s.host()+" answers something that is not a certificate chain in PEM")
	}
	return chain, nil
}

// parseChain reads PEM certificates, leaf first (RFC 8555 section 9.1), and nothing else.
func parseChain(body []byte) ([]*x509.Certificate, error) {
	var chain []*x509.Certificate
	for rest := body; len(bytes.TrimSpace(rest)) > 0; {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return nil, errors.New("there is more than PEM")
		}
		certificate, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return nil, err
		}
		chain = append(chain, certificate)
	}
	if len(chain) == 0 {
		return nil, errors.New("there is nothing")
	}
	return chain, nil
}

// leadsTo says that the topmost certificate names root as its issuer; where it is the root itself it does so too.
func leadsTo(chain []*x509.Certificate, root string) bool {
	return chain[len(chain)-1].Issuer.CommonName == root
}

func chainPEM(chain []*x509.Certificate) string {
	var text bytes.Buffer
	for _, c := range chain {
		_ = pem.Encode(&text, &pem.Block{Type: "CERTIFICATE", Bytes: c.Raw}) // a Buffer takes everything
	}
	return text.String()
}

// linked is one link of a Link header (RFC 8288 section 3) with its relation.
var linked = regexp.MustCompile(`<([^>]*)>[^,<]*;\s*rel="?([^",;]+)"?`)

// alternates are the URLs of other chains for the same certificate (RFC 8555 section 7.4.2).
func alternates(links []string) []string {
	var urls []string
	for _, header := range links {
		for _, link := range linked.FindAllStringSubmatch(header, -1) {
			if link[2] == "alternate" {
				urls = append(urls, link[1])
			}
		}
	}
	return urls
}
