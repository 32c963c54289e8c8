package revocation

import (
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"certloop/internal/testca"
	"certloop/reconciler/api"
)

func TestAddresses_AreThoseOfTheNetwork(t *testing.T) {
	w := newWorld(t, byOCSP)
	for _, network := range []api.Network{"", api.NetworkPublic} {
		if got := w.askIn(t, network); got.State != api.RevocationUnknown || !strings.Contains(got.Message, "set network to private") {
			t.Errorf("%q: %+v", network, got)
		}
	}
	for _, host := range []string{"169.254.169.254", "[fd00:ec2::254]", "[::ffff:169.254.169.254]", "0.0.0.0"} {
		w := newWorld(t, func(string) testca.Leaf { return byOCSP("http://" + host) })
		w.wantUnknown(t, "never connects to such an address")
	}
	if w.responder.Requests() != 0 {
		t.Error("a request was sent")
	}
}

func TestURLs_OfOtherSchemesAreNotRequested(t *testing.T) {
	for _, text := range []string{"ldap://ocsp.example.com/", "file:///etc/passwd", "ftp://ocsp.example.com", "http://user@ocsp.example.com", "http:///x", "http://ocsp.example.com/" + strings.Repeat("x", maxURL), "::"} {
		if urls := usable([]string{text}); len(urls) != 0 {
			t.Errorf("%v", urls)
		}
	}
	var many []string
	for i := range 50 {
		many = append(many, "http://ocsp.example.com/same", fmt.Sprintf("http://ocsp.example.com/%d", i))
	}
	if urls := usable(many); len(urls) != MaxURLs {
		t.Errorf("%d URLs are tried", len(urls))
	}
}

func TestRedirects(t *testing.T) {
	for sentence, c := range map[string]struct {
		to      func(n int) string
		unknown string
	}{
		"three":           {func(n int) string { return fmt.Sprintf("/ocsp/%d", n+1) }, ""},
		"four":            {func(n int) string { return fmt.Sprintf("/ocsp/%d", n+2) }, "more than 3 times"},
		"another scheme":  {func(int) string { return "ftp://ocsp.example.com/" }, "not http or https"},
		"a metadata host": {func(int) string { return "http://169.254.169.254/latest/" }, "never connects"},
	} {
		t.Run(sentence, func(t *testing.T) {
			w, n := newWorld(t, byOCSP), 0
			limit := 3
			if strings.HasPrefix(c.unknown, "more") {
				limit = 100
			}
			w.responder.Set(testca.Answers{Handler: func(rw http.ResponseWriter, r *http.Request) {
				if n++; n > limit {
					rw.WriteHeader(http.StatusTeapot)
					return
				}
				http.Redirect(rw, r, c.to(n), http.StatusTemporaryRedirect)
			}})
			if c.unknown == "" {
				c.unknown = "HTTP 418"
			}
			w.wantUnknown(t, c.unknown)
			if n > MaxRedirects+1 {
				t.Errorf("%d requests", n)
			}
		})
	}
}

func TestASilentResponderEndsInTime(t *testing.T) {
	w := newWorld(t, byOCSP)
	w.client = New(Config{RequestTimeout: 50 * time.Millisecond, Timeout: 100 * time.Millisecond})
	w.responder.Set(testca.Answers{Handler: func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body) // else the server does not notice that the client has left
		<-r.Context().Done()
	}})
	w.wantUnknown(t, "no response in time")
}

func TestASecondURLIsTried(t *testing.T) {
	w := newWorld(t, func(url string) testca.Leaf {
		return testca.Leaf{OCSPServers: []string{"http://127.0.0.1:1/ocsp", url + "/ocsp"}}
	})
	w.wantRevoked(t)
}

// TestAProxyIsNoWayAround holds that a host is checked before a proxy connects to it.
func TestAProxyIsNoWayAround(t *testing.T) {
	w := newWorld(t, func(string) testca.Leaf { return byOCSP("http://169.254.169.254") })
	proxy, _ := url.Parse(w.url)
	w.client = New(Config{NewTransport: func() *http.Transport { return &http.Transport{Proxy: http.ProxyURL(proxy)} }})
	w.wantUnknown(t, "never connects")
	if w.responder.Requests() != 0 {
		t.Error("the proxy was asked")
	}
}
