package acm

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm/types"

	"certloop/reconciler/api"
)

// describedLeaf returns the facts of a certificate that ACM accepted and Go's parser does not, one with a negative
// serial number for instance: they are what DescribeCertificate shows. The fingerprint is that of the PEM all the same.
// There is no identifier for renewal information, so the CA is not asked about it.
func describedLeaf(d *types.CertificateDetail, text string) (api.Leaf, error) {
	block, _ := pem.Decode([]byte(text))
	keyType := keyTypeOf(d.KeyAlgorithm)
	serial := strings.ToLower(strings.ReplaceAll(aws.ToString(d.Serial), ":", ""))
	switch {
	case block == nil:
		return api.Leaf{}, errors.New("it is not PEM")
	case keyType == "":
		return api.Leaf{}, fmt.Errorf("its key algorithm %.40q is not one that ACM lists", string(d.KeyAlgorithm))
	case !serialForm().MatchString(serial):
		return api.Leaf{}, errors.New("ACM returned no serial number")
	case d.NotBefore == nil || d.NotAfter == nil:
		return api.Leaf{}, errors.New("ACM returned no validity")
	}
	sum := sha256.Sum256(block.Bytes)
	l := api.Leaf{
		Serial: trimZeros(serial), FingerprintSHA256: hex.EncodeToString(sum[:]), Issuer: api.BoundIssuer(aws.ToString(d.Issuer)),
		KeyType: keyType, NotBefore: wholeSeconds(d.NotBefore), NotAfter: wholeSeconds(d.NotAfter),
		Domains: api.BoundNames(d.SubjectAlternativeNames), SelfSigned: selfSigned(d),
	}
	for _, u := range d.KeyUsages[:min(len(d.KeyUsages), maxUsages)] {
		l.KeyUsages = append(l.KeyUsages, string(u.Name))
	}
	for _, u := range d.ExtendedKeyUsages[:min(len(d.ExtendedKeyUsages), maxUsages)] {
		if name := string(u.Name); name != "" && name != "CUSTOM" {
			l.ExtendedKeyUsages = append(l.ExtendedKeyUsages, name)
			continue
		}
		l.ExtendedKeyUsages = append(l.ExtendedKeyUsages, aws.ToString(u.OID))
	}
	return l, nil
}

// maxUsages bounds the usages that are read of an answer.
const maxUsages = 50

var serialForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^-?[0-9a-f]{1,128}$`) })

// keyTypeOf is a key algorithm in the API's own spelling: DescribeCertificate writes RSA-2048, the API's enumeration
// RSA_2048. Empty: ACM lists no such type.
func keyTypeOf(a types.KeyAlgorithm) api.KeyType {
	name := types.KeyAlgorithm(strings.ReplaceAll(string(a), "-", "_"))
	if slices.Contains(listedKeyTypes, name) {
		return api.KeyType(name)
	}
	return ""
}

// trimZeros is a serial number without leading zeros.
func trimZeros(serial string) string {
	digits, negative := strings.CutPrefix(serial, "-")
	if digits = strings.TrimLeft(digits, "0"); digits == "" {
		return "0"
	}
	if negative {
		return "-" + digits
	}
	return digits
}

// selfSigned reports whether issuer and subject are the same name, as far as ACM shows them.
func selfSigned(d *types.CertificateDetail) bool {
	issuer, subject := aws.ToString(d.Issuer), aws.ToString(d.Subject)
	return issuer != "" && (subject == issuer || subject == "CN="+issuer)
}
