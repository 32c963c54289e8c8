package fake

import (
	"fmt"
	"net/http"
	"strings"

	"certloop/providers/internal/awsfake"
)

// Fault is that of all fakes.
type Fault = awsfake.Fault

// Throttling is the answer to calls above five a second.
func Throttling() Fault { return Fault{Code: "Throttling", Message: "Rate exceeded"} }

// PriorRequestNotComplete is the answer to a change while another one of the zone is being taken.
func PriorRequestNotComplete() Fault {
	return Fault{Code: "PriorRequestNotComplete", Message: "The request was rejected because Route 53 was still processing a prior request."}
}

// Denied is the answer where IAM does not allow the call.
func Denied(action string) Fault {
	return Fault{Status: http.StatusForbidden, Code: "AccessDenied", Message: "User: arn:aws:sts::" + DefaultAccount +
		":assumed-role/certloop/certloop is not authorized to perform: " + action}
}

// RefusedBatch is a refused batch in its older form: a list of messages.
func RefusedBatch(status int, messages ...string) Fault {
	var list strings.Builder
	for _, m := range messages {
		list.WriteString("<Message>" + awsfake.Escape(m) + "</Message>")
	}
	return Fault{Status: status, Body: fmt.Sprintf(`<InvalidChangeBatch xmlns="%s"><Messages>%s</Messages>%s</InvalidChangeBatch>`,
		namespace, list.String(), requestID)}
}

// fault is what goes wrong with c; nil: nothing.
func (s *Service) fault(c *request) *Fault {
	if s.config.Fault != nil {
		if f := s.config.Fault(c.Call); f != nil {
			return f
		}
	}
	return s.Next(c.Operation)
}
