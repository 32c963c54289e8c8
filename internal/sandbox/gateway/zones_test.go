package gateway

import (
	"context"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestGateway_ReportsChangesOfZones(t *testing.T) {
	var changed []string
	s := startFor(t, answerWith("emulator"), func(zone string) { changed = append(changed, zone) })
	for sentence, c := range map[string]struct {
		method, path string
		want         []string
	}{
		"a zone is created":      {http.MethodPost, "/2013-04-01/hostedzone", []string{""}},
		"a zone is deleted":      {http.MethodDelete, "/2013-04-01/hostedzone/Z1", []string{""}},
		"record sets change":     {http.MethodPost, "/2013-04-01/hostedzone/Z1/rrset/", []string{"Z1"}},
		"the same without slash": {http.MethodPost, "/2013-04-01/hostedzone/Z1/rrset", []string{"Z1"}},
		"record sets are listed": {http.MethodGet, "/2013-04-01/hostedzone/Z1/rrset", nil},
		"zones are listed":       {http.MethodGet, "/2013-04-01/hostedzone", nil},
		"a zone is read":         {http.MethodGet, "/2013-04-01/hostedzone/Z1", nil},
		"a change is read":       {http.MethodGet, "/2013-04-01/change/C1", nil},
	} {
		changed = nil
		r, err := http.NewRequestWithContext(t.Context(), c.method, s.URL+c.path, strings.NewReader("body"))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != http.StatusOK || !slices.Equal(changed, c.want) {
			t.Errorf("%s: %d, the zones %q are reported, want %q", sentence, resp.StatusCode, changed, c.want)
		}
	}
}

// The emulator finishes a change whose client has gone away. If the report came earlier, nobody would report the change.
func TestGateway_ReportsAChangeAfterTheEmulatorAlsoIfTheClientGoesAway(t *testing.T) {
	reached, finish, changed := make(chan struct{}), make(chan struct{}), make(chan string)
	emulator := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		close(reached)
		select {
		case <-finish:
		case <-r.Context().Done():
			t.Error("the emulator's request ends with that of the client")
		}
	})
	s := startFor(t, emulator, func(zone string) { changed <- zone })
	ctx, leave := context.WithCancel(t.Context())
	left := make(chan error)
	go func() {
		r, err := http.NewRequestWithContext(ctx, http.MethodPost, s.URL+"/2013-04-01/hostedzone/Z1/rrset/", strings.NewReader("body"))
		if err == nil {
			_, err = http.DefaultClient.Do(r)
		}
		left <- err
	}()
	<-reached
	leave()
	if err := <-left; err == nil {
		t.Error("the client received a reply")
	}
	select {
	case <-changed:
		t.Error("the change was reported before the emulator had made it")
	case <-time.After(50 * time.Millisecond):
	}
	close(finish)
	if zone := <-changed; zone != "Z1" {
		t.Errorf("zone %q was reported", zone)
	}
}

func TestGateway_AClientLearnsOfAChangeAfterTheReport(t *testing.T) {
	report, answered := make(chan struct{}), make(chan struct{})
	s := startFor(t, answerWith("emulator"), func(string) { <-report })
	go func() {
		defer close(answered)
		resp, err := http.Post(s.URL+"/2013-04-01/hostedzone/Z1/rrset/", "", nil)
		if err != nil {
			t.Error(err)
			return
		}
		_ = resp.Body.Close()
	}()
	select {
	case <-answered:
		t.Error("the client has its reply before the report has ended")
	case <-time.After(50 * time.Millisecond):
	}
	close(report)
	<-answered
}

func startFor(t *testing.T, emulator http.Handler, changed func(zone string)) *Server {
	t.Helper()
	behind := httptest.NewServer(emulator)
	t.Cleanup(behind.Close)
	s, err := Start(Config{Emulator: behind.URL, ACM: answerWith("acm"), Changed: changed})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return s
}
