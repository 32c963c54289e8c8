package hostile

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"io"
	"math/big"
	"net"
	"net/http"
	"strings"
	"time"

	"certloop/internal/sandbox/pebble"
	"certloop/internal/testca"
	"certloop/reconciler/api"
	"certloop/reconciler/plan"
	"certloop/reconciler/spec"
)

// Inputs returns all hostile inputs.
func Inputs() []Input {
	return []Input{
		answered("an order with 25,000 authorizations", pebble.Order, readOrder, `{"status":"pending","authorizations":[`+many(25000, `"https://ca.test/a/%d"`)+`]}`),
		answered("an order with 4,000 authorizations", pebble.Order, readOrder, `{"status":"pending","authorizations":[`+many(4000, `"https://ca.test/%d"`)+`]}`),
		answered("an order for 2,000 names", pebble.Order, readOrder, `{"status":"pending","identifiers":[`+many(2000, `{"type":"dns","value":"n%d.test"}`)+`]}`),
		answered("a new order with two authorizations for a name", pebble.NewOrder, newOrder,
			`{"status":"pending","identifiers":[{"type":"dns","value":"www.example.com"}],"authorizations":["https://ca.test/1","https://ca.test/2"]}`, "Location", "https://ca.test/order"),
		answered("an order with a URL of 200 KB", pebble.Order, readOrder, `{"status":"ready","finalize":"https://ca.test/`+strings.Repeat("x", 200<<10)+`"}`),
		answered("an order in a status of 200 KB", pebble.Order, readOrder, `{"status":"`+strings.Repeat("x", 200<<10)+`"}`),
		answered("an authorization with 80,000 challenges", pebble.Authorization, readOrder, `{"status":"pending","challenges":[`+many(80000, `{}`)+`]}`),
		answered("an authorization with 1,000 challenges", pebble.Authorization, readOrder, `{"status":"pending","challenges":[`+many(1000, `{}`)+`]}`),
		answered("an identifier of 200 KB", pebble.Authorization, readOrder, `{"status":"pending","identifier":{"value":"`+strings.Repeat("ü", 100<<10)+`"}}`),
		answered("JSON nested 100,000 deep", pebble.Order, readOrder, strings.Repeat("[", 100000)),
		{Name: "an answer without end", Reason: api.ReasonCALimits, prepare: replace(pebble.Order, endless), do: readOrder},
		answered("a directory with 30,000 profiles", pebble.Directory, lookUpAnew, `{"meta":{"profiles":{`+many(30000, `"profile-%d":"x"`)+`}}}`),
		answered("a directory with a URL of 200 KB", pebble.Directory, lookUpAnew, `{"newOrder":"https://ca.test/`+strings.Repeat("x", 200<<10)+`"}`),
		answered("a header of 1 MB", pebble.Order, readOrder, `{}`, "X-Large", strings.Repeat("x", 1<<20)),
		answered("a host name of 1,000 bytes", pebble.NewOrder, orderElsewhere,
			`{"status":"pending","identifiers":[{"type":"dns","value":"www.example.com"}]}`, "Location", "https://"+strings.Repeat("a.", 500)+"test/1"),
		answered("a chain of 150 KB", pebble.Certificate, download, strings.Repeat("x", 150<<10)),
		answered("a chain of 40 certificates", pebble.Certificate, download, strings.Repeat(testca.New(testca.Options{}).Root(), 40)),
		answered("an issuer with an RSA key of 240,000 bits", pebble.Certificate, download, largeKey(240000)),
		{Name: "a problem with 100,000 subproblems", prepare: replace(pebble.Order, pebble.Answer(400,
			`{"type":"urn:ietf:params:acme:error:malformed","detail":"no","subproblems":[`+many(100000, `{"detail":"%d"}`)+`]}`)), do: readOrder},
		{Name: "a problem with a detail of 200 KB", Reason: api.ReasonOrderFailed, prepare: replace(pebble.Order, pebble.Problem(400, "malformed", strings.Repeat("2026-11-23T10:00:00Z ", 10000))), do: readOrder},
		{Name: "3,000 alternate chains", Harmless: true, prepare: alternates, do: preferred},
		{Name: "a body that unpacks to 200 MB", Reason: api.ReasonCAUnavailable, prepare: bomb, do: readOrder},
		{Name: "redirects without end", Reason: api.ReasonCALimits, prepare: func(w *world) {
			w.faults.Fail(pebble.Directory, -1, pebble.Answer(302, "", "Location", w.ca.DirectoryURL))
		}, do: lookUpAnew},
		{Name: "a body that trickles without end", Reason: api.ReasonCAUnavailable, prepare: replace(pebble.Order, trickle), do: readOrder},
		{Name: "a handshake that hangs", Reason: api.ReasonCAUnavailable, do: hangingHandshake},
		{Name: "a domain of 300 KB in a record", do: func(context.Context, *world) error {
			_, err := spec.DecodeCertificate(map[string]any{"name": "www", "kind": "Certificate", "domains": []any{strings.Repeat("ü", 150<<10) + ".test"}}, spec.Defaults{})
			return err
		}},
		{Name: "a held chain with a key of 1,200,000 bits", Reason: api.ReasonChainRejected, do: func(context.Context, *world) error {
			_, err := plan.CheckChain(largeKey(1200000), api.Issuance{}, time.Now())
			return err
		}},
	}
}

// answered returns an input that a CA answers to a request of that kind. It is refused because it exceeds a limit.
func answered(name string, kind pebble.Kind, do func(context.Context, *world) error, body string, header ...string) Input {
	return Input{Name: name, Reason: api.ReasonCALimits, prepare: replace(kind, pebble.Answer(200, body, header...)), do: do}
}

func replace(kind pebble.Kind, f pebble.Fault) func(*world) {
	return func(w *world) { w.faults.Fail(kind, -1, f) }
}

// many returns a list of n elements; %d in an element is its number.
func many(n int, element string) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strings.Replace(element, "%d", fmt.Sprint(i), 1))
	}
	return b.String()
}

func readOrder(ctx context.Context, w *world) error {
	_, err := w.client.GetOrder(ctx, w.account, w.order.URL)
	return err
}

func newOrder(ctx context.Context, w *world) error {
	_, err := w.client.NewOrder(ctx, w.account, api.OrderRequest{Domains: []string{"www.example.com"}})
	return err
}

// orderElsewhere reads an order at the URL that the CA returned.
func orderElsewhere(ctx context.Context, w *world) error {
	o, err := w.client.NewOrder(ctx, w.account, api.OrderRequest{Domains: []string{"www.example.com"}})
	if err == nil {
		_, err = w.client.GetOrder(ctx, w.account, o.URL)
	}
	return err
}

func lookUpAnew(ctx context.Context, w *world) error {
	w.fresh()
	_, err := w.client.Lookup(ctx, w.account)
	return err
}

func download(ctx context.Context, w *world) error {
	_, err := w.client.Download(ctx, w.account, certificateURL(w), "")
	return err
}

func certificateURL(w *world) string { return strings.TrimSuffix(w.ca.DirectoryURL, "dir") + "certZ/1" }

func preferred(ctx context.Context, w *world) error {
	before := w.ca.Count(pebble.Certificate)
	_, err := w.client.Download(ctx, w.account, certificateURL(w), "Preferred Root")
	if n := w.ca.Count(pebble.Certificate) - before; n > 11 {
		return fmt.Errorf("%d chains were fetched", n)
	}
	return err
}

// alternates answers every chain with 3,000 links to others.
func alternates(w *world) {
	issued := testca.New(testca.Options{}).Issue(testca.Leaf{Names: []string{"www.example.com"}})
	var links []string
	for i := range 3000 {
		links = append(links, fmt.Sprintf(`<%d>;rel="alternate"`, i))
	}
	w.faults.Fail(pebble.Certificate, -1, pebble.Answer(200, issued.Leaf+issued.Chain, "Link", strings.Join(links, ",")))
}

func bomb(w *world) {
	var packed bytes.Buffer
	g := gzip.NewWriter(&packed)
	zeros := make([]byte, 1<<20)
	for range 200 {
		_, _ = g.Write(zeros) // a Buffer accepts everything
	}
	_ = g.Close()
	w.faults.Fail(pebble.Order, -1, pebble.Answer(200, packed.String(), "Content-Encoding", "gzip", "Content-Type", "application/json"))
}

// endless answers for as long as the client reads.
func endless(w http.ResponseWriter, r *http.Request, _ http.Handler) {
	_, _ = io.Copy(io.Discard, r.Body)
	chunk := bytes.Repeat([]byte("x"), 32<<10)
	for r.Context().Err() == nil {
		if _, err := w.Write(chunk); err != nil {
			return
		}
	}
}

// trickle answers one byte at a time, with pauses.
func trickle(w http.ResponseWriter, r *http.Request, _ http.Handler) {
	_, _ = io.Copy(io.Discard, r.Body)
	flush := http.NewResponseController(w)
	for tick := time.NewTicker(20 * time.Millisecond); ; {
		select {
		case <-tick.C:
			_, _ = io.WriteString(w, " ")
			_ = flush.Flush()
		case <-r.Context().Done():
			tick.Stop()
			return
		}
	}
}

// hangingHandshake connects to a server that accepts the connection and sends nothing.
func hangingHandshake(ctx context.Context, w *world) error {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }()
	w.account.Directory = "https://" + listener.Addr().String() + "/dir"
	return lookUpAnew(ctx, w)
}

// largeKey returns a certificate with an RSA key of that many bits, which nobody has.
func largeKey(bits uint) string {
	signer := testca.NewKey(api.EC256)
	n := new(big.Int).Lsh(big.NewInt(1), bits-1)
	template := &x509.Certificate{SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "Large"}, NotBefore: time.Now(), NotAfter: time.Now().AddDate(1, 0, 0)}
	der, err := x509.CreateCertificate(rand.Reader, template, template, &rsa.PublicKey{N: n.SetBit(n, 0, 1), E: 65537}, signer)
	if err != nil {
		panic(err)
	}
	return string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der}))
}
