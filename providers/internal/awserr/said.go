package awserr

import (
	"errors"
	"regexp"
	"strings"

	smithy "github.com/aws/smithy-go"
)

// requestID is how services put the ID of a request into a message, alone or among other particulars in brackets.
var requestID = regexp.MustCompile(`(?i)\s*(\([^()]*request ?id[^()]*\)|[,;]?\s*request ?id:?\s*[0-9a-z-]+)`)

// Said is what the service says to err, the same from run to run: its message without request IDs, else its code.
func Said(err error) string {
	var e smithy.APIError
	if !errors.As(err, &e) {
		return ""
	}
	if text := Stable(e.ErrorMessage()); text != "" {
		return text
	}
	return e.ErrorCode()
}

// Stable is a message of a service without the ID of the request.
func Stable(message string) string {
	return strings.TrimSpace(requestID.ReplaceAllString(message, ""))
}
