package pebble

import (
	"net/http"
	"strings"

	"github.com/letsencrypt/pebble/v2/wfe"
)

// Kind is the resource of a request, in the words of RFC 8555 section 7.1.
type Kind string

// These are the kinds of requests.
const (
	Directory     Kind = "directory"
	NewNonce      Kind = "newNonce"
	NewAccount    Kind = "newAccount"
	Account       Kind = "account"
	NewOrder      Kind = "newOrder"
	Order         Kind = "order"
	Authorization Kind = "authorization"
	Challenge     Kind = "challenge"
	Finalize      Kind = "finalize"
	Certificate   Kind = "certificate"
	RenewalInfo   Kind = "renewalInfo"
	RevokeCert    Kind = "revokeCert"
	KeyChange     Kind = "keyChange"
	// Other is any other request.
	Other Kind = "other"
)

// paths are Pebble's paths: of one resource, or with a slash at the end the prefix of many.
var paths = map[string]Kind{
	wfe.DirectoryPath:                      Directory,
	"/nonce-plz":                           NewNonce,
	"/sign-me-up":                          NewAccount,
	"/my-account/":                         Account,
	"/order-plz":                           NewOrder,
	"/my-order/":                           Order,
	"/authZ/":                              Authorization,
	"/chalZ/":                              Challenge,
	"/finalize-order/":                     Finalize,
	"/certZ/":                              Certificate,
	"/draft-ietf-acme-ari-03/renewalInfo/": RenewalInfo,
	"/revoke-cert":                         RevokeCert,
	"/rollover-account-key":                KeyChange,
}

// KindOf returns the kind of r.
func KindOf(r *http.Request) Kind {
	for path, kind := range paths {
		if r.URL.Path == path || strings.HasSuffix(path, "/") && strings.HasPrefix(r.URL.Path, path) {
			return kind
		}
	}
	return Other
}
