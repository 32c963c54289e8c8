package migrate

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"certloop/cmd/certloop/lang"
	"certloop/reconciler/api"
)

// certificate reads the names and the key type from the installed certificate.
func (l *lineage) certificate(all []option) {
	l.record["domains"] = []any{}
	o, known := l.set["cert"]
	leaf, err := l.leaf(o.value())
	switch {
	case known && err == nil:
		for _, name := range leaf.Domains {
			l.record["domains"] = append(l.record["domains"].([]any), name)
		}
		if _, set := l.set["key_type"]; !set && slices.Contains(api.KeyTypes, leaf.KeyType) {
			l.record["key_type"] = string(leaf.KeyType)
		}
	case known:
		l.note(Problem, o.line, o.name, l.F("the certificate cannot be read (%s), so the names are not known: set domains of record %s", l.Error(err), l.record["name"]))
	default:
		l.note(Problem, 0, "cert", l.F("the path of the certificate is missing, so the names are not known: set domains of record %s", l.record["name"]))
	}
	var hints []string
	for _, o := range all {
		if o.section == renewalParams+".webroot_map" {
			hints = append(hints, bounded(o.name))
		}
	}
	if err != nil && len(hints) > 0 {
		l.note(Info, 0, "webroot_map", l.F("these names are in webroot_map, which may lack some: %s", strings.Join(hints[:min(len(hints), api.MaxDomains)], ", ")))
	}
}

// leaf returns the facts of a certificate file.
func (l *lineage) leaf(path string) (api.Leaf, error) {
	if l.options.ReadCertificate == nil || path == "" {
		return api.Leaf{}, lang.Errorf("no file")
	}
	body, err := l.options.ReadCertificate(l.file, path)
	if err != nil {
		return api.Leaf{}, err
	}
	chain, err := api.ParseChain(body)
	if err != nil {
		return api.Leaf{}, err
	}
	return api.ParseLeaf(chain[0])
}

// keyType carries key_type, rsa_key_size and elliptic_curve over.
func (l *lineage) keyType(o option) {
	switch o.value() {
	case "rsa":
		size := l.set["rsa_key_size"].value()
		if size == "" || size == "None" {
			size = "2048"
		}
		l.record["key_type"] = "RSA_" + size
		o = l.set["rsa_key_size"]
	case "ecdsa":
		switch curve := l.set["elliptic_curve"].value(); curve {
		case "", "None", "secp256r1":
			l.record["key_type"] = string(api.EC256)
		case "secp384r1":
			l.record["key_type"] = string(api.EC384)
		default:
			l.record["key_type"] = "EC_" + curve
		}
		o = l.set["elliptic_curve"]
	default:
		l.note(Problem, o.line, o.name, l.F("%q is not a key type of certbot: set key_type by hand", bounded(o.value())))
		return
	}
	if kind := l.record["key_type"].(string); !slices.Contains(api.KeyTypes, api.KeyType(kind)) {
		delete(l.record, "key_type")
		l.note(Lost, o.line, o.name, l.F("certloop issues no keys of type %s: set key_type to another one. A certificate in ACM cannot change its key type, so it gets a new ARN", bounded(kind)))
	}
}

// spans are the units of renew_before_expiry.
var spans = map[string]time.Duration{"hour": time.Hour, "day": 24 * time.Hour, "week": 7 * 24 * time.Hour}

// renewBefore carries a time such as "30 days" over.
func (l *lineage) renewBefore(o option) {
	parts := strings.Fields(o.value())
	if len(parts) == 2 {
		n, err := strconv.Atoi(parts[0])
		unit := spans[strings.TrimSuffix(parts[1], "s")]
		if err == nil && n > 0 && n <= 10000 && unit > 0 {
			span := time.Duration(n) * unit
			l.record["renew_before"] = fmt.Sprintf("%dh", span/time.Hour)
			if span%(24*time.Hour) == 0 {
				l.record["renew_before"] = fmt.Sprintf("%dd", span/(24*time.Hour))
			}
			return
		}
	}
	l.note(Problem, o.line, o.name, l.F("%q is not a time such as 30 days: set renew_before by hand", bounded(o.value())))
}
