package fake

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
)

// Refusal is an error of the service.
type Refusal struct {
	// Status is the HTTP status; 0: 400.
	Status        int
	Code, Message string
}

func refuse(code, format string, args ...any) *Refusal {
	return &Refusal{Code: code, Message: fmt.Sprintf(format, args...)}
}

func invalid(format string, args ...any) *Refusal {
	return refuse("ValidationException", format, args...)
}

// Call is a call as faults see it.
type Call struct {
	// Operation is the action's name: ImportCertificate, GetResources, AssumeRole, …
	Operation       string
	Account, Region string
	// ARN is the certificate the call names, if any.
	ARN string
}

type request struct {
	Call
	body []byte
	form url.Values
}

type response struct {
	status int
	kind   string
	body   []byte
}

// targets are the prefixes of X-Amz-Target that are served.
var targets = []string{"CertificateManager.", "ResourceGroupsTaggingAPI_20170126."}

// receive reads a call; the answer is set where it cannot be one.
func (s *Service) receive(r *http.Request) (*request, *response) {
	c := &request{}
	body, err := io.ReadAll(http.MaxBytesReader(nil, r.Body, 8<<20))
	if err != nil {
		return nil, c.refusal(invalid("the body cannot be read"))
	}
	c.body = body
	key, region, ok := scope(r.Header.Get("Authorization"))
	if !ok {
		return nil, c.refusal(&Refusal{Status: http.StatusForbidden, Code: "MissingAuthenticationTokenException",
			Message: "Missing Authentication Token"})
	}
	c.Operation = c.operation(r)
	if operations[c.Operation] == nil {
		return nil, c.refusal(refuse("UnknownOperationException", "%q is not served", r.Header.Get("X-Amz-Target")))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.calls[c.Operation]++
	c.Region, c.Account = region, DefaultAccount
	if account, known := s.accounts[key]; known {
		c.Account = account
	}
	return c, nil
}

// operation is the action that r asks for; of an action of STS, which has no X-Amz-Target, it keeps the form.
func (c *request) operation(r *http.Request) string {
	target := r.Header.Get("X-Amz-Target")
	for _, prefix := range targets {
		if name, ok := strings.CutPrefix(target, prefix); ok && name != "AssumeRole" {
			var named struct{ CertificateArn string }
			if json.Unmarshal(c.body, &named) == nil {
				c.ARN = named.CertificateArn
			}
			return name
		}
	}
	if form, err := url.ParseQuery(string(c.body)); err == nil && form.Get("Action") == "AssumeRole" {
		c.form = form
		return "AssumeRole"
	}
	return ""
}

// scope reads access key and region from Credential=<key>/<date>/<region>/<service>/aws4_request.
func scope(authorization string) (key, region string, ok bool) {
	_, credential, found := strings.Cut(authorization, "Credential=")
	credential, _, _ = strings.Cut(credential, ",")
	parts := strings.Split(credential, "/")
	if !found || len(parts) != 5 {
		return "", "", false
	}
	return parts[0], parts[2], true
}

// decode reads the body's JSON into an input.
func decode[In any](f func(*Service, *request, In) (any, *Refusal)) func(*Service, *request) (any, *Refusal) {
	return func(s *Service, c *request) (any, *Refusal) {
		var in In
		if err := json.Unmarshal(c.body, &in); err != nil {
			return nil, refuse("SerializationException", "the body is not the JSON of a %s", c.Operation)
		}
		return f(s, c, in)
	}
}

func (c *request) reply(out any) *response {
	if text, ok := out.(string); ok {
		return &response{http.StatusOK, "text/xml", []byte(text)}
	}
	body, err := json.Marshal(out)
	if err != nil {
		return c.refusal(&Refusal{Status: http.StatusInternalServerError, Code: "InternalFailure", Message: err.Error()})
	}
	return &response{http.StatusOK, "application/x-amz-json-1.1", body}
}

func (c *request) refusal(e *Refusal) *response {
	status := e.Status
	if status == 0 {
		status = http.StatusBadRequest
	}
	if c.form != nil {
		return &response{status, "text/xml", []byte(errorXML(e))}
	}
	body, _ := json.Marshal(map[string]string{"__type": e.Code, "message": e.Message})
	return &response{status, "application/x-amz-json-1.1", body}
}

func (a *response) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", a.kind)
	w.Header().Set("X-Amzn-Requestid", "00000000-0000-4000-8000-000000000000")
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body)
}
