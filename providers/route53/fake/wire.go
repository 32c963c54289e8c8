package fake

import (
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"

	"certloop/providers/internal/awsfake"
)

const namespace = "https://route53.amazonaws.com/doc/2013-04-01/"

// requestID ends every error.
const requestID = "<RequestId>00000000-0000-4000-8000-000000000000</RequestId>"

// Refusal is an error of the service.
type Refusal struct {
	// Status is the HTTP status; 0: 400.
	Status        int
	Code, Message string
}

func refuse(code, format string, args ...any) *Refusal {
	return &Refusal{Code: code, Message: fmt.Sprintf(format, args...)}
}

// Call is a call as faults see it.
type Call struct {
	// Operation is the action's name: ChangeResourceRecordSets, GetChange, AssumeRole, …
	Operation string
	Account   string
	// ID is the hosted zone or the change that the call names, if any.
	ID string
}

type request struct {
	Call
	route route
	body  []byte
	query url.Values
}

// receive reads a call; the refusal is set where it cannot be one.
func (s *Service) receive(r *http.Request) (*request, *Refusal) {
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, 1<<20))
	if err != nil {
		return nil, refuse("InvalidInput", "the body cannot be read")
	}
	key, ok := accessKey(r.Header.Get("Authorization"))
	if !ok {
		return nil, &Refusal{Status: http.StatusForbidden, Code: "MissingAuthenticationToken", Message: "Missing Authentication Token"}
	}
	c := &request{body: body, query: r.URL.Query()}
	for _, route := range routes {
		if id, ok := route.matches(r, body); ok {
			c.route, c.Operation, c.ID = route, route.operation, id
		}
	}
	if c.route.run == nil {
		return nil, &Refusal{Status: http.StatusNotFound, Code: "UnknownOperationException", Message: r.Method + " " + r.URL.Path + " is not served"}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[c.Operation]++
	c.Account = DefaultAccount
	if account, known := s.accounts[key]; known {
		c.Account = account
	}
	return c, nil
}

// accessKey reads Credential=<key>/<date>/<region>/<service>/aws4_request.
func accessKey(authorization string) (string, bool) {
	_, credential, found := strings.Cut(authorization, "Credential=")
	credential, _, _ = strings.Cut(credential, ",")
	parts := strings.Split(credential, "/")
	return parts[0], found && len(parts) == 5
}

// route says which requests are which action.
type route struct {
	operation, method string
	// path has one "*" for an ID.
	path string
	run  func(*Service, *request) (any, *Refusal)
}

func (r route) matches(in *http.Request, body []byte) (id string, ok bool) {
	if in.Method != r.method {
		return "", false
	}
	if r.operation == "AssumeRole" {
		return "", in.URL.Path == "/" && strings.Contains(string(body), "Action=AssumeRole&")
	}
	before, after, one := strings.Cut(r.path, "*")
	path := strings.TrimSuffix(in.URL.Path, "/")
	if !one {
		return "", path == r.path
	}
	id, ok = strings.CutPrefix(path, before)
	id, ends := strings.CutSuffix(id, after)
	return id, ok && ends && id != "" && !strings.Contains(id, "/")
}

func reply(w http.ResponseWriter, out any) {
	body, err := xml.Marshal(out)
	if err != nil {
		(&Refusal{Status: http.StatusInternalServerError, Code: "InternalFailure", Message: err.Error()}).write(w)
		return
	}
	send(w, http.StatusOK, xml.Header+string(body))
}

func (e *Refusal) write(w http.ResponseWriter) {
	status := e.Status
	if status == 0 {
		status = http.StatusBadRequest
	}
	send(w, status, fmt.Sprintf(`<ErrorResponse xmlns="%s"><Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error>%s</ErrorResponse>`,
		namespace, awsfake.Escape(e.Code), awsfake.Escape(e.Message), requestID))
}

func send(w http.ResponseWriter, status int, body string) {
	w.Header().Set("Content-Type", "text/xml")
	w.Header().Set("X-Amzn-Requestid", "00000000-0000-4000-8000-000000000000")
	w.WriteHeader(status)
	_, _ = io.WriteString(w, body)
}
