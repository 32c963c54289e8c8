package api

import (
	"maps"
	"slices"
)

// accountReasons are the reasons of an Account's conditions. The value is true if the account stays as it is until an operator
// changes the record, a secret, a policy or a right, or asks the CA. A test holds that none is missing.
var accountReasons = map[Reason]bool{
	ReasonAccepted:    false,
	ReasonRegistered:  false,
	ReasonRegistering: false,
	// The services respond again, or the role may read the secret after a change that IAM applies late.
	ReasonCAUnavailable:     false,
	ReasonRateLimited:       false,
	ReasonSecretUnavailable: false,

	ReasonInvalidSpec:         true,
	ReasonPolicyDenied:        true,
	ReasonEABUnavailable:      true,
	ReasonEABRequired:         true,
	ReasonRegistrationRefused: true,
	ReasonAccountKeyLost:      true,
	ReasonAccountUnknown:      true,
	ReasonNetworkDenied:       true,
	ReasonCALimits:            true,
	ReasonInternalError:       true,
}

// AccountReasons returns the reasons of an Account's conditions, sorted.
func AccountReasons() []Reason { return slices.Sorted(maps.Keys(accountReasons)) }

// AwaitsOperator reports whether the account stays as it is, and is not ready, until an operator acts. Of a reason that is not
// known here, nobody may wait for a change that never comes.
func (s *AccountStatus) AwaitsOperator() bool {
	if s == nil || s.IsReady() {
		return false
	}
	ready, ok := GetCondition(s.Conditions, ConditionReady)
	acts, known := accountReasons[ready.Reason]
	return ok && (acts || !known)
}

// requiresEAB are the aliases of DirectoryAliases. The value is true if the CA accepts no registration without an EAB credential.
var requiresEAB = map[string]bool{
	"letsencrypt": false, "letsencrypt-staging": false,
	"jprs": true, "google": true, "zerossl": true, "digicert-jp": true, "sectigo-dv": true, "sslcom-rsa": true, "sslcom-ecc": true,
}

// RequiresEAB reports whether the CA of a directory is known to accept no registration without an EAB credential. The directory is an
// alias or a URL.
func RequiresEAB(directory string) bool {
	for alias, url := range DirectoryAliases {
		if directory == alias || directory == url {
			return requiresEAB[alias]
		}
	}
	return false
}
