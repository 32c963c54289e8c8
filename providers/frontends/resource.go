package frontends

import (
	"strings"

	"certloop/reconciler/api"
)

// resource is an ARN in its parts: arn:<partition>:<service>:<region>:<account>:<name>.
type resource struct {
	arn, service, region, account, name string
}

// parse returns the parts of an ARN; false: it is none.
func parse(text string) (resource, bool) {
	parts := strings.SplitN(text, ":", 6)
	if len(text) > api.MaxURL || !api.Clean(text) || len(parts) != 6 || parts[0] != "arn" {
		return resource{}, false
	}
	return resource{arn: text, service: parts[2], region: parts[3], account: parts[4], name: parts[5]}, true
}

// sort puts an ARN to those that are described in the same way.
func (s *search) sort(text string) {
	r, ok := parse(text)
	own, _ := parse(s.certificate)
	balancer, isBalancer := strings.CutPrefix(r.name, "loadbalancer/")
	distribution, isDistribution := strings.CutPrefix(r.name, "distribution/")
	switch {
	case !ok:
		s.unknown(text, "ACM names a user of the certificate that is not an ARN")
	case r.service == "apigateway", r.account != own.account:
		s.elsewhere = append(s.elsewhere, r)
	case r.service == "elasticloadbalancing" && r.region != s.at.Region:
		s.unknown(text, "it is in another region than the certificate")
	case r.service == "elasticloadbalancing" && isBalancer && strings.Contains(balancer, "/"):
		s.application = append(s.application, r)
	case r.service == "elasticloadbalancing" && isBalancer:
		r.name = balancer
		s.classics = append(s.classics, r)
	case r.service == "cloudfront" && isDistribution:
		r.name = distribution
		s.edges = append(s.edges, r)
	default:
		s.unknown(text, "certloop cannot describe resources of "+api.Quote(r.service))
	}
}

// bounded returns an ARN in the form in which it may be stored.
func bounded(arn string) string { return api.Truncate(api.Message(arn), api.MaxMessage) }

// hostName returns a name in lower case; empty if it cannot be one.
func hostName(name string) string {
	name = strings.ToLower(strings.TrimSuffix(name, "."))
	if len(name) > api.MaxDNSName || strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789.-_*") != "" {
		return ""
	}
	return name
}
