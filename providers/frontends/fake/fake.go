// Package fake is what uses certificates of ACM, over HTTP: Elastic Load Balancing in both versions, CloudFront and API
// Gateway, as far as their resources are described.
//
// Sources of the rules: the API References of Elastic Load Balancing 2012-06-01 and 2015-12-01 (DescribeLoadBalancers,
// DescribeListeners, DescribeListenerCertificates), CloudFront (GetDistribution) and API Gateway (GetDomainNames).
package fake

import (
	"fmt"
	"net/http"
	"strings"

	"certloop/providers/internal/awsfake"
)

// Balancer is a load balancer.
type Balancer struct {
	ARN, Host string
	// Listeners are by port.
	Listeners map[int]Listener
}

// Listener is a listener that ends TLS, with the ARNs of its certificates, the default first; none: it forwards TCP.
type Listener struct{ Certificates []string }

// Distribution is a distribution of CloudFront.
type Distribution struct {
	ID, Host string
	Aliases  []string
	Disabled bool
}

// Domain is a custom domain name of API Gateway. Edge reports whether it is edge-optimized.
type Domain struct {
	Name, Host, Certificate string
	Edge                    bool
}

// Service is all of these services in one account and region. It is safe for concurrent use.
type Service struct {
	*awsfake.Endpoint

	balancers     map[string]Balancer // by ARN
	classic       map[string]Balancer // by name
	distributions map[string]Distribution
	domains       []Domain
	// PageSize is how many domains are returned at once.
	PageSize int
}

const (
	classicVersion = "2012-06-01"
	// mostARNs is how many load balancers a request may name.
	mostARNs = 20
)

// New makes a Service without resources.
func New() *Service {
	s := &Service{balancers: map[string]Balancer{}, classic: map[string]Balancer{}, distributions: map[string]Distribution{}, PageSize: 500}
	s.Endpoint = awsfake.New(awsfake.Config{Operations: map[string]awsfake.Operation{
		"DescribeLoadBalancers": s.describeBalancers, "DescribeListeners": s.describeListeners,
		"DescribeListenerCertificates": s.describeCertificates,
	}})
	return s
}

// AddBalancer adds an Application or Network Load Balancer.
func (s *Service) AddBalancer(b Balancer) { s.Locked(func() { s.balancers[b.ARN] = b }) }

// AddClassic adds a Classic Load Balancer.
func (s *Service) AddClassic(b Balancer) {
	_, name, _ := strings.Cut(b.ARN, "loadbalancer/")
	s.Locked(func() { s.classic[name] = b })
}

// AddDistribution adds a distribution.
func (s *Service) AddDistribution(d Distribution) { s.Locked(func() { s.distributions[d.ID] = d }) }

// AddDomain adds a custom domain name.
func (s *Service) AddDomain(d Domain) { s.Locked(func() { s.domains = append(s.domains, d) }) }

// ServeHTTP answers the query protocol, and the REST of CloudFront and API Gateway.
func (s *Service) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	id, isDistribution := strings.CutPrefix(r.URL.Path, "/2020-05-31/distribution/")
	switch {
	case isDistribution:
		s.getDistribution(w, id)
	case r.URL.Path == "/domainnames":
		s.getDomains(w, r.URL.Query())
	default:
		s.Endpoint.ServeHTTP(w, r)
	}
}

// failed answers with the fault of an operation, if there is one.
func (s *Service) failed(w http.ResponseWriter, operation string, write func(status int, code, message string)) bool {
	fault := s.Next(operation)
	if fault == nil {
		return false
	}
	if fault.Drop {
		panic(http.ErrAbortHandler) // ends the connection without a reply; net/http does not log it
	}
	status := fault.Status
	if status == 0 {
		status = http.StatusForbidden
	}
	write(status, fault.Code, fault.Message)
	return true
}

func xmlError(w http.ResponseWriter) func(status int, code, message string) {
	return func(status int, code, message string) {
		w.Header().Set("Content-Type", "text/xml")
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, `<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error></ErrorResponse>`,
			awsfake.Escape(code), awsfake.Escape(message))
	}
}
