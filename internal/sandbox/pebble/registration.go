package pebble

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
)

// register passes a newAccount on, and records its result.
func (f *front) register(w http.ResponseWriter, r *http.Request) {
	f.registering.Lock()
	defer f.registering.Unlock()
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return // the client closed the connection
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	kid := boundKID(body)
	if f.single && f.used(kid) {
		f.refuseUsed(w, r, kid)
		return
	}
	f.state.RLock()
	defer f.state.RUnlock()
	answer := httptest.NewRecorder()
	f.pebble.ServeHTTP(answer, r)
	f.note(answer, kid)
	for name, values := range answer.Header() {
		w.Header()[name] = values
	}
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

// note counts a presentation unless its nonce was rejected, and an account that was created.
func (f *front) note(answer *httptest.ResponseRecorder, kid string) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if kid != "" && !strings.Contains(answer.Body.String(), "error:badNonce") {
		f.presented[kid]++
	}
	if answer.Code == http.StatusCreated {
		f.registrations = append(f.registrations, Registration{URL: answer.Header().Get("Location"), KID: kid})
	}
}

func (f *front) used(kid string) bool {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, r := range f.registrations {
		if kid != "" && r.KID == kid {
			return true
		}
	}
	return false
}

// refuseUsed answers in the CA's place, with a nonce of Pebble's.
func (f *front) refuseUsed(w http.ResponseWriter, r *http.Request, kid string) {
	f.mu.Lock()
	f.presented[kid]++
	f.mu.Unlock()
	fresh := httptest.NewRequest(http.MethodHead, "/nonce-plz", nil)
	fresh.Header.Set("User-Agent", r.UserAgent())
	nonce := httptest.NewRecorder()
	f.pebble.ServeHTTP(nonce, fresh)
	w.Header().Set("Replay-Nonce", nonce.Header().Get("Replay-Nonce"))
	w.Header().Set("Content-Type", "application/problem+json")
	w.WriteHeader(http.StatusForbidden)
	_, _ = io.WriteString(w, `{"type":"urn:ietf:params:acme:error:unauthorized","status":403,`+
		`"detail":"the external account binding credential has been used already"}`)
}

// boundKID returns the key ID of the EAB in the JWS of a newAccount, or "".
func boundKID(body []byte) string {
	var request struct{ Payload string }
	var payload struct {
		ExternalAccountBinding *struct{ Protected string }
	}
	var protected struct{ KID string }
	if json.Unmarshal(body, &request) != nil || !decode(request.Payload, &payload) || payload.ExternalAccountBinding == nil {
		return ""
	}
	if !decode(payload.ExternalAccountBinding.Protected, &protected) {
		return ""
	}
	return protected.KID
}

func decode(encoded string, into any) bool {
	text, err := base64.RawURLEncoding.DecodeString(encoded)
	return err == nil && json.Unmarshal(text, into) == nil
}
