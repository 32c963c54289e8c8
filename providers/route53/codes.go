package route53

import (
	"cmp"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/route53/types"

	"certloop/providers/internal/awserr"
	"certloop/reconciler/api"
)

// kinds are the error codes that mean something to Route 53 alone (Amazon Route 53 API Reference, the errors of each
// action).
var kinds = map[string]api.ErrorKind{
	// Another change of the same zone is being taken.
	"PriorRequestNotComplete": api.Throttled,

	"NoSuchChange": api.NotFound,

	// Route 53 sends it with a status of 4xx or, in its older form, without one that the SDK keeps.
	"InvalidChangeBatch": api.Terminal,

	// The older form of a refusal has no code that the SDK finds.
	"UnknownError": api.Terminal,
}

var zoneGoneCodes = map[string]bool{"NoSuchHostedZone": true, "HostedZoneNotFound": true}

// kindOf is the kind of an error of the SDK.
func kindOf(err error) api.ErrorKind { return awserr.Kind(err, kinds) }

// denied reports whether the caller has no permission; Route 53 has a code of its own for it.
func denied(err error) bool {
	return awserr.Denied(err) || awserr.Code(err) == "NotAuthorizedException"
}

// message returns the error message of the service, which is the same from run to run. Of a batch's errors, which come as one text in
// brackets or as a list, it is all.
func message(err error) string {
	var batch *types.InvalidChangeBatch
	if errors.As(err, &batch) {
		return cmp.Or(awserr.Stable(strings.Join(batch.Messages, ", ")), awserr.Message(err))
	}
	return awserr.Message(err)
}
