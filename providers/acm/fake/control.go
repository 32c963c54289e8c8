package fake

import (
	"maps"
	"slices"
	"time"
)

// Issued is a certificate that ACM issues itself.
type Issued struct {
	// Account is DefaultAccount where empty.
	Account, Region string
	// Type is AMAZON_ISSUED where empty.
	Type string
	// Leaf and Chain are PEM; without a leaf the certificate is pending validation.
	Leaf, Chain string
	Tags        map[string]string
}

// PutIssued adds a certificate that was not imported and returns its ARN. It panics where Leaf is not a certificate.
func (s *Service) PutIssued(i Issued) string {
	if i.Account == "" {
		i.Account = DefaultAccount
	}
	if i.Type == "" {
		i.Type = "AMAZON_ISSUED"
	}
	cert := &Certificate{Account: i.Account, Region: i.Region, Type: i.Type, Leaf: i.Leaf, Chain: i.Chain, Tags: maps.Clone(i.Tags)}
	if i.Leaf != "" {
		found, ok := certificates([]byte(i.Leaf))
		if !ok || len(found) != 1 {
			panic("fake: Issued.Leaf is not one certificate")
		}
		cert.X509 = found[0]
	}
	s.Locked(func() { s.put(cert) })
	return cert.ARN
}

// Session makes calls with this access key act in that account, as after an AssumeRole that another service
// answered.
func (s *Service) Session(accessKey, account string) {
	s.Locked(func() { s.accounts[accessKey] = account })
}

// UseBy makes these resources, and no others, use a certificate; none: it is not in use. It reports whether there is
// such a certificate.
func (s *Service) UseBy(arn string, resources ...string) bool {
	return s.with(arn, func(c *Certificate) { c.InUseBy = slices.Clone(resources) })
}

// Backdate makes the last import of a certificate look as if it was made by that much earlier. It reports whether there is
// such a certificate.
func (s *Service) Backdate(arn string, by time.Duration) bool {
	return s.with(arn, func(c *Certificate) { c.ImportedAt = c.ImportedAt.Add(-by) })
}

// Remove deletes a certificate as others would, whoever uses it. It reports whether there was one.
func (s *Service) Remove(arn string) bool { return s.with(arn, s.remove) }

// with runs f on the certificate of an ARN.
func (s *Service) with(arn string, f func(*Certificate)) (found bool) {
	s.Locked(func() {
		for _, h := range s.inventories {
			if c := h.get(arn); c != nil {
				f(c)
				found = true
				return
			}
		}
	})
	return found
}

// Certificate returns a certificate of a region, of any account.
func (s *Service) Certificate(region, arn string) (found Certificate, ok bool) {
	s.with(arn, func(c *Certificate) { found, ok = c.clone(), c.Region == region })
	if !ok {
		return Certificate{}, false
	}
	return found, true
}

// All returns the certificates of all accounts and regions, sorted by ARN.
func (s *Service) All() []Certificate {
	byARN := map[string]Certificate{}
	s.Locked(func() {
		for _, h := range s.inventories {
			for _, c := range h.certificates {
				byARN[c.ARN] = c.clone()
			}
		}
	})
	var all []Certificate
	for _, arn := range slices.Sorted(maps.Keys(byARN)) {
		all = append(all, byARN[arn])
	}
	return all
}

// Imports are all imports that took effect, in order.
func (s *Service) Imports() (all []Import) {
	s.Locked(func() { all = slices.Clone(s.log) })
	return all
}

// SetNow replaces the clock.
func (s *Service) SetNow(now func() time.Time) {
	s.Locked(func() { s.config.Now = now })
}

// ShowLeaf makes GetCertificate show other PEM than was imported, for certificates that Go cannot read.
func (s *Service) ShowLeaf(arn, text string) {
	s.Locked(func() {
		for _, h := range s.inventories {
			for _, c := range h.certificates {
				if c.ARN == arn {
					c.Leaf = text
				}
			}
		}
	})
}
