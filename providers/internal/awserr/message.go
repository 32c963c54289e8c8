package awserr

import (
	"errors"
	"regexp"
	"strings"

	smithy "github.com/aws/smithy-go"
)

// requestID is how services put the ID of a request into a message, alone or among other particulars in brackets.
var requestID = regexp.MustCompile(`(?i)\s*(\([^()]*request ?id[^()]*\)|[,;]?\s*request ?id:?\s*[0-9a-z-]+)`)

// Message returns the error message of the service, which is the same from run to run: without request IDs; its code where it
// has no message; empty where the service did not respond.
func Message(err error) string {
	var e smithy.APIError
	if !errors.As(err, &e) {
		return ""
	}
	if text := Stable(e.ErrorMessage()); text != "" {
		return text
	}
	return e.ErrorCode()
}

// Stable returns a message of a service without the ID of the request.
func Stable(message string) string {
	return strings.TrimSpace(requestID.ReplaceAllString(message, ""))
}
