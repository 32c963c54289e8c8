package keys

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"regexp"
	"strings"
	"sync"

	"certloop/reconciler/api"
)

// eabForm is what the secret must hold, in messages.
const eabForm = `{"kid":"<key ID>","hmac_key":"<key in base64url>"} and nothing else`

// secretARN is the form of a secret's ARN; its first group is the region.
var secretARN = sync.OnceValue(func() *regexp.Regexp {
	return regexp.MustCompile(`^arn:aws[a-z-]*:secretsmanager:([a-z]{2,}(?:-[a-z0-9]+)+):[0-9]{12}:secret:[A-Za-z0-9/_+=.@-]{1,519}$`)
})

// EAB implements ports.AccountKeys. The secret may lie in any region, which its ARN names, and in another account whose
// resource policy allows it.
//
// No error repeats anything of what the secret holds. Nor does one repeat an ARN that is none: it may be the HMAC key,
// put into the wrong place.
func (v *Vault) EAB(ctx context.Context, arn string) (api.EAB, error) {
	match := secretARN().FindStringSubmatch(arn)
	if match == nil {
		return api.EAB{}, eabUnavailable("eab_secret_arn is not the ARN of a secret: set it to the ARN of a secret that holds %s", eabForm)
	}
	value, err := v.read(ctx, secret{id: arn, region: match[1], reason: api.ReasonEABUnavailable})
	if api.KindOf(err) == api.NotFound {
		// Not of kind NotFound: an account whose credential is missing is not an account that is missing.
		return api.EAB{}, eabUnavailable("%s: store %s in it, or correct eab_secret_arn", api.MessageOf(err), eabForm)
	}
	if err != nil {
		return api.EAB{}, err
	}
	credential, problem := decodeEAB(value)
	if problem != "" {
		return api.EAB{}, eabUnavailable("secret %s %s: set it to %s", arn, problem, eabForm)
	}
	return credential, nil
}

func eabUnavailable(format string, args ...any) *api.Error {
	return &api.Error{Kind: api.Terminal, Reason: api.ReasonEABUnavailable, Message: fmt.Sprintf(format, args...)}
}

// decodeEAB returns the credential, or a problem in its own words: those of encoding/json quote the value.
func decodeEAB(value api.Secret) (api.EAB, string) {
	var fields map[string]*string
	if json.Unmarshal(value.Reveal(), &fields) != nil {
		return api.EAB{}, "is not a JSON object of strings"
	}
	for _, name := range []string{"kid", "hmac_key"} {
		if text := fields[name]; text == nil || *text == "" || strings.TrimSpace(*text) != *text {
			return api.EAB{}, "has no " + name + ", or an empty one, or one with white space around it"
		}
	}
	if len(fields) > 2 {
		return api.EAB{}, "has other fields beside kid and hmac_key"
	}
	hmac := *fields["hmac_key"]
	// The decoder passes over line breaks.
	if _, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(hmac, "=")); err != nil || strings.ContainsAny(hmac, "\r\n") {
		return api.EAB{}, "has an hmac_key that is not base64url"
	}
	return api.EAB{KID: *fields["kid"], HMACKey: api.NewSecret([]byte(hmac))}, ""
}
