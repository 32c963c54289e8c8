package acm

import (
	"certloop/providers/internal/awserr"
	"certloop/reconciler/api"
)

// kinds are the error codes that mean something to ACM alone (AWS Certificate Manager API Reference, the errors of each
// action). The last two pass: the other change ends.
var kinds = map[string]api.ErrorKind{
	"ResourceNotFoundException":  api.NotFound,
	"RequestInProgressException": api.Transient,
	"ConflictException":          api.Transient,
}

var quotaCodes = map[string]bool{"LimitExceededException": true, "ServiceQuotaExceededException": true}

// kindOf is the kind of an error of the SDK.
func kindOf(err error) api.ErrorKind { return awserr.Kind(err, kinds) }
