package pebble

import (
	"bytes"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"time"
)

// shift moves the CA's time ahead, as far as a client sees it: the validity of certificates, and the ends of orders and
// authorizations. Pebble itself has the clock of this machine. It lets the client of an order choose when the
// certificate begins; the front chooses in the client's place.
func (f *front) shift(next http.Handler) http.Handler {
	if f.ahead == nil {
		return next
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		by := f.ahead()
		if by == 0 {
			next.ServeHTTP(w, r)
			return
		}
		kind := KindOf(r)
		if kind == Finalize {
			f.begin(lastSegment(r.URL.Path), time.Now().Add(by))
		}
		answer := httptest.NewRecorder()
		next.ServeHTTP(answer, r)
		body := answer.Body.Bytes()
		if kind == NewOrder || kind == Order || kind == Finalize || kind == Authorization {
			body = later(body, by)
		}
		for name, values := range answer.Header() {
			w.Header()[name] = values
		}
		w.Header().Del("Content-Length")
		w.WriteHeader(answer.Code)
		_, _ = w.Write(body)
	})
}

// begin sets when the certificate of an order begins.
func (f *front) begin(id string, at time.Time) {
	f.state.RLock()
	defer f.state.RUnlock()
	order := f.db.GetOrderByID(id)
	if order == nil {
		return
	}
	order.Lock()
	defer order.Unlock()
	if !order.BeganProcessing {
		order.NotBefore = at.UTC().Format(time.RFC3339)
	}
}

// later returns the JSON object with its time of expiry moved ahead; anything else it returns as it is.
func later(body []byte, by time.Duration) []byte {
	var fields map[string]json.RawMessage
	var expires time.Time
	if json.Unmarshal(body, &fields) != nil || json.Unmarshal(fields["expires"], &expires) != nil {
		return body
	}
	moved, err := json.Marshal(expires.Add(by).UTC().Truncate(time.Second))
	if err != nil {
		return body
	}
	fields["expires"] = moved
	whole, err := json.Marshal(fields)
	if err != nil {
		return body
	}
	return bytes.TrimSpace(whole)
}
