package fake

import (
	"crypto/x509"
	"fmt"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"
)

// Certificate is one certificate in ACM.
type Certificate struct {
	ARN, Account, Region string
	// Type is IMPORTED, AMAZON_ISSUED or PRIVATE.
	Type string
	// Leaf and Chain are PEM; Leaf is empty while a requested certificate is not issued.
	Leaf, Chain string
	// X509 is the leaf; nil where there is none.
	X509       *x509.Certificate
	Tags       map[string]string
	InUseBy    []string
	CreatedAt  time.Time
	ImportedAt time.Time
}

func (c *Certificate) clone() Certificate {
	out := *c
	out.Tags, out.InUseBy = maps.Clone(c.Tags), slices.Clone(c.InUseBy)
	return out
}

// inventory holds the certificates of one place, in the order of their making.
type inventory struct {
	certificates []*Certificate
	index        map[string][]indexed
	// first are the times of first imports, for the yearly quota.
	first []time.Time
}

func (s *Service) inventory(account, region string) *inventory {
	at := place{account, region}
	if s.inventories[at] == nil {
		s.inventories[at] = &inventory{index: map[string][]indexed{}}
	}
	return s.inventories[at]
}

func (h *inventory) get(arn string) *Certificate {
	for _, c := range h.certificates {
		if c.ARN == arn {
			return c
		}
	}
	return nil
}

var arnForm = regexp.MustCompile(`^arn:[\w-]+:acm:[\w-]+:[0-9]{12}:certificate/[\w-]+$`)

// find returns the certificate that a call names: the caller's own, of its region.
func (s *Service) find(c *request, arn string) (*Certificate, *Refusal) {
	if !arnForm.MatchString(arn) {
		return nil, invalid("1 validation error detected: Value '%s' at 'certificateArn' failed to satisfy constraint: "+
			"Member must satisfy regular expression pattern: %s", arn, arnForm)
	}
	if cert := s.inventory(c.Account, c.Region).get(arn); cert != nil {
		return cert, nil
	}
	return nil, refuse("ResourceNotFoundException", "Could not find certificate %s.", arn)
}

// put adds a new certificate and names it.
func (s *Service) put(cert *Certificate) {
	s.made++
	cert.ARN = fmt.Sprintf("arn:%s:acm:%s:%s:certificate/%08x-0000-4000-8000-%012x", partition(cert.Region),
		cert.Region, cert.Account, s.made, s.made)
	cert.CreatedAt = s.config.Now()
	if cert.Tags == nil {
		cert.Tags = map[string]string{}
	}
	h := s.inventory(cert.Account, cert.Region)
	h.certificates = append(h.certificates, cert)
	s.reindex(cert)
}

func (s *Service) remove(cert *Certificate) {
	h := s.inventory(cert.Account, cert.Region)
	h.certificates = slices.DeleteFunc(h.certificates, func(c *Certificate) bool { return c == cert })
	cert.Tags = nil
	s.reindex(cert)
}

func partition(region string) string {
	switch {
	case strings.HasPrefix(region, "cn-"):
		return "aws-cn"
	case strings.HasPrefix(region, "us-gov-"):
		return "aws-us-gov"
	}
	return "aws"
}
