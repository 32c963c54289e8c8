package faults

import (
	"maps"
	"time"

	"certloop/internal/sandbox/iam"
)

// AWS returns the request rates that AWS publishes and that a controller of certificates can reach (ACM User Guide,
// "Quotas"; Route 53 Developer Guide, "Maximums on API requests"). docs/design/aws-and-acme.md has the sources.
func AWS() map[string]float64 {
	return maps.Clone(published)
}

var published = map[string]float64{
	"acm ImportCertificate": 1, "acm ListCertificates": 1, "acm DescribeCertificate": 10, "acm GetCertificate": 10,
	"acm AddTagsToCertificate": 5, "acm RemoveTagsFromCertificate": 5, "acm ListTagsForCertificate": 10, "acm DeleteCertificate": 10,
	"route53": 5,
}

// bucket is a token bucket that holds the requests of one second.
type bucket struct {
	tokens float64
	at     time.Time
}

// admit reports whether the rates allow the call, and counts it.
func (f *front) admit(c iam.Call) bool {
	for _, name := range []string{c.Service + " " + c.Operation, c.Service} {
		rate, limited := f.Rates[name]
		if limited && !f.take(name+" "+f.Account(c.AccessKey)+" "+c.Region, rate) {
			return false
		}
	}
	return true
}

func (f *front) take(key string, rate float64) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	now, most := f.Now(), max(rate, 1)
	b := f.buckets[key]
	if b == nil {
		b = &bucket{tokens: most, at: now}
		f.buckets[key] = b
	}
	b.tokens, b.at = min(most, b.tokens+now.Sub(b.at).Seconds()*rate), now
	if b.tokens < 1 {
		return false
	}
	b.tokens--
	return true
}
