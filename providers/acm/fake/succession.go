package fake

import (
	"crypto/ecdsa"
	"crypto/rsa"
	"crypto/x509"
	"encoding/asn1"
	"fmt"
	"slices"
	"strings"
)

const (
	keyEncipherment = "KEY_ENCIPHERMENT"
	clientAuth      = "TLS_WEB_CLIENT_AUTHENTICATION"
)

var (
	oidKeyUsage    = asn1.ObjectIdentifier{2, 5, 29, 15}
	oidExtKeyUsage = asn1.ObjectIdentifier{2, 5, 29, 37}
)

// succeeds checks next as the successor of before under the same ARN (ACM User Guide, "Reimport a certificate").
func succeeds(before, next *x509.Certificate) *Refusal {
	if a, b := algorithm(before), algorithm(next); a != b {
		return invalid("The key type and size cannot change on reimport: it is %s, and the new one %s.", a, b)
	}
	if !slices.ContainsFunc(domains(before), func(d string) bool { return slices.Contains(domains(next), d) }) {
		return invalid("A reimport must keep at least one of the domain names of the certificate.")
	}
	usages := usage{"KeyUsage", oidKeyUsage, keyUsages, ""}
	if _, ec := next.PublicKey.(*ecdsa.PublicKey); ec {
		usages.mayGo = keyEncipherment
	}
	if err := usages.check(before, next); err != nil {
		return err
	}
	return usage{"ExtendedKeyUsage", oidExtKeyUsage, extKeyUsages, clientAuth}.check(before, next)
}

// usage is one of the two extensions of usages; mayGo is the value that may be removed.
type usage struct {
	name  string
	oid   asn1.ObjectIdentifier
	of    func(*x509.Certificate) []string
	mayGo string
}

func (u usage) check(before, next *x509.Certificate) *Refusal {
	if !has(before, u.oid) && has(next, u.oid) {
		return invalid("The %s extension cannot be added on reimport.", u.name)
	}
	for _, value := range u.of(before) {
		if value != u.mayGo && !slices.Contains(u.of(next), value) {
			return invalid("%s %s cannot be removed on reimport.", u.name, value)
		}
	}
	return nil
}

func has(c *x509.Certificate, oid asn1.ObjectIdentifier) bool {
	for _, e := range c.Extensions {
		if e.Id.Equal(oid) {
			return true
		}
	}
	return false
}

// algorithm is the key algorithm in ACM's enumeration; empty where ACM does not take it.
func algorithm(c *x509.Certificate) string {
	switch k := c.PublicKey.(type) {
	case *rsa.PublicKey:
		if bits := k.N.BitLen(); bits == 1024 || bits == 2048 || bits == 3072 || bits == 4096 {
			return fmt.Sprintf("RSA_%d", bits)
		}
	case *ecdsa.PublicKey:
		return map[string]string{"P-256": "EC_prime256v1", "P-384": "EC_secp384r1", "P-521": "EC_secp521r1"}[k.Params().Name]
	}
	return ""
}

// domains are the names of a certificate: the alternative ones, and the common name.
func domains(c *x509.Certificate) []string {
	names := slices.Clone(c.DNSNames)
	if cn := c.Subject.CommonName; cn != "" && !slices.Contains(names, cn) {
		names = append(names, cn)
	}
	for i := range names {
		names[i] = strings.ToLower(names[i])
	}
	return names
}

func keyUsages(c *x509.Certificate) []string {
	var names []string
	for i, name := range []string{"DIGITAL_SIGNATURE", "NON_REPUDIATION", keyEncipherment, "DATA_ENCIPHERMENT",
		"KEY_AGREEMENT", "CERTIFICATE_SIGNING", "CRL_SIGNING", "ENCIPHER_ONLY", "DECIPHER_ONLY"} {
		if c.KeyUsage&(1<<i) != 0 {
			names = append(names, name)
		}
	}
	return names
}

// extKeyUsages are names as ACM gives them, and the bare OID of a usage that it calls CUSTOM.
func extKeyUsages(c *x509.Certificate) []string {
	var names []string
	for _, u := range c.ExtKeyUsage {
		names = append(names, extendedUsages[u].name)
	}
	for _, oid := range c.UnknownExtKeyUsage {
		names = append(names, oid.String())
	}
	return names
}

var extendedUsages = map[x509.ExtKeyUsage]struct{ name, oid string }{
	x509.ExtKeyUsageAny:             {"ANY", "2.5.29.37.0"},
	x509.ExtKeyUsageServerAuth:      {"TLS_WEB_SERVER_AUTHENTICATION", "1.3.6.1.5.5.7.3.1"},
	x509.ExtKeyUsageClientAuth:      {clientAuth, "1.3.6.1.5.5.7.3.2"},
	x509.ExtKeyUsageCodeSigning:     {"CODE_SIGNING", "1.3.6.1.5.5.7.3.3"},
	x509.ExtKeyUsageEmailProtection: {"EMAIL_PROTECTION", "1.3.6.1.5.5.7.3.4"},
	x509.ExtKeyUsageIPSECEndSystem:  {"IPSEC_END_SYSTEM", "1.3.6.1.5.5.7.3.5"},
	x509.ExtKeyUsageIPSECTunnel:     {"IPSEC_TUNNEL", "1.3.6.1.5.5.7.3.6"},
	x509.ExtKeyUsageIPSECUser:       {"IPSEC_USER", "1.3.6.1.5.5.7.3.7"},
	x509.ExtKeyUsageTimeStamping:    {"TIME_STAMPING", "1.3.6.1.5.5.7.3.8"},
	x509.ExtKeyUsageOCSPSigning:     {"OCSP_SIGNING", "1.3.6.1.5.5.7.3.9"},
}
