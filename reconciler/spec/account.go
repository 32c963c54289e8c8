package spec

import (
	"crypto/x509"
	"encoding/pem"
	"maps"
	"net/mail"
	"net/url"
	"slices"
	"strings"

	"certloop/reconciler/api"
)

// accountAttributes are the attributes of an Account record, in the order of docs/reference/records.md.
var accountAttributes = []string{
	"name", "kind", "directory", "email", "eab_secret_arn", "key_type", "ca_certificates", "network", "profile", "preferred_chain", "limits",
}

// DefaultAccountKeyType is the type of an account's own key; every CA of DirectoryAliases accepts it.
const DefaultAccountKeyType = api.EC256

// DecodeAccount reads an Account record, under the rules of DecodeCertificate.
func DecodeAccount(record map[string]any) (*api.Account, error) {
	f := newFields(record)
	if problem := api.RecordProblem(record); problem != "" {
		f.problems.add("record", "%s", problem)
		return nil, f.problems.err()
	}
	a := &api.Account{
		Name:           f.nameOf(api.KindAccount),
		Directory:      f.directory(),
		Email:          f.email(),
		EABSecretARN:   f.eabSecretARN(),
		KeyType:        f.keyType(),
		CACertificates: f.caCertificates(),
		Network:        f.network(),
		Profile:        f.optional("profile"),
		PreferredChain: f.optional("preferred_chain"),
	}
	a.Limits = f.limits(a.Directory)
	f.only(accountAttributes)
	if err := f.problems.err(); err != nil {
		return nil, err
	}
	if a.KeyType == "" {
		a.KeyType = DefaultAccountKeyType
	}
	if a.Network == "" {
		a.Network = api.NetworkPublic
	}
	return a, nil
}

// directory reads the URL of the ACME directory, or an alias of a well-known one.
func (f fields) directory() string {
	if !f.given("directory") {
		f.wrong("directory", "is missing: give an https URL or one of %s", aliasList())
	}
	s, ok := f.line("directory", maxURL)
	if !ok {
		return ""
	}
	if known, ok := api.DirectoryAliases[s]; ok {
		return known
	}
	if problem := directoryProblem(s); problem != "" {
		f.wrong("directory", "%s", problem)
	}
	return s
}

// directoryProblem does not repeat a URL, because that may contain a password.
func directoryProblem(s string) string {
	u, err := url.Parse(s)
	near := api.Nearest(s, slices.Sorted(maps.Keys(api.DirectoryAliases)))
	switch {
	case !strings.Contains(s, ":") && near != "":
		return api.Quote(s) + " is not a known directory: did you mean " + near + "?"
	case !strings.Contains(s, ":"):
		return api.Quote(s) + " is not a known directory: give an https URL or one of " + aliasList()
	case err != nil || u.Hostname() == "":
		return "is not a URL: give the https URL of the CA's directory"
	case u.Scheme != "https":
		return "is not an https URL: ACME is spoken over https only (RFC 8555 section 6.1)"
	case u.User != nil:
		return "has a user name or password in it: remove it, a CA knows its accounts by their keys"
	case u.Fragment != "":
		return `has a part after "#": remove it`
	}
	return ""
}

func aliasList() string {
	return strings.Join(slices.Sorted(maps.Keys(api.DirectoryAliases)), ", ")
}

func (f fields) email() string {
	s, ok := f.text("email")
	if !ok {
		return ""
	}
	parsed, err := mail.ParseAddress(s)
	// CAs refuse more than the bare address, and what a mailto URL reads as several addresses (RFC 8555 section 7.3).
	if err != nil || parsed.Address != s || !isASCII(s) || strings.ContainsAny(s, `"?,& `) {
		f.wrong("email", "%s is not an e-mail address: give one bare address, such as admin@example.com", api.Quote(s))
		return ""
	}
	_, host, _ := strings.Cut(s, "@")
	if _, problem := hostname(host); problem != "" || strings.HasPrefix(host, "*") {
		f.wrong("email", "%s is not at a DNS name: give one bare address, such as admin@example.com", api.Quote(s))
	}
	return s
}

// eabSecretARN never repeats a wrong value: it may be the HMAC key itself in the wrong place.
func (f fields) eabSecretARN() string {
	s, ok := f.line("eab_secret_arn", maxARN)
	if !ok {
		return ""
	}
	a, ok := api.ParseARN(s)
	if !ok || a.Service != "secretsmanager" || !regionForm().MatchString(a.Region) || !a.HasAccount() ||
		!secretForm().MatchString(a.Resource) {
		f.wrong("eab_secret_arn", "is not the ARN of a secret: put the credential into Secrets Manager and give "+
			"arn:aws:secretsmanager:<region>:<account>:secret:<name>")
	}
	return s
}

// network reads where the CA's servers may be.
func (f fields) network() api.Network {
	s, ok := f.text("network")
	if ok && !slices.Contains(api.Networks, api.Network(s)) {
		f.wrong("network", "is %s: use %s, or %s for a CA at a private address", api.Quote(s), api.NetworkPublic, api.NetworkPrivate)
	}
	return api.Network(s)
}

// maxPEM is enough for the roots of one CA and keeps the record far below DynamoDB's 400 KB.
const maxPEM = 64 << 10

// caCertificates reads PEM certificates; the text is kept as it is.
func (f fields) caCertificates() string {
	s, ok := f.document("ca_certificates")
	if !ok {
		return ""
	}
	if problem := pemProblem(s); problem != "" {
		f.wrong("ca_certificates", "%s", problem)
	}
	return s
}

// pemProblem does not repeat its value: it may be a private key.
func pemProblem(s string) string {
	if len(s) > maxPEM {
		return "is longer than 64 KB: give the roots of this CA only"
	}
	rest := []byte(s)
	for strings.TrimSpace(string(rest)) != "" {
		var block *pem.Block
		block, rest = pem.Decode(rest)
		if block == nil {
			return "is not PEM: give one or more blocks of BEGIN CERTIFICATE, with their line breaks"
		}
		if block.Type != "CERTIFICATE" {
			return "holds a block of another type than CERTIFICATE: remove it, a private key above all"
		}
		root, err := x509.ParseCertificate(block.Bytes)
		if err != nil {
			return "holds a block that is not an X.509 certificate: give it as the CA publishes it"
		}
		if err := api.CheckKey(root); err != nil {
			return "holds a certificate that cannot be used, " + err.Error()
		}
	}
	return ""
}
