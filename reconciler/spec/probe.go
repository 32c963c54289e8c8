package spec

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"certloop/reconciler/api"
)

var (
	probeAttributes    = []string{"endpoints", "names_for_wildcards", "interval", "off"}
	endpointAttributes = []string{"host", "port", "sni", "protocol", "target"}
)

// maxProbeInterval is a week: what was not probed for longer says nothing about the present.
const maxProbeInterval = 7 * 24 * time.Hour

// probe reads what is probed of the certificate. The endpoints' names must be names of the certificate.
func (f fields) probe(domains []string, targets []api.Target) api.Probe {
	m := f.object("probe")
	p := api.Probe{
		Endpoints:         m.endpoints(domains, keysOf(targets)),
		NamesForWildcards: m.namesForWildcards(domains),
		Interval:          m.duration("interval", "a time between two probes", maxProbeInterval),
		Off:               m.flag("off"),
	}
	m.only(probeAttributes)
	return p
}

func (f fields) endpoints(domains, keys []string) []api.Endpoint {
	list := f.list("endpoints")
	if len(list) > api.MaxEndpoints {
		f.wrong("endpoints", "has %d entries: use at most %d", len(list), api.MaxEndpoints)
		list = list[:api.MaxEndpoints]
	}
	var all []api.Endpoint
	for i, v := range list {
		m, ok := f.element("endpoints", i, v)
		if !ok {
			continue
		}
		before := f.problems.count()
		e := m.endpoint(domains)
		if m.given("target") {
			e.Target = m.targetKey(m.path("target"), m.values["target"], keys)
		}
		m.only(endpointAttributes)
		switch {
		case f.problems.count() > before:
		case slices.Contains(all, e):
			f.problems.add(m.at, "is the same endpoint as another one: remove one")
		default:
			all = append(all, e)
		}
	}
	return all
}

// endpoint reads one endpoint. The server name is the host unless sni is given; it must be a name of the certificate, because
// another name would be answered with another certificate.
func (f fields) endpoint(domains []string) api.Endpoint {
	e := api.Endpoint{Host: f.endpointName("host"), Protocol: f.protocol()}
	if !f.given("host") {
		f.wrong("host", "is missing: give the DNS name of the endpoint, such as www.example.com")
	}
	e.Port, e.SNI = f.port(e.Protocol), f.endpointName("sni")
	at := "sni"
	if !f.given("sni") {
		at, e.SNI = "host", e.Host
	}
	if e.SNI != "" && len(domains) > 0 && !covered(e.SNI, domains) {
		f.wrong(at, "%s is not a name of the certificate: set sni to one of domains", api.Quote(e.SNI))
	}
	return e
}

// endpointName reads a DNS name without a wildcard; empty if it is absent or wrong.
func (f fields) endpointName(name string) string {
	s, ok := f.text(name)
	if !ok {
		return ""
	}
	host, problem := plainHost(s)
	if problem != "" {
		f.wrong(name, "%s", problem)
	}
	return host
}

func plainHost(given string) (host, problem string) {
	host, problem = hostname(given)
	if problem == "" && strings.HasPrefix(host, "*.") {
		return "", api.Quote(given) + " is a wildcard: give one name, nothing can connect to a wildcard"
	}
	return host, problem
}

func (f fields) protocol() api.Protocol {
	s, ok := f.text("protocol")
	if !ok {
		return api.ProtocolTLS
	}
	if !slices.Contains(api.Protocols, api.Protocol(s)) {
		names := make([]string, len(api.Protocols))
		for i, p := range api.Protocols {
			names[i] = string(p)
		}
		f.wrong("protocol", "%s is not a protocol: use one of %s", api.Quote(s), strings.Join(names, ", "))
		return api.ProtocolTLS
	}
	return api.Protocol(s)
}

// port reads a TCP port; the protocol's usual one if it is absent.
func (f fields) port(p api.Protocol) int {
	if !f.given("port") {
		return p.DefaultPort()
	}
	text, ok := api.NumberText(f.values["port"])
	if !ok {
		f.wrong("port", "is %s, not a number: write a number without quotes (N in DynamoDB)", typeName(f.values["port"]))
		return 0
	}
	n, err := strconv.Atoi(text)
	if err != nil || n < 1 || n > 65535 {
		f.wrong("port", "%s is not a TCP port: use 1 to 65535", api.Quote(text))
	}
	return n
}

// namesForWildcards reads the names that are probed for the wildcards of the record.
func (f fields) namesForWildcards(domains []string) []string {
	given := f.values["names_for_wildcards"]
	if set, ok := given.([]string); ok {
		sorted := slices.Sorted(slices.Values(set))
		list := make([]any, len(sorted))
		for i, s := range sorted {
			list[i] = s
		}
		return f.wildcardNames(list, domains)
	}
	return f.wildcardNames(f.list("names_for_wildcards"), domains)
}

func (f fields) wildcardNames(list []any, domains []string) []string {
	if len(list) > api.MaxEndpoints {
		f.wrong("names_for_wildcards", "has %d names: use at most %d", len(list), api.MaxEndpoints)
		list = list[:api.MaxEndpoints]
	}
	var good []string
	for i, v := range list {
		at := fmt.Sprintf("%s[%d]", f.path("names_for_wildcards"), i)
		s, ok := v.(string)
		if !ok {
			f.problems.add(at, "%s", notText(v))
			continue
		}
		host, problem := plainHost(s)
		switch {
		case problem != "":
			f.problems.add(at, "%s", problem)
		case len(domains) > 0 && !covered(host, domains):
			f.problems.add(at, "%s is covered by no wildcard of domains: give a name of the certificate", api.Quote(s))
		case slices.Contains(good, host):
			f.problems.add(at, "%s occurs twice: remove one", api.Quote(s))
		default:
			good = append(good, host)
		}
	}
	return good
}

// covered reports whether a certificate for these domains is valid for the name (RFC 6125 section 6.4.3).
func covered(name string, domains []string) bool {
	_, parent, _ := strings.Cut(name, ".")
	return slices.Contains(domains, name) || slices.Contains(domains, "*."+parent)
}
