package api

import (
	"fmt"
	"slices"
	"strings"
)

// keyType reads key_type; empty where it is absent or wrong.
func (f fields) keyType() KeyType {
	s, ok := f.text("key_type")
	if !ok {
		return ""
	}
	k, problem := keyTypeName(s)
	if problem != "" {
		f.wrong("key_type", "%s", problem)
	}
	return KeyType(k)
}

// keyTypeName returns a key type, or what is wrong with it.
func keyTypeName(given string) (keyType, problem string) {
	if slices.Contains(KeyTypes, KeyType(given)) {
		return given, ""
	}
	if meant, ok := spokenKeyTypes[fold(given)]; ok {
		return "", fmt.Sprintf("%s is not ACM's name of a key type: write %s", quote(given), meant)
	}
	return "", fmt.Sprintf("%s is not a key type: use one of %s", quote(given), keyTypeList())
}

func keyTypeList() string {
	var names []string
	for _, k := range KeyTypes {
		names = append(names, string(k))
	}
	return strings.Join(names, ", ")
}

// spokenKeyTypes are other names of the key types, folded, so that a problem can say what was meant. They are not
// accepted: one name for one thing.
var spokenKeyTypes = func() map[string]KeyType {
	spoken := map[string]KeyType{}
	for k, names := range map[KeyType]string{
		RSA2048: "rsa 2048 rsa2k",
		RSA3072: "3072 rsa3k",
		RSA4096: "4096 rsa4k",
		EC256:   "ec ecc ecdsa 256 p256 ec256 ecc256 ecp256 ecdsa256 ecdsap256 es256 prime256v1 secp256r1 ecsecp256r1 nistp256",
		EC384:   "384 p384 ec384 ecc384 ecp384 ecdsa384 ecdsap384 es384 secp384r1 prime384v1 ecprime384v1 nistp384",
	} {
		for name := range strings.FieldsSeq(names) {
			spoken[name] = k
		}
		spoken[fold(string(k))] = k
	}
	return spoken
}()
