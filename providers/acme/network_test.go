package acme

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"certloop/internal/testca"
	"certloop/reconciler/api"
)

// lookUp asks a server for an account.
func lookUp(t *testing.T, client *Client, a api.ACMEAccount) error {
	t.Helper()
	a.Name, a.Key = "main", api.NewSecret([]byte(testca.KeyPEM(testca.NewKey(api.EC256))))
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	_, err := client.Lookup(ctx, a)
	return err
}

// counting is an https server that counts connections.
func counting(t *testing.T, handler http.HandlerFunc) (address string, connections func() int) {
	t.Helper()
	var n atomic.Int64
	server := httptest.NewUnstartedServer(handler)
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			n.Add(1)
		}
	}
	server.StartTLS()
	t.Cleanup(server.Close)
	return server.URL, func() int { server.Close(); return int(n.Load()) }
}

func TestNothingIsSentToAnAddressBeyondTheNetwork(t *testing.T) {
	server, connections := counting(t, http.NotFound)
	port := server[strings.LastIndex(server, ":"):]
	for _, host := range []string{"127.0.0.1", "localhost", "[::ffff:127.0.0.1]", "127.1.2.3"} {
		err := lookUp(t, New(Config{}), api.ACMEAccount{Directory: "https://" + host + port + "/dir"})
		if api.KindOf(err) != api.Terminal || api.ReasonOf(err, "") != api.ReasonNetworkDenied {
			t.Errorf("%s: %s, %v", host, api.KindOf(err), err)
		}
		if want := host + port + " has a loopback address, and network of account main is public: set network to private"; !strings.HasPrefix(api.MessageOf(err), want) {
			t.Errorf("the message is %q", api.MessageOf(err))
		}
	}
	for _, host := range []string{"169.254.169.254", "[fe80::1]", "[fd00:ec2::254]"} {
		err := lookUp(t, New(Config{}), api.ACMEAccount{Directory: "https://" + host + "/latest/", Network: api.NetworkPrivate})
		if api.KindOf(err) != api.Terminal || api.ReasonOf(err, "") != api.ReasonNetworkDenied || strings.Contains(api.MessageOf(err), "set network") {
			t.Errorf("%s: %s, %v", host, api.KindOf(err), err)
		}
	}
	if n := connections(); n != 0 {
		t.Errorf("%d connections", n)
	}
}

// A kept connection of an account with NetworkPrivate must not serve one with NetworkPublic.
func TestTheNetworkIsThatOfTheAccountWhoAsks(t *testing.T) {
	server, _ := counting(t, http.NotFound)
	client := New(Config{})
	for range 2 {
		if err := lookUp(t, client, api.ACMEAccount{Directory: server, Network: api.NetworkPrivate}); api.ReasonOf(err, "") != api.ReasonCAUnavailable {
			t.Error(err)
		}
		if err := lookUp(t, client, api.ACMEAccount{Directory: server}); api.ReasonOf(err, "") != api.ReasonNetworkDenied {
			t.Error(err)
		}
	}
}

func TestARedirectToAnotherServerIsRefused(t *testing.T) {
	other, connections := counting(t, http.NotFound)
	for sentence, location := range map[string]string{
		"another port": other + "/dir", "another host": strings.Replace(other, "127.0.0.1", "localhost", 1) + "/dir", "another scheme": "http://127.0.0.1/dir",
		"metadata": "https://169.254.169.254/latest", "a host without a scheme": "//ca.test/dir",
	} {
		for _, status := range []int{301, 302, 303, 307, 308} {
			server, _ := counting(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Location", location)
				w.WriteHeader(status)
			})
			root := trusting(t)
			err := lookUp(t, New(Config{NewTransport: root}), api.ACMEAccount{Directory: server, Network: api.NetworkPrivate})
			to, _ := url.Parse(location)
			if api.KindOf(err) != api.Terminal || api.ReasonOf(err, "") != api.ReasonNetworkDenied ||
				!strings.Contains(api.MessageOf(err), server) || !strings.Contains(api.MessageOf(err), to.Hostname()) {
				t.Errorf("%s with %d: %s, %v", sentence, status, api.KindOf(err), err)
			}
		}
	}
	if n := connections(); n != 0 {
		t.Errorf("%d connections", n)
	}
}

// trusting makes transports that trust httptest's certificate.
func trusting(t *testing.T) func() *http.Transport {
	t.Helper()
	server := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	config := server.Client().Transport.(*http.Transport).TLSClientConfig
	return func() *http.Transport {
		return &http.Transport{TLSClientConfig: config.Clone(), ForceAttemptHTTP2: true}
	}
}

func TestRedirectsAreCounted(t *testing.T) {
	var n atomic.Int64
	server, _ := counting(t, func(w http.ResponseWriter, r *http.Request) {
		n.Add(1)
		http.Redirect(w, r, r.URL.Path+"x", http.StatusFound)
	})
	err := lookUp(t, New(Config{NewTransport: trusting(t)}), api.ACMEAccount{Directory: server + "/", Network: api.NetworkPrivate})
	if api.KindOf(err) != api.Terminal || api.ReasonOf(err, "") != api.ReasonCALimits || n.Load() != 1+maxRedirects {
		t.Errorf("%d requests, %s, %v", n.Load(), api.KindOf(err), err)
	}
}

// The proxy of the environment may lie anywhere; what it is asked for is bounded as everything else.
func TestAProxyIsAskedForAddressesOfTheNetworkOnly(t *testing.T) {
	var connects atomic.Int64
	proxy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		connects.Add(1)
		w.WriteHeader(http.StatusBadGateway)
	}))
	t.Cleanup(proxy.Close)
	at, err := url.Parse(proxy.URL)
	if err != nil {
		t.Fatal(err)
	}
	client := New(Config{NewTransport: func() *http.Transport { return &http.Transport{Proxy: http.ProxyURL(at)} }})
	for _, host := range []string{"10.1.2.3", "127.0.0.1", "169.254.169.254"} {
		if err := lookUp(t, client, api.ACMEAccount{Directory: "https://" + host + "/dir"}); api.ReasonOf(err, "") != api.ReasonNetworkDenied {
			t.Errorf("%s: %v", host, err)
		}
	}
	if connects.Load() != 0 {
		t.Errorf("the proxy was asked %d times", connects.Load())
	}
	if err := lookUp(t, client, api.ACMEAccount{Directory: "https://1.1.1.1/dir"}); api.ReasonOf(err, "") != api.ReasonCAUnavailable || connects.Load() != 1 {
		t.Errorf("the proxy was asked %d times: %v", connects.Load(), err)
	}
}

func TestOtherHostsAreNotedOnce(t *testing.T) {
	var asked [][]string
	s := &session{directory: &directory{url: "https://ca.test/dir"}, account: api.ACMEAccount{Name: "main"}, config: &Config{
		OtherHosts: func(_ context.Context, account, directory string, hosts []string) {
			if account != "main" || directory != "https://ca.test/dir" {
				t.Errorf("%s at %s", account, directory)
			}
			asked = append(asked, hosts)
		}}}
	for _, text := range []string{"https://ca.test/1", "https://b.test/1", "https://b.test/2", "https://a.test:8443/1", "https://ca.test/2"} {
		u, _ := url.Parse(text)
		s.noteHost(u)
	}
	if len(asked) != 2 || strings.Join(asked[0], " ") != "b.test" || strings.Join(asked[1], " ") != "a.test:8443 b.test" {
		t.Errorf("%q", asked)
	}
	for i := range 1000 {
		s.noteHosts(strings.Repeat("x", i+1) + ".test")
	}
	if len(s.directory.hosts.known) != maxHosts {
		t.Errorf("%d hosts are kept", len(s.directory.hosts.known))
	}
}

func TestOnlyATypedErrorIsRefused(t *testing.T) {
	s := &session{directory: &directory{url: "https://ca.test/dir"}}
	if e := s.refused(errors.New("no")); e != nil {
		t.Error(e)
	}
}
