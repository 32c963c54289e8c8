// Package publicdns asks recursive resolvers for what the public DNS shows. Providers that read it share one client, one set
// of bounds and one form of error.
package publicdns

import (
	"context"
	"errors"
	"net"
	"time"

	"github.com/miekg/dns"
)

const (
	// systemResolvers is the file that names the system's resolvers (resolv.conf(5)).
	systemResolvers = "/etc/resolv.conf"
	// answerWithin is how long one resolver has for one answer; each is asked rounds times.
	answerWithin = 2 * time.Second
	rounds       = 2
	// udpSize is the largest answer over UDP that is not fragmented anywhere (dnsflagday.net/2020).
	udpSize = 1232
	// queryWithin is how long all resolvers together have for one answer, however many are named.
	queryWithin = 16 * time.Second
)

// Resolver is the public DNS, through recursive resolvers. Its zero value asks the system's. It is safe for concurrent use.
type Resolver struct {
	// Servers are the resolvers, host:port; empty: those of /etc/resolv.conf.
	Servers []string
}

// Query asks for one type at one name. An answer is NOERROR or NXDOMAIN; everything else, SERVFAIL included, says nothing
// about the name and is a Transient error once every resolver has had its turns: with ReasonDNSSECBogus if the answer does not
// validate, else with ReasonDNSFailed.
func (r Resolver) Query(ctx context.Context, name string, qtype uint16) (*dns.Msg, error) {
	servers, err := r.Servers, error(nil)
	if len(servers) == 0 {
		servers, err = resolversIn(systemResolvers)
	}
	if err != nil {
		return nil, silent(name, qtype, err)
	}
	asking, cancel := context.WithTimeout(ctx, queryWithin)
	defer cancel()
	var problem error
	for range rounds {
		for _, server := range servers {
			reply, err := ask(asking, server, name, qtype, false)
			if err == nil {
				return reply, nil
			}
			problem = errors.Join(problem, err)
		}
	}
	return nil, unanswered(ctx, servers, name, qtype, problem)
}

// resolversIn are the resolvers that a file in the form of resolv.conf(5) names, host:port.
func resolversIn(file string) ([]string, error) {
	system, err := dns.ClientConfigFromFile(file)
	if err != nil {
		return nil, err
	}
	var addresses []string
	for _, server := range system.Servers {
		addresses = append(addresses, net.JoinHostPort(server, system.Port))
	}
	if len(addresses) == 0 {
		return nil, errors.New(file + " names no resolver")
	}
	return addresses, nil
}

// ask asks one resolver, over TCP where the answer over UDP is cut off. unchecked tells it not to validate DNSSEC.
func ask(ctx context.Context, server, name string, qtype uint16, unchecked bool) (*dns.Msg, error) {
	query := new(dns.Msg)
	query.SetQuestion(dns.Fqdn(name), qtype)
	query.CheckingDisabled = unchecked
	query.SetEdns0(udpSize, false)
	reply, err := exchange(ctx, "udp", server, query)
	if err == nil && reply.Truncated {
		reply, err = exchange(ctx, "tcp", server, query)
	}
	switch {
	case err != nil:
		return nil, err
	case reply.Rcode != dns.RcodeSuccess && reply.Rcode != dns.RcodeNameError:
		return nil, newBadAnswer(server, reply)
	}
	return reply, nil
}

func exchange(ctx context.Context, network, server string, query *dns.Msg) (*dns.Msg, error) {
	conn, err := (&net.Dialer{Timeout: answerWithin}).DialContext(ctx, network, server)
	if err != nil {
		return nil, err
	}
	// The library knows a context's deadline only when it dials: without this a cancelled call would wait on.
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() })
	defer func() {
		stop()
		_ = conn.Close()
	}()
	client := dns.Client{Net: network, Timeout: answerWithin, UDPSize: udpSize}
	reply, _, err := client.ExchangeWithConn(query, &dns.Conn{Conn: conn, UDPSize: udpSize})
	return reply, err
}
