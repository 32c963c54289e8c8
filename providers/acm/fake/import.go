package fake

import (
	"crypto/sha256"
	"encoding/hex"
	"time"
)

type importInput struct {
	CertificateArn   string
	Certificate      []byte
	PrivateKey       []byte
	CertificateChain []byte
	Tags             []tag
}

func (s *Service) importCertificate(c *request, in importInput) (any, *Refusal) {
	cert, err := material(in, s.config.Now())
	if err != nil {
		return nil, err
	}
	cert.Account, cert.Region, cert.Type = c.Account, c.Region, "IMPORTED"
	if in.CertificateArn == "" {
		err = s.importFirst(cert, in.Tags)
	} else {
		cert, err = s.importAgain(c, cert, in)
	}
	if err != nil {
		return nil, err
	}
	cert.ImportedAt = s.config.Now()
	s.log = append(s.log, Import{ARN: cert.ARN, FingerprintSHA256: fingerprint(cert), First: in.CertificateArn == "", Time: cert.ImportedAt})
	if s.config.Imported != nil {
		s.config.Imported(cert.ARN, Material{Leaf: in.Certificate, Chain: in.CertificateChain, Key: in.PrivateKey})
	}
	return map[string]any{"CertificateArn": cert.ARN}, nil
}

func (s *Service) importFirst(cert *Certificate, tags []tag) *Refusal {
	all, err := merged(nil, tags)
	if err != nil {
		return err
	}
	h := s.inventory(cert.Account, cert.Region)
	if err := s.quota(h); err != nil {
		return err
	}
	cert.Tags = all
	s.put(cert)
	h.first = append(h.first, cert.CreatedAt)
	return nil
}

// quota refuses where the account holds, or has imported within 365 days, as many as it may.
func (s *Service) quota(h *inventory) *Refusal {
	held, year := 0, 0
	for _, c := range h.certificates {
		if c.Type == "IMPORTED" {
			held++
		}
	}
	for _, t := range h.first {
		if s.config.Now().Sub(t) < 365*24*time.Hour {
			year++
		}
	}
	switch {
	case held >= s.config.MaxCertificates:
		return refuse("LimitExceededException", "Cannot import more than %d certificates.", s.config.MaxCertificates)
	case year >= s.config.MaxImportsPerYear:
		return refuse("LimitExceededException", "Cannot import more than %d certificates in a year.", s.config.MaxImportsPerYear)
	}
	return nil
}

// importAgain puts a certificate in the place of the one that is at its ARN, tags and users untouched.
func (s *Service) importAgain(c *request, next *Certificate, in importInput) (*Certificate, *Refusal) {
	cert, err := s.find(c, in.CertificateArn)
	if err != nil {
		return nil, err
	}
	switch {
	case cert.Type != "IMPORTED":
		return nil, invalid("Certificate %s was not imported: it cannot be reimported.", cert.ARN)
	case len(in.Tags) > 0:
		return nil, invalid("You cannot apply tags when reimporting a certificate.")
	}
	if err := succeeds(cert.X509, next.X509); err != nil {
		return nil, err
	}
	cert.Leaf, cert.Chain, cert.X509 = next.Leaf, next.Chain, next.X509
	return cert, nil
}

func fingerprint(c *Certificate) string {
	sum := sha256.Sum256(c.X509.Raw)
	return hex.EncodeToString(sum[:])
}
