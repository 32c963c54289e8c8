package acme_test

import (
	"context"
	"net"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"certloop/internal/sandbox/pebble"
	"certloop/internal/testca"
	"certloop/providers/acme"
	"certloop/reconciler/api"
)

// An answer whose body stays open holds its connection; the next request then opens another.
func TestConnectionsAreUsedAgain(t *testing.T) {
	var mu sync.Mutex
	connections := map[string]bool{}
	count := func(next http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			mu.Lock()
			connections[r.RemoteAddr] = true
			mu.Unlock()
			next.ServeHTTP(w, r)
		})
	}
	ca := pebble.ForTest(t, pebble.Options{AlwaysValid: true, Intercept: count, RejectNonces: 20})
	w := &world{T: t, ca: ca, faults: &pebble.Faults{}}
	// Over HTTP/2 every request shares one connection, however it ends; this transport speaks HTTP/1.1.
	w.client = acme.New(acme.Config{UserAgent: "certloop/test", NewTransport: func() *http.Transport { return &http.Transport{} }})
	w.account = w.newAccount(api.EC256)
	for range 5 {
		if _, err := w.client.Lookup(t.Context(), w.account); api.KindOf(err) != api.NotFound {
			t.Fatal(err)
		}
	}
	w.register()
	for range 5 {
		o := w.get(w.order(names("www.example.com")).URL)
		w.accept(o)
		o = w.until(o.URL, api.OrderPending)
		o = w.finalize(o, testca.NewKey(api.EC256), []string{"www.example.com"})
		if _, err := w.client.Download(t.Context(), w.account, o.CertificateURL, ""); err != nil {
			t.Fatal(err)
		}
		if _, err := w.client.GetOrder(t.Context(), w.account, o.URL+"0"); api.KindOf(err) != api.NotFound {
			t.Fatal(err)
		}
	}
	mu.Lock()
	defer mu.Unlock()
	if len(connections) != 1 {
		t.Errorf("%d connections", len(connections))
	}
}

func TestManyCallsAtOnce(t *testing.T) {
	w := registeredWorld(t, pebble.Options{})
	w.fresh()
	before := w.ca.Count(pebble.Directory)
	second := w.newAccount(api.RSA2048)
	var done sync.WaitGroup
	for i := range 8 {
		done.Go(func() {
			domain := string(rune('a'+i)) + ".example.com"
			w.issue(names(domain))
			if serials := w.ca.Serials(domain); len(serials) != 1 {
				t.Errorf("%s was issued %d times", domain, len(serials))
			}
		})
	}
	done.Go(func() {
		if _, err := w.client.Register(t.Context(), second, "", nil); err != nil {
			t.Error(err)
		}
	})
	done.Wait()
	if n := w.ca.Count(pebble.Directory) - before; n != 1 {
		t.Errorf("the directory was read %d times", n)
	}
	if n := len(w.ca.Registrations()); n != 2 {
		t.Errorf("%d accounts", n)
	}
	for _, r := range w.ca.Requests() {
		if r.Status == http.StatusBadRequest {
			t.Errorf("a %s was refused, as it is for a nonce that was used before", r.Kind)
		}
	}
}

// openConnections counts those that nobody has closed.
type openConnections struct{ n atomic.Int64 }

func (o *openConnections) dial(ctx context.Context, network, address string) (net.Conn, error) {
	conn, err := new(net.Dialer).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	o.n.Add(1)
	return &counted{Conn: conn, open: o}, nil
}

type counted struct {
	net.Conn
	once sync.Once
	open *openConnections
}

func (c *counted) Close() error {
	c.once.Do(func() { c.open.n.Add(-1) })
	return c.Conn.Close()
}

func TestAnEndlessAnswerLeavesNoConnectionOpen(t *testing.T) {
	w := newWorld(t, pebble.Options{})
	open := &openConnections{}
	w.client = acme.New(acme.Config{UserAgent: "certloop/test", NewTransport: func() *http.Transport {
		return &http.Transport{DialContext: open.dial}
	}})
	endless := pebble.Answer(200, strings.Repeat("x", 8<<20))
	for range 3 {
		w.faults.Fail(pebble.NewAccount, 1, endless)
		_, err := w.client.Lookup(t.Context(), w.account)
		expect(t, err, api.Terminal, api.ReasonCALimits)
		if !strings.Contains(api.MessageOf(err), "more than 262144 bytes") {
			t.Errorf("the message is %q", api.MessageOf(err))
		}
	}
	for deadline := time.Now().Add(time.Minute); open.n.Load() > 1; time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("%d connections are open", open.n.Load())
		}
	}
}

func TestTwoAtOnceMakeOneAccount(t *testing.T) {
	w := eabWorld(t)
	uris := make([]string, 4)
	var done sync.WaitGroup
	for i := range uris {
		done.Go(func() {
			if uri, err := w.client.Register(t.Context(), w.account, "", credential("kid-1", hmacKey)); err == nil {
				uris[i] = uri
			}
		})
	}
	done.Wait()
	if n := len(w.ca.Registrations()); n != 1 {
		t.Errorf("%d accounts of %q", n, uris)
	}
}
