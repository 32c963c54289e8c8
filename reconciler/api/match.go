package api

import "strings"

// MatchesName reports whether a record's name matches a pattern: a name, or a prefix and "*".
func MatchesName(pattern, name string) bool { return matchesPart(pattern, name) }

// MatchesDomain reports whether a record's DNS name is within a pattern: a name, "*." and a name (one level below it),
// or "**." and a name (all levels below it). A wildcard is within it if every name that it stands for is. Both are
// lower-case A-labels.
func MatchesDomain(pattern, domain string) bool {
	if strings.HasPrefix(pattern, "**.") {
		return strings.HasSuffix(domain, pattern[len("**"):])
	}
	base, ok := strings.CutPrefix(pattern, "*.")
	if !ok {
		return domain == pattern
	}
	label, parent, _ := strings.Cut(domain, ".")
	return label != "" && parent == base
}

// MatchesEndpoint reports whether an endpoint, host:port, is within a pattern: one of hosts as MatchesDomain has them, ":", and a port
// or "*" for every port.
func MatchesEndpoint(pattern, endpoint string) bool {
	hosts, ports, ok := strings.Cut(pattern, ":")
	host, port, valid := strings.Cut(endpoint, ":")
	return ok && valid && port != "" && (ports == "*" || ports == port) && MatchesDomain(hosts, host)
}

// MatchesARN reports whether an ARN matches a pattern: "*" in one of its six parts stands for any characters of that
// part.
func MatchesARN(pattern, arn string) bool {
	want, ok := ParseARN(pattern)
	got, valid := ParseARN(arn)
	return ok && valid && want.Partition == got.Partition && want.Service == got.Service && matchesPart(want.Region, got.Region) &&
		matchesPart(want.Account, got.Account) && matchesPart(want.Resource, got.Resource)
}

// matchesPart matches a pattern that has at most one "*", which stands for any characters.
func matchesPart(pattern, s string) bool {
	before, after, open := strings.Cut(pattern, "*")
	if !open {
		return pattern == s
	}
	return len(s) >= len(before)+len(after) && strings.HasPrefix(s, before) && strings.HasSuffix(s, after)
}
