package faults

import (
	"fmt"
	"net/http"

	"certloop/internal/sandbox/iam"
)

// throttling returns the code with which a service refuses requests above its rate.
func throttling(service string) string {
	switch service {
	case "route53", "sts", "sns":
		return "Throttling"
	case "sqs":
		return "RequestThrottled"
	}
	return "ThrottlingException"
}

// refuse answers in the protocol of the call.
func refuse(w http.ResponseWriter, c iam.Call, status int, code, message string) {
	switch {
	case c.Form != nil || c.Service == "route53" || c.Service == "cloudfront":
		w.Header().Set("Content-Type", "text/xml")
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, `<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error><RequestId>fault</RequestId></ErrorResponse>`, code, message)
	default:
		w.Header().Set("Content-Type", "application/x-amz-json-1.1")
		w.Header().Set("X-Amzn-Errortype", code)
		w.WriteHeader(status)
		_, _ = fmt.Fprintf(w, `{"__type":%q,"message":%q}`, code, message)
	}
}
