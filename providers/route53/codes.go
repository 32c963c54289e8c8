package route53

import (
	"errors"
	"net/http"
	"regexp"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/route53/types"
	smithy "github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"certloop/reconciler/api"
)

// kinds are the error codes of known kind (Amazon Route 53 API Reference, "Common Errors" and the errors of each
// action; AWS STS API Reference). Any other refusal is Terminal, and all that is no refusal Transient.
var kinds = map[string]api.ErrorKind{
	"Throttling":               api.Throttled,
	"ThrottlingException":      api.Throttled,
	"ThrottledException":       api.Throttled,
	"RequestThrottled":         api.Throttled,
	"TooManyRequestsException": api.Throttled,
	"RequestLimitExceeded":     api.Throttled,
	"SlowDown":                 api.Throttled,
	// Another change of the same zone is being taken.
	"PriorRequestNotComplete": api.Throttled,

	"NoSuchChange": api.NotFound,

	// Route 53 sends it with a status of 4xx or, in its older form, without one that the SDK keeps.
	"InvalidChangeBatch": api.Terminal,

	// These come with a 4xx and pass: credentials are fetched anew, clocks corrected.
	"ExpiredToken":              api.Transient,
	"ExpiredTokenException":     api.Transient,
	"RequestExpired":            api.Transient,
	"RequestTimeTooSkewed":      api.Transient,
	"InvalidSignatureException": api.Transient,
	"SignatureDoesNotMatch":     api.Transient,
	"RequestTimeout":            api.Transient,
	"RequestTimeoutException":   api.Transient,
}

// deniedCodes say that the caller may not.
var deniedCodes = map[string]bool{
	"AccessDenied": true, "AccessDeniedException": true, "NotAuthorized": true, "NotAuthorizedException": true,
	"UnauthorizedOperation": true, "UnrecognizedClientException": true, "InvalidClientTokenId": true,
	"OptInRequired": true, "SubscriptionRequiredException": true,
}

var zoneGoneCodes = map[string]bool{"NoSuchHostedZone": true, "HostedZoneNotFound": true}

// kindOf is the kind of an error of the SDK.
func kindOf(err error) api.ErrorKind {
	if kind, ok := kinds[codeOf(err)]; ok {
		return kind
	}
	switch status := statusOf(err); {
	case status == http.StatusTooManyRequests:
		return api.Throttled
	case status == http.StatusRequestTimeout:
		return api.Transient
	case status >= 400 && status < 500:
		return api.Terminal
	}
	return api.Transient
}

func codeOf(err error) string {
	var e smithy.APIError
	if errors.As(err, &e) {
		return e.ErrorCode()
	}
	return ""
}

func statusOf(err error) int {
	var e *smithyhttp.ResponseError
	if errors.As(err, &e) {
		return e.HTTPStatusCode()
	}
	return 0
}

// fromSTS says that err came from assuming the role, before Route 53 was asked.
func fromSTS(err error) bool {
	var op *smithy.OperationError
	for errors.As(err, &op) {
		if op.ServiceID == "STS" {
			return true
		}
		err = op.Err
	}
	return false
}

// requestID is how services put the ID of a request into a message, alone or among other particulars in brackets.
var requestID = regexp.MustCompile(`(?i)\s*(\([^()]*request ?id[^()]*\)|[,;]?\s*request ?id:?\s*[0-9a-z-]+)`)

// said is what the service says to err, the same from run to run. Of a batch's errors, which come as one text in
// brackets or as a list, it is all.
func said(err error) string {
	var e smithy.APIError
	if !errors.As(err, &e) {
		return ""
	}
	text := e.ErrorMessage()
	var batch *types.InvalidChangeBatch
	if errors.As(err, &batch) && len(batch.Messages) > 0 {
		text = strings.Join(batch.Messages, ", ")
	}
	text = strings.TrimSpace(requestID.ReplaceAllString(text, ""))
	if text == "" {
		return e.ErrorCode()
	}
	return text
}
