package spec

import (
	"fmt"
	"slices"
	"strings"

	"certloop/reconciler/api"
)

// keyType reads key_type; empty if it is absent or wrong.
func (f fields) keyType() api.KeyType {
	s, ok := f.text("key_type")
	if !ok {
		return ""
	}
	k, problem := keyTypeName(s)
	if problem != "" {
		f.wrong("key_type", "%s", problem)
	}
	return api.KeyType(k)
}

// keyTypeName returns a key type, or the problem.
func keyTypeName(given string) (keyType, problem string) {
	if slices.Contains(api.KeyTypes, api.KeyType(given)) {
		return given, ""
	}
	if meant, ok := spokenKeyTypes[api.Fold(given)]; ok {
		return "", fmt.Sprintf("%s is not ACM's name of a key type: write %s", api.Quote(given), meant)
	}
	return "", fmt.Sprintf("%s is not a key type: use one of %s", api.Quote(given), keyTypeList())
}

func keyTypeList() string {
	var names []string
	for _, k := range api.KeyTypes {
		names = append(names, string(k))
	}
	return strings.Join(names, ", ")
}

// spokenKeyTypes are other names of the key types, folded, so that a problem can suggest the right one. They are not
// accepted: each type has one name.
var spokenKeyTypes = func() map[string]api.KeyType {
	spoken := map[string]api.KeyType{}
	for k, names := range map[api.KeyType]string{
		api.RSA2048: "rsa 2048 rsa2k",
		api.RSA3072: "3072 rsa3k",
		api.RSA4096: "4096 rsa4k",
		api.EC256:   "ec ecc ecdsa 256 p256 ec256 ecc256 ecp256 ecdsa256 ecdsap256 es256 prime256v1 secp256r1 ecsecp256r1 nistp256",
		api.EC384:   "384 p384 ec384 ecc384 ecp384 ecdsa384 ecdsap384 es384 secp384r1 prime384v1 ecprime384v1 nistp384",
	} {
		for name := range strings.FieldsSeq(names) {
			spoken[name] = k
		}
		spoken[api.Fold(string(k))] = k
	}
	return spoken
}()
