package gateway

import (
	"bytes"
	"context"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
)

// zonePaths are the requests of Route 53 that can change what DNS answers: those that create or delete hosted zones, and
// those about one zone (https://docs.aws.amazon.com/Route53/latest/APIReference/API_Operations_Amazon_Route_53.html).
var zonePaths = []string{
	"POST /2013-04-01/hostedzone", "POST /2013-04-01/hostedzone/{$}", "DELETE /2013-04-01/hostedzone/{id}",
	"POST /2013-04-01/hostedzone/{zone}/{operation...}",
}

// changeZone forwards a change and reports it before the client learns of its outcome. It ends the exchange with the
// emulator even if the client has gone away: otherwise the emulator could make the change after the report.
func (s *router) changeZone(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	change := r.Clone(context.WithoutCancel(r.Context()))
	change.Body, change.ContentLength = io.NopCloser(bytes.NewReader(body)), int64(len(body))
	answer := httptest.NewRecorder()
	s.forwardChange(answer, change, r.PathValue("zone"))
	maps.Copy(w.Header(), answer.Header())
	w.WriteHeader(answer.Code)
	_, _ = w.Write(answer.Body.Bytes())
}

// forwardChange reports the change also if the emulator's reply breaks off, which panics.
func (s *router) forwardChange(answer http.ResponseWriter, change *http.Request, zone string) {
	if s.Changed != nil {
		defer s.Changed(zone)
	}
	s.emulator.ServeHTTP(answer, change)
}
