package stay

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"time"
)

// longestCommand bounds a command that is sent to the control endpoint, in bytes.
const longestCommand = 4096

// listen starts the control endpoint, for scripts, tests and the tutorial:
//
//	POST /        the body is a command; the answer is what it shows (status 400: why it was not done)
//	GET  /status  the switches, in JSON
//	GET  /inbox   the mails, in JSON
func (b *Box) listen(context.Context) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("POST /{$}", b.serveCommand)
	mux.HandleFunc("GET /status", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, b.Switches()) })
	mux.HandleFunc("GET /inbox", func(w http.ResponseWriter, _ *http.Request) { writeJSON(w, b.inbox.all()) })
	server := &http.Server{Handler: noBrowsers(mux), ReadHeaderTimeout: time.Minute}
	b.Control = "http://" + listener.Addr().String()
	b.spawn(func() { _ = server.Serve(listener) })
	b.spawn(func() {
		<-b.ctx.Done()
		_ = server.Close()
	})
	return nil
}

// Switches is what GET /status answers.
type Switches struct {
	CA         string    `json:"ca"`
	LB         string    `json:"lb"`
	ClockAhead string    `json:"clock_ahead"`
	Now        time.Time `json:"now"`
	Mails      int       `json:"mails"`
}

// Switches returns the state of the switches.
func (b *Box) Switches() Switches {
	return Switches{CA: b.ca.String(), LB: b.lb.String(), ClockAhead: b.clock.ahead().String(), Now: b.clock.now().UTC().Truncate(time.Second), Mails: len(b.inbox.all())}
}

func (b *Box) serveCommand(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, longestCommand))
	if err != nil {
		http.Error(w, fmt.Sprintf("the command is longer than %d bytes", longestCommand), http.StatusBadRequest)
		return
	}
	shown, err := b.Do(r.Context(), string(body))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	_, _ = fmt.Fprintln(w, shown)
}

// noBrowsers refuses what a web page sends: a page that somebody visits must not operate the sandbox.
func noBrowsers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Origin") != "" || r.Header.Get("Sec-Fetch-Site") != "" {
			http.Error(w, "the control endpoint does not serve web pages", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

func writeJSON(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}
