package migrate

import (
	"fmt"
	"strings"

	"certloop/reconciler/api"
)

// directory returns the account of the CA that the entry names.
func (e *entry) directory() (account string, ok bool) {
	email, _ := e.text("email")
	server, serverAt := e.text("acmeServerUrl")
	provider, at := e.text("acmeProvider")
	switch provider {
	case "jprs", "letsencrypt":
		if server != "" && aliasOf(server) != provider {
			e.note(Lost, serverAt.line, serverAt.path, e.F("acmeProvider is %s, so this URL is not used: set directory of account %[1]s if the URL is right", provider))
		}
		return e.account(provider, email, at.line, at.path), true
	case "custom":
		if server == "" {
			e.note(Problem, at.line, at.path, e.T("acmeServerUrl is missing: set it to the directory of the CA. The certificate has no record"))
			return "", false
		}
		return e.account(server, email, serverAt.line, serverAt.path), true
	case "":
		e.note(Problem, at.line, at.path, e.T("acmeProvider is missing, here and in defaults: set jprs, letsencrypt or custom. The certificate has no record"))
	default:
		e.note(Problem, at.line, at.path, e.F("%q is not a provider of acme-to-acm: set jprs, letsencrypt or custom. The certificate has no record", bounded(provider)))
	}
	return "", false
}

func (e *entry) zone(r Record) {
	if zone, _ := e.text("route53HostedZoneId"); zone != "" {
		r["zone"] = strings.TrimPrefix(zone, "/hostedzone/")
	}
}

func (e *entry) arn(r Record) {
	arn, at := e.text("acmCertificateArn")
	if arn != "" {
		e.adopt(r, arn, at.line, at.path)
		return
	}
	if at = e.fields["acmCertificateArn"]; at == nil {
		at = e.at
	}
	e.note(Info, at.line, at.path, e.F("record %s: without an ARN a new certificate is imported: switch what uses the old one to the new ARN, or set acm_arn to the old one", r["name"]))
}

func (e *entry) renewal(r Record) {
	days, at, ok := e.number("renewDaysBeforeExpiry")
	switch {
	case !ok:
	case days < 1 || days > 3650:
		e.note(Problem, at.line, at.path, e.F("%d is out of range: set renew_before to 1d to 3650d, or leave it out", days))
	default:
		r["renew_before"] = fmt.Sprintf("%dd", days)
	}
}

// key carries keyType and rsaKeySize over.
func (e *entry) key(r Record) {
	kind, at := e.text("keyType")
	size, sizeAt, sized := e.number("rsaKeySize")
	switch strings.ToLower(kind) {
	case "ecdsa":
		r["key_type"] = string(api.EC256)
		if sized {
			e.note(Info, sizeAt.line, sizeAt.path, e.T("keyType is ecdsa, so this is not used"))
		}
	case "rsa", "":
		if kind == "" && !sized {
			return
		}
		if !sized {
			size = 2048
		}
		r["key_type"] = fmt.Sprintf("RSA_%d", size)
		if size != 2048 && size != 3072 && size != 4096 {
			delete(r, "key_type")
			e.note(Problem, sizeAt.line, sizeAt.path, e.F("%d is not a key size: set key_type to RSA_2048, RSA_3072 or RSA_4096", size))
		}
	default:
		e.note(Problem, at.line, at.path, e.F("%q is not a key type of acme-to-acm: set key_type by hand", bounded(kind)))
	}
}

func (e *entry) enabled(r Record) {
	n := e.get("enabled")
	if n == nil {
		return
	}
	enabled, ok := n.value.(bool)
	switch {
	case !ok:
		e.note(Problem, n.line, n.path, e.T("it must be true or false"))
	case !enabled:
		r["suspend"] = true
		e.note(Info, n.line, n.path, e.F("carried over as suspend: record %s is not renewed until you remove suspend", r["name"]))
	}
}
