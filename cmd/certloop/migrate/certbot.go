package migrate

import (
	"path/filepath"
	"slices"
	"strings"

	"certloop/reconciler/api"
)

// certbotServer is the directory of certbot where none is configured.
const certbotServer = "https://acme-v02.api.letsencrypt.org/directory"

// renewalParams is the section of the options of renewals.
const renewalParams = "renewalparams"

// irrelevant are options about certbot itself. certloop needs nothing of them.
var irrelevant = []string{"version", "archive_dir", "cert", "privkey", "chain", "fullchain", "config_dir", "work_dir", "logs_dir", "user_agent",
	"user_agent_comment", "tos", "noninteractive_mode", "quiet", "rsa_key_size", "elliptic_curve", "max_log_backups", "account"}

// lineage is one file of renewal/*.conf.
type lineage struct {
	*builder
	set    map[string]option
	record Record
}

// certbot reads a file of renewal/*.conf.
func (b *builder) certbot(body []byte) {
	all, problems := parseINI(string(body))
	for _, p := range problems {
		b.note(Problem, p.line, "", b.F("it is not an option of certbot: %s", b.Error(p.err)))
	}
	l := &lineage{builder: b, set: map[string]option{}, record: Record{"kind": string(api.KindCertificate)}}
	params := false
	for _, o := range all {
		params = params || o.section == renewalParams
		if o.section == "" || o.section == renewalParams {
			l.set[o.name] = o
		}
	}
	if !params {
		b.note(Problem, 0, "", b.T("section [renewalparams] is missing: is this a file of certbot's renewal/*.conf?"))
		return
	}
	l.carry(all)
	b.certificates = append(b.certificates, l.record)
	b.check(l.record, func(string) (int, string) { return 0, "" })
}

func (l *lineage) carry(all []option) {
	base := strings.TrimSuffix(filepath.Base(l.file), ".conf")
	l.record["name"] = l.names.Name(base)
	server := l.set["server"]
	if server.value() == "" {
		server.values = []string{certbotServer}
	}
	l.record["account"] = l.account(server.value(), "", server.line, server.name)
	l.certificate(all)
	for _, o := range all {
		if l.set[o.name].line == o.line {
			l.option(o)
		}
	}
	if l.record["acm_arn"] == nil {
		l.note(Info, 0, "", l.F("record %s: without an ARN a new certificate is imported: switch what uses the old one to the new ARN, or set acm_arn to the old one", l.record["name"]))
	}
}

// option carries one option over, or reports that it cannot.
func (l *lineage) option(o option) {
	value := o.value()
	if value == "" || value == "None" {
		return
	}
	switch o.name {
	case "server":
		l.note(Info, o.line, o.name, l.F("certloop registers an account of its own at this CA. Set email in account %s: it is not in this file", l.record["account"]))
	case "authenticator":
		l.authenticator(o)
	case "key_type":
		l.keyType(o)
	case "preferred_chain":
		l.record["preferred_chain"] = value
	case "pref_challs":
		if !slices.Equal(o.values, []string{"dns-01"}) {
			l.note(Lost, o.line, o.name, l.F("%s: certloop uses dns-01 only", bounded(value)))
		}
	case "renew_before_expiry":
		l.renewBefore(o)
	case "autorenew":
		if value == "False" {
			l.record["suspend"] = true
			l.note(Info, o.line, o.name, l.F("carried over as suspend: record %s is not renewed until you remove suspend", l.record["name"]))
		}
	case "renew_hook", "pre_hook", "post_hook", "deploy_hook":
		l.hook(o)
	case "reuse_key":
		if value == "True" {
			l.note(Lost, o.line, o.name, l.T("certloop makes a new key for each certificate: pinning to the key does not work"))
		}
	case "must_staple":
		if value == "True" {
			l.note(Lost, o.line, o.name, l.T("certloop requests no certificate with OCSP must-staple"))
		}
	case "installer":
		l.note(Lost, o.line, o.name, l.F("%s: certloop installs certificates in ACM only. A web server that reads certbot's files keeps certbot", bounded(value)))
	default:
		if !slices.Contains(irrelevant, o.name) && value != "False" && !l.isOfAuthenticator(o) {
			l.note(Lost, o.line, o.name, l.T("certloop has no counterpart"))
		}
	}
}

// isOfAuthenticator reports whether an option belongs to the authenticator, on which there is a note already.
func (l *lineage) isOfAuthenticator(o option) bool {
	name := strings.ReplaceAll(l.set["authenticator"].value(), "-", "_")
	return name != "" && strings.HasPrefix(o.name, name+"_")
}

// authenticator reports what a CA will need for its validation from now on.
func (l *lineage) authenticator(o option) {
	switch value := o.value(); {
	case value == "dns-route53":
	case strings.HasPrefix(value, "dns-"):
		l.note(Lost, o.line, o.name, l.F("%s: certloop writes into Route 53 only: move the zone there, or delegate _acme-challenge with a CNAME to a zone there", bounded(value)))
	case value == "manual":
		l.note(Lost, o.line, o.name, l.T("manual: certloop needs a hosted zone in Route 53 for each name, or a CNAME at _acme-challenge to one"))
	default:
		l.note(Lost, o.line, o.name, l.F("%s proves names with http-01 or a web server: certloop uses dns-01 and needs a hosted zone in Route 53 for each name", bounded(value)))
	}
}

// arnInText finds the ARN of a certificate in a hook's command.
func arnInText(text string) string {
	i := strings.Index(text, "arn:aws")
	if i < 0 {
		return ""
	}
	arn := text[i:]
	if end := strings.IndexFunc(arn, func(r rune) bool { return strings.ContainsRune("\"' \t;&|)`$", r) }); end >= 0 {
		arn = arn[:end]
	}
	if parsed, ok := api.ParseARN(arn); !ok || parsed.Service != "acm" {
		return ""
	}
	return arn
}

// hook carries the ARN of an import over.
func (l *lineage) hook(o option) {
	if arn := arnInText(o.value()); arn != "" && l.record["acm_arn"] == nil {
		l.adopt(l.record, arn, o.line, o.name)
	}
	l.note(Lost, o.line, o.name, l.T("certloop runs no commands: imports into ACM need none. For others use the notices on SNS and EventBridge (docs/reference/notices.md)"))
}
