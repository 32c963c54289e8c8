package fake

import (
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"certloop/providers/internal/awsfake"
)

// members returns a list of the query protocol.
func members(form url.Values, name string) (all []string) {
	for i := 1; form.Has(fmt.Sprintf("%s.member.%d", name, i)); i++ {
		all = append(all, form.Get(fmt.Sprintf("%s.member.%d", name, i)))
	}
	return all
}

func (s *Service) describeBalancers(c awsfake.Call) (any, *awsfake.Refusal) {
	if c.Form.Get("Version") == classicVersion {
		return s.describeClassic(c)
	}
	var b strings.Builder
	arns := members(c.Form, "LoadBalancerArns")
	if len(arns) > mostARNs {
		return nil, awsfake.Refuse("ValidationError", "At most %d load balancers can be specified", mostARNs)
	}
	for _, arn := range arns {
		balancer, ok := s.balancers[arn]
		if !ok {
			return nil, awsfake.Refuse("LoadBalancerNotFound", "One or more load balancers not found")
		}
		fmt.Fprintf(&b, `<member><LoadBalancerArn>%s</LoadBalancerArn><DNSName>%s</DNSName></member>`, awsfake.Escape(arn), awsfake.Escape(balancer.Host))
	}
	return result("DescribeLoadBalancers", "<LoadBalancers>"+b.String()+"</LoadBalancers>"), nil
}

func (s *Service) describeClassic(c awsfake.Call) (any, *awsfake.Refusal) {
	var b strings.Builder
	for _, name := range members(c.Form, "LoadBalancerNames") {
		balancer, ok := s.classic[name]
		if !ok {
			return nil, awsfake.Refuse("LoadBalancerNotFound", "There is no ACTIVE Load Balancer named '%s'", name)
		}
		fmt.Fprintf(&b, `<member><DNSName>%s</DNSName><ListenerDescriptions>`, awsfake.Escape(balancer.Host))
		for _, port := range slices.Sorted(maps.Keys(balancer.Listeners)) {
			protocol, certificate := "TCP", ""
			if all := balancer.Listeners[port].Certificates; len(all) > 0 {
				protocol, certificate = "HTTPS", "<SSLCertificateId>"+awsfake.Escape(all[0])+"</SSLCertificateId>"
			}
			fmt.Fprintf(&b, `<member><Listener><Protocol>%s</Protocol><LoadBalancerPort>%d</LoadBalancerPort>%s</Listener></member>`, protocol, port, certificate)
		}
		b.WriteString(`</ListenerDescriptions></member>`)
	}
	return result("DescribeLoadBalancers", "<LoadBalancerDescriptions>"+b.String()+"</LoadBalancerDescriptions>"), nil
}

func (s *Service) describeListeners(c awsfake.Call) (any, *awsfake.Refusal) {
	arn := c.Form.Get("LoadBalancerArn")
	balancer, ok := s.balancers[arn]
	if !ok {
		return nil, awsfake.Refuse("LoadBalancerNotFound", "One or more load balancers not found")
	}
	var b strings.Builder
	for _, port := range slices.Sorted(maps.Keys(balancer.Listeners)) {
		protocol, certificate := "TCP", ""
		if all := balancer.Listeners[port].Certificates; len(all) > 0 {
			protocol, certificate = "TLS", "<Certificates><member><CertificateArn>"+awsfake.Escape(all[0])+"</CertificateArn></member></Certificates>"
		}
		fmt.Fprintf(&b, `<member><ListenerArn>%s</ListenerArn><Port>%d</Port><Protocol>%s</Protocol>%s</member>`,
			awsfake.Escape(arn+"#"+strconv.Itoa(port)), port, protocol, certificate)
	}
	return result("DescribeListeners", "<Listeners>"+b.String()+"</Listeners>"), nil
}

func (s *Service) describeCertificates(c awsfake.Call) (any, *awsfake.Refusal) {
	arn, port, _ := strings.Cut(c.Form.Get("ListenerArn"), "#")
	n, _ := strconv.Atoi(port)
	listener, ok := s.balancers[arn].Listeners[n]
	if !ok {
		return nil, awsfake.Refuse("ListenerNotFound", "One or more listeners not found")
	}
	var b strings.Builder
	for _, certificate := range listener.Certificates {
		fmt.Fprintf(&b, `<member><CertificateArn>%s</CertificateArn></member>`, awsfake.Escape(certificate))
	}
	return result("DescribeListenerCertificates", "<Certificates>"+b.String()+"</Certificates>"), nil
}

func result(operation, inner string) string {
	return fmt.Sprintf("<%[1]sResponse><%[1]sResult>%[2]s</%[1]sResult></%[1]sResponse>", operation, inner)
}
