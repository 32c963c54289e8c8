package spec

import (
	"fmt"
	"time"

	"certloop/reconciler/api"
)

// limitAttributes are the attributes of limits, in the order of docs/reference/records.md.
var limitAttributes = []string{"orders", "certificates_per_domain", "certificates_per_set", "failed_validations"}

// limits reads how much the CA accepts. What the record does not give is as the CA of the directory publishes it.
func (f fields) limits(directory string) api.CALimits {
	l := api.PublishedLimits(directory)
	if !f.given("limits") {
		return l
	}
	m := f.object("limits")
	l.Orders = m.limit("orders", l.Orders)
	l.CertificatesPerDomain = m.limit("certificates_per_domain", l.CertificatesPerDomain)
	l.CertificatesPerSet = m.limit("certificates_per_set", l.CertificatesPerSet)
	l.FailedValidations = m.limit("failed_validations", l.FailedValidations)
	m.only(limitAttributes)
	return l
}

func (f fields) limit(name string, published api.Limit) api.Limit {
	s, ok := f.text(name)
	if !ok {
		return published
	}
	l, ok := api.ParseLimit(s)
	if !ok {
		f.wrong(name, "%s is not a limit: write a number and whole hours or days, such as 300/3h or 50/7d (at most %s), or none",
			api.Quote(s), fmt.Sprintf("%d/%dd", api.MaxLimitCount, api.MaxLimitPer/(24*time.Hour)))
	}
	return l
}
