// Package awserr reads the errors of the AWS SDK for the providers: their kind, the error message of the service, and
// whether they quote a secret.
//
// It holds what the errors of all services have in common. What a code means to one service alone stays with that
// service's provider.
package awserr

import (
	"errors"
	"net/http"

	smithy "github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"

	"certloop/reconciler/api"
)

// kinds are the error codes whose kind is the same everywhere ("Common Errors" in the API reference of each service;
// AWS SDKs and Tools Reference Guide, "Retry behavior").
var kinds = map[string]api.ErrorKind{
	"Throttled":                 api.Throttled,
	"Throttling":                api.Throttled,
	"ThrottlingException":       api.Throttled,
	"ThrottledException":        api.Throttled,
	"RequestThrottled":          api.Throttled,
	"RequestThrottledException": api.Throttled,
	"TooManyRequestsException":  api.Throttled,
	"RequestLimitExceeded":      api.Throttled,
	"SlowDown":                  api.Throttled,

	// These come with a 4xx and are transient: credentials are fetched again, clocks corrected.
	"ExpiredToken":              api.Transient,
	"ExpiredTokenException":     api.Transient,
	"RequestExpired":            api.Transient,
	"RequestTimeTooSkewed":      api.Transient,
	"InvalidSignatureException": api.Transient,
	"SignatureDoesNotMatch":     api.Transient,
	"RequestTimeout":            api.Transient,
	"RequestTimeoutException":   api.Transient,
}

// denied are the codes of a denial; the last four also come from a region that the account has not enabled.
var denied = map[string]bool{
	"AccessDenied": true, "AccessDeniedException": true, "NotAuthorized": true, "UnauthorizedOperation": true,
	"AuthorizationError":          true,
	"UnrecognizedClientException": true, "InvalidClientTokenId": true, "OptInRequired": true,
	"SubscriptionRequiredException": true,
}

// Kind returns the kind of an error of the SDK. own are the codes of the service at hand, and come first. Any other refusal
// is Terminal, and all that is no refusal Transient.
func Kind(err error, own map[string]api.ErrorKind) api.ErrorKind {
	code := Code(err)
	if kind, ok := own[code]; ok {
		return kind
	}
	if kind, ok := kinds[code]; ok {
		return kind
	}
	if cutOff(err, code) {
		return api.Transient
	}
	switch status := status(err); {
	case status == http.StatusTooManyRequests:
		return api.Throttled
	case status == http.StatusRequestTimeout:
		return api.Transient
	case status >= 400 && status < 500:
		return api.Terminal
	}
	return api.Transient
}

// unknownCode is the SDK's code of an answer that has none.
const unknownCode = "UnknownError"

// cutOff reports whether err is of an answer that arrived in part, or that no service of AWS wrote: a refusal without a
// code, or one that cannot be read. It says nothing about the request.
func cutOff(err error, code string) bool {
	var unread *smithy.DeserializationError
	return code == unknownCode || errors.As(err, &unread)
}

// Code returns the service's own code of the error; empty where the service did not respond.
func Code(err error) string {
	var e smithy.APIError
	if errors.As(err, &e) {
		return e.ErrorCode()
	}
	return ""
}

// Denied reports whether the caller has no permission for its request.
func Denied(err error) bool { return denied[Code(err)] }

// From reports whether the error came from that service (the SDK's ServiceID: STS, ACM, …): a call to one service may ask
// another for credentials first.
func From(err error, service string) bool {
	var op *smithy.OperationError
	for errors.As(err, &op) {
		if op.ServiceID == service {
			return true
		}
		err = op.Err
	}
	return false
}

func status(err error) int {
	var e *smithyhttp.ResponseError
	if errors.As(err, &e) {
		return e.HTTPStatusCode()
	}
	return 0
}
