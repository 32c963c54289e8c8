package acme

import "certloop/reconciler/api"

// outcome is what a refusal means to the loop.
type outcome struct {
	kind api.ErrorKind
	// reason; empty: that of the step.
	reason api.Reason
	// remedy is what a person can do; %s is the account's name.
	remedy string
}

const (
	newAccountRecord = "ask the CA about account %s, or create an Account record with another name"
	otherKeyType     = "the CA does not accept the key of account %s: create an Account record with another name and another key_type"
	otherEmail       = "correct email of account %s"
	allowInCAA       = "allow the CA in the CAA records of the name, or remove them"
)

// problems are the types of RFC 8555 section 6.7, of RFC 9773 section 7.4 (alreadyReplaced) and of
// draft-ietf-acme-profiles (invalidProfile). A type that is not here is Terminal where the CA itself says it.
var problems = map[string]outcome{
	"accountDoesNotExist":     {api.Terminal, api.ReasonAccountUnknown, newAccountRecord},
	"alreadyReplaced":         {api.Terminal, "", ""},
	"alreadyRevoked":          {api.Terminal, "", ""},
	"badCSR":                  {api.Terminal, "", ""},
	"badNonce":                {api.Transient, api.ReasonCAUnavailable, ""},
	"badPublicKey":            {api.Terminal, "", ""},
	"badRevocationReason":     {api.Terminal, "", ""},
	"badSignatureAlgorithm":   {api.Terminal, "", otherKeyType},
	"caa":                     {api.Terminal, api.ReasonValidationFailed, allowInCAA},
	"compound":                {api.Terminal, "", ""},
	"connection":              {api.Transient, api.ReasonCAUnavailable, ""},
	"dns":                     {api.Terminal, api.ReasonValidationFailed, ""},
	"externalAccountRequired": {api.Terminal, api.ReasonEABRequired, "get an EAB credential from the CA, store it in Secrets Manager, and set eab_secret_arn of account %s to its ARN"},
	"incorrectResponse":       {api.Terminal, api.ReasonValidationFailed, ""},
	"invalidContact":          {api.Terminal, api.ReasonRegistrationRefused, otherEmail},
	"invalidProfile":          {api.Terminal, "", ""},
	"malformed":               {api.Terminal, "", ""},
	"orderNotReady":           {api.Transient, api.ReasonCAUnavailable, ""},
	"rateLimited":             {api.Throttled, api.ReasonRateLimited, ""},
	"rejectedIdentifier":      {api.Terminal, "", ""},
	"serverInternal":          {api.Transient, api.ReasonCAUnavailable, ""},
	"tls":                     {api.Transient, api.ReasonCAUnavailable, ""},
	"unauthorized":            {api.Terminal, "", ""},
	"unsupportedContact":      {api.Terminal, api.ReasonRegistrationRefused, otherEmail},
	"unsupportedIdentifier":   {api.Terminal, "", ""},
	"userActionRequired":      {api.Terminal, "", "agree to what the CA asks of account %s"},
}
