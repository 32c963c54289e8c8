package spec

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"certloop/reconciler/api"
)

// namePattern reads a pattern of record names: a name, or a prefix and "*".
func namePattern(given string) (pattern, problem string) {
	prefix, open := strings.CutSuffix(given, "*")
	switch {
	case strings.Contains(prefix, "*"):
		return "", api.Quote(given) + ` has "*" in another place than at the end: give a name, or the beginning of names and "*"`
	case open && prefix != "" && !namePrefixForm().MatchString(prefix):
		return "", api.Quote(given) + ` is not a prefix of names: use 1 to 63 of a-z, 0-9, "." and "-", a letter or digit first, then "*"`
	case open:
		return given, ""
	}
	if err := api.ValidateName(given); err != nil {
		return "", strings.TrimPrefix(err.Error(), "name ")
	}
	return given, ""
}

// domainPattern reads a name, "*." and a name (one level below it), or "**." and a name (all levels below it).
func domainPattern(given string) (pattern, problem string) {
	whole := strings.TrimSuffix(dots.Replace(given), ".")
	prefix := ""
	for _, p := range []string{"**.", "*."} {
		if rest, ok := strings.CutPrefix(whole, p); ok {
			whole, prefix = rest, p
			break
		}
	}
	switch {
	case whole == "*" || whole == "**":
		return "", api.Quote(given) + " stands for every name: remove domains to allow every name"
	case strings.Contains(whole, "*"):
		return "", api.Quote(given) + ` has "*" in a place where it means nothing: write *.example.com for one level below, **.example.com for all`
	case prefix == "":
		return hostname(given)
	}
	if problem := tooLong(whole); problem != "" {
		return "", problem
	}
	if problem := notAName(whole); problem != "" {
		return "", problem
	}
	base, problem := toASCII(whole)
	if problem != "" {
		return "", api.Quote(given) + " " + problem
	}
	return prefix + base, ""
}

// endpointPattern reads a pattern of hosts, and after ":" a port, or "*" for every port. Without a port it is 443.
func endpointPattern(given string) (pattern, problem string) {
	hosts, port, hasPort := strings.Cut(given, ":")
	n, err := strconv.Atoi(port)
	switch {
	case strings.Contains(given, "//"), strings.Contains(port, ":"), hosts == "":
		return "", api.Quote(given) + " is not a pattern of endpoints: write lb.example.net, lb.example.net:8443, or **.example.net:* for every port"
	case !hasPort:
		n = api.ProtocolTLS.DefaultPort()
	case port != "*" && (err != nil || n < 1 || n > 65535 || strconv.Itoa(n) != port):
		return "", api.Quote(given) + ` has no TCP port after ":": use 1 to 65535, or "*" for every port`
	}
	if strings.Trim(hosts, "*") == "" {
		return "", api.Quote(given) + " stands for every host: remove probe_endpoints to allow every endpoint"
	}
	if hosts, problem = domainPattern(hosts); problem != "" {
		return "", problem
	}
	if port == "*" {
		return hosts + ":*", ""
	}
	return hosts + ":" + strconv.Itoa(n), ""
}

func zoneID(given string) (id, problem string) {
	id = strings.TrimPrefix(given, "/hostedzone/")
	if !zoneForm().MatchString(id) {
		return "", api.Quote(given) + " is not a hosted zone ID: give the ID that Route 53 shows, such as Z1D633PJN98FT9"
	}
	return id, ""
}

func regionName(given string) (region, problem string) {
	if !regionForm().MatchString(given) {
		return "", api.Quote(given) + " is not an AWS region: give one, such as us-east-1"
	}
	return given, ""
}

func anyText(given string) (text, problem string) { return given, lineProblem(given, maxText) }

func deletionPolicyName(given string) (policy, problem string) {
	return oneOf(given, "deletion policy", string(api.Retain), string(api.Delete))
}

func networkName(given string) (network, problem string) {
	return oneOf(given, "network", string(api.NetworkPublic), string(api.NetworkPrivate))
}

func oneOf(given, what string, known ...string) (value, problem string) {
	if slices.Contains(known, given) {
		return given, ""
	}
	if near := api.Nearest(given, known); near != "" {
		return "", fmt.Sprintf("%s is not a %s: did you mean %s?", api.Quote(given), what, near)
	}
	return "", fmt.Sprintf("%s is not a %s: use %s", api.Quote(given), what, strings.Join(known, " or "))
}

func directoryURL(given string) (url, problem string) {
	if known, ok := api.DirectoryAliases[given]; ok {
		return known, ""
	}
	return given, directoryProblem(given)
}

// These are the patterns of ARNs: each of the six parts may have one "*", which stands for any characters of that part.
var (
	namePrefixForm = form(`^[a-z0-9][a-z0-9.-]{0,62}$`)

	partitionPattern   = form(`^aws(-[a-z-]{1,16})?$`)
	regionPattern      = form(`^[a-z0-9-]{0,40}\*?[a-z0-9-]{0,40}$`)
	accountPattern     = form(`^([0-9]{12}|\*)$`)
	certificatePattern = form(`^certificate/[A-Za-z0-9-]{0,64}\*?[A-Za-z0-9-]{0,64}$`)
	secretNamePattern  = form(`^secret:[A-Za-z0-9/_+=.@-]{0,519}\*?[A-Za-z0-9/_+=.@-]{0,519}$`)
)

func acmPattern(given string) (pattern, problem string) {
	return arnPattern(given, "acm", "acm_arns", certificatePattern, acmShape)
}

func secretPattern(given string) (pattern, problem string) {
	return arnPattern(given, "secretsmanager", "eab_secrets", secretNamePattern,
		"arn:aws:secretsmanager:<region>:<account>:secret:<name>")
}

func arnPattern(given, service, attribute string, resource func() *regexp.Regexp, shape string) (pattern, problem string) {
	a, ok := api.ParseARN(given)
	switch {
	case strings.Trim(given, "*") == "":
		return "", api.Quote(given) + " stands for every ARN: remove " + attribute + " to allow every ARN"
	case !ok || !partitionPattern().MatchString(a.Partition) || a.Service != service || a.Region == "" ||
		!regionPattern().MatchString(a.Region) || !accountPattern().MatchString(a.Account) || !resource().MatchString(a.Resource):
		return "", api.Quote(given) + " is not a pattern of such ARNs: give " + shape + `, with at most one "*" in each of region, account and resource`
	}
	return given, ""
}
