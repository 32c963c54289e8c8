package command

import (
	"context"

	"certloop/reconciler/api"
)

// serving is what the endpoints of a world's certificates serve.
type serving map[string]*api.ServedStatus

func (s serving) Served(_ context.Context, name string) (*api.ServedStatus, error) {
	return s[name], nil
}

// lagging is a certificate of which one endpoint serves the one before, and one does not answer.
func lagging() *api.ServedStatus {
	at := func(host string, family api.Family, state api.ServedState, message string) api.ServedEndpoint {
		e := api.ServedEndpoint{Endpoint: api.Endpoint{Host: host, Port: 443, SNI: host}, Family: family, State: state, Since: in(-0.5), Message: message, Seen: state != api.ServedOther}
		if state != api.ServedUnreachable {
			e.Serial, e.NotAfter = "04c3f1", in(28)
		}
		return e
	}
	mail := at("mail.example.net", api.IPv4, api.ServedOther, "serves a certificate of Other CA for mail.example.net")
	mail.Port, mail.SNI, mail.Address = 587, "www.example.com", "203.0.113.7"
	edge := at("www.example.com", api.IPv6, api.ServedPrevious, "")
	edge.Address, edge.Serial, edge.NotAfter = "2001:db8::7", "03a0d2", in(9)
	return &api.ServedStatus{Serial: "04c3f1", CheckedAt: in(-0.02), FrontendsMessage: "AWS denies elasticloadbalancing:DescribeLoadBalancers in us-east-1: " +
		"allow it for the function's role", Endpoints: []api.ServedEndpoint{
		at("www.example.com", api.IPv4, api.ServedCurrent, ""), edge,
		at("example.com", api.IPv4, api.ServedUnreachable, "the connection was refused"), mail,
	}}
}
