package awsfake

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"net/http"
)

type response struct {
	status int
	kind   string
	body   []byte
	query  string
}

// answer is what goes back: out, or the refusal where there is one.
func (e *Endpoint) answer(c Call, out any, refused *Refusal) *response {
	if refused != nil {
		return e.refusal(c, refused)
	}
	if text, ok := out.(string); ok {
		return &response{status: http.StatusOK, kind: "text/xml", body: []byte(text)}
	}
	body, err := json.Marshal(out)
	if err != nil {
		return e.refusal(c, &Refusal{Status: http.StatusInternalServerError, Code: "InternalFailure", Message: err.Error()})
	}
	return &response{status: http.StatusOK, kind: "application/x-amz-json-" + e.config.JSON, body: body}
}

func (e *Endpoint) refusal(c Call, r *Refusal) *response {
	status := r.Status
	if status == 0 {
		status = http.StatusBadRequest
	}
	if c.Form != nil {
		return &response{status: status, kind: "text/xml", body: []byte(errorXML(r))}
	}
	body, _ := json.Marshal(map[string]string{"__type": r.Code, "message": r.Message})
	answer := &response{status: status, kind: "application/x-amz-json-" + e.config.JSON, body: body}
	if r.QueryCode != "" {
		answer.query = r.QueryCode + ";Sender"
	}
	return answer
}

func (a *response) write(w http.ResponseWriter) {
	w.Header().Set("Content-Type", a.kind)
	w.Header().Set("X-Amzn-Requestid", "00000000-0000-4000-8000-000000000000")
	if a.query != "" {
		w.Header().Set("X-Amzn-Query-Error", a.query)
	}
	w.WriteHeader(a.status)
	_, _ = w.Write(a.body)
}

func errorXML(r *Refusal) string {
	return fmt.Sprintf(`<ErrorResponse><Error><Type>Sender</Type><Code>%s</Code><Message>%s</Message></Error>`+
		`<RequestId>00000000-0000-4000-8000-000000000000</RequestId></ErrorResponse>`, Escape(r.Code), Escape(r.Message))
}

// Escape is text as XML holds it.
func Escape(text string) string {
	var b bytes.Buffer
	_ = xml.EscapeText(&b, []byte(text))
	return b.String()
}
