package probe

import (
	"crypto/x509"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/miekg/dns"

	"certloop/internal/sandbox/dnstest"
	"certloop/internal/sandbox/tlsfront"
	"certloop/internal/testca"
	"certloop/reconciler/api"
)

// The endpoints of these tests are served by another process, so that the sockets and the memory of this one are the
// Prober's. The variable is how many of each hundred endpoints never answer.
const servesMany = "CERTLOOP_TEST_SERVES_MANY"

// served is what the other process writes when it is ready.
type served struct {
	Port     int
	Resolver string
	Root     string
}

const (
	// edges is how many IPv4 addresses there are. Of each hundred endpoints closed refuse connections.
	edges  = 100
	closed = 2
)

func TestMain(m *testing.M) {
	if silent, err := strconv.Atoi(os.Getenv(servesMany)); err == nil {
		if err := serveMany(silent); err != nil {
			fmt.Fprintln(os.Stderr, err)
			os.Exit(1)
		}
		return
	}
	os.Exit(m.Run())
}

// edgeOf returns the IPv4 address of endpoint n.
func edgeOf(n int) string { return fmt.Sprintf("127.0.77.%d", 1+n%edges) }

// serveMany serves endpoints until its input ends.
func serveMany(silent int) error {
	addresses := []string{"::1"}
	for n := range edges {
		addresses = append(addresses, edgeOf(n))
	}
	site, err := tlsfront.Listen(addresses...)
	if err != nil {
		return err
	}
	defer site.Close()
	resolver, err := dnstest.Listen(dns.HandlerFunc(bothFamilies))
	if err != nil {
		return err
	}
	defer resolver.Close()
	ca := testca.New(testca.Options{Intermediates: 1})
	for n := range edges {
		keyType := api.EC256
		if n%3 == 0 {
			keyType = api.RSA2048 // what certloop issues by default
		}
		issued := ca.Issue(testca.Leaf{Names: []string{"*.example.com"}, KeyType: keyType})
		site.Edge(edgeOf(n)).Serve(tlsfront.Certificate(issued))
		site.Edge("::1").Serve(tlsfront.Certificate(issued))
	}
	for n := range silent {
		site.Edge(edgeOf(n)).Behave(tlsfront.Silent)
	}
	for n := range closed {
		site.Edge(edgeOf(silent + n)).Close()
	}
	if err := json.NewEncoder(os.Stdout).Encode(served{site.Port, resolver.Addr, ca.Root()}); err != nil {
		return err
	}
	_, err = io.Copy(io.Discard, os.Stdin)
	return err
}

// bothFamilies answers for host e<n>.example.com with an address of each family.
func bothFamilies(w dns.ResponseWriter, query *dns.Msg) {
	reply, q := new(dns.Msg).SetReply(query), query.Question[0]
	n, _ := strconv.Atoi(strings.TrimPrefix(strings.Split(q.Name, ".")[0], "e"))
	head := dns.RR_Header{Name: q.Name, Rrtype: q.Qtype, Class: dns.ClassINET}
	switch q.Qtype {
	case dns.TypeA:
		reply.Answer = []dns.RR{&dns.A{Hdr: head, A: net.ParseIP(edgeOf(n))}}
	case dns.TypeAAAA:
		reply.Answer = []dns.RR{&dns.AAAA{Hdr: head, AAAA: net.IPv6loopback}}
	}
	_ = w.WriteMsg(reply)
}

// startMany starts the other process.
func startMany(t testing.TB, silent int) (s served) {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env, cmd.Stderr = append(os.Environ(), servesMany+"="+strconv.Itoa(silent)), os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = in.Close()
		_ = cmd.Wait()
	})
	if err := json.NewDecoder(out).Decode(&s); err != nil {
		t.Fatal(err)
	}
	return s
}

// seen is what many probes have shown, and what they took.
type seen struct {
	states map[api.SightingState]int
	// sockets and megabytes are the most at one time.
	sockets, megabytes int
	took               time.Duration
}

// probeMany probes that many endpoints at once, and checks their states and the bounds.
func probeMany(t testing.TB, count, silent int, c Config) seen {
	t.Helper()
	from := startMany(t, silent)
	c.Network, c.Roots, c.Resolvers = api.NetworkPrivate, x509.NewCertPool(), []string{from.Resolver}
	c.Roots.AppendCertsFromPEM([]byte(from.Root))
	p := New(c)
	limitFiles(t, p.config.MaxSockets)
	before, stop, most := openSockets(t), make(chan struct{}), make(chan int)
	go func() {
		peak := 0
		for {
			peak = max(peak, openSockets(t)-before)
			select {
			case <-stop:
				most <- peak
				return
			case <-time.After(5 * time.Millisecond):
			}
		}
	}()
	start, result := time.Now(), seen{states: map[api.SightingState]int{}}
	var mu sync.Mutex
	var all sync.WaitGroup
	for n := range count {
		all.Go(func() {
			sightings := p.Probe(t.Context(), api.Endpoint{Host: fmt.Sprintf("e%d.example.com", n), Port: from.Port})
			mu.Lock()
			defer mu.Unlock()
			for _, s := range sightings {
				if result.states[s.State]++; s.State == api.SightingAnswered && !s.Trusted {
					t.Errorf("endpoint %d is %+v", n, s)
				}
			}
		})
	}
	all.Wait()
	result.took = time.Since(start)
	close(stop)
	result.sockets, result.megabytes = <-most, peakMegabytes(t)
	result.check(t, count, count*(silent+closed)/edges, p.config.MaxSockets)
	return result
}

// limitFiles makes the kernel refuse another socket beyond those of the Prober. What it refuses is Unknown then.
func limitFiles(t testing.TB, sockets int) {
	t.Helper()
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Fatal(err)
	}
	var limit syscall.Rlimit
	if err := syscall.Getrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
	before := limit.Cur
	t.Cleanup(func() {
		limit.Cur = before
		_ = syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit)
	})
	// The listing has itself, whose place openSockets needs.
	limit.Cur = uint64(len(entries) + sockets)
	if err := syscall.Setrlimit(syscall.RLIMIT_NOFILE, &limit); err != nil {
		t.Fatal(err)
	}
}

// openSockets returns how many sockets this process has. While some are closed and others opened it counts a few too many.
func openSockets(t testing.TB) (n int) {
	entries, err := os.ReadDir("/proc/self/fd")
	if err != nil {
		t.Error(err)
	}
	for _, e := range entries {
		if target, err := os.Readlink("/proc/self/fd/" + e.Name()); err == nil && strings.HasPrefix(target, "socket:") {
			n++
		}
	}
	return n
}

// peakMegabytes returns the most memory that this process had at one time.
func peakMegabytes(t testing.TB) int {
	text, err := os.ReadFile("/proc/self/status")
	if err != nil {
		t.Error(err)
	}
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	kb, err := strconv.Atoi(strings.TrimSpace(strings.Split(rest, "kB")[0]))
	if err != nil {
		t.Error(err)
	}
	return kb >> 10
}

func (s seen) check(t testing.TB, count, unreachable, sockets int) {
	t.Helper()
	if s.states[api.SightingAnswered] != 2*count-unreachable || s.states[api.SightingUnreachable] != unreachable || len(s.states) != 2 {
		t.Errorf("of %d endpoints the states are %v", count, s.states)
	}
	if s.sockets < sockets/2 { // limitFiles has the upper bound
		t.Errorf("%d sockets were open at one time, want about %d", s.sockets, sockets)
	}
	if s.megabytes > 256 {
		t.Errorf("%d MB were used", s.megabytes)
	}
	if s.took > 5*time.Minute {
		t.Errorf("it took %s", s.took)
	}
}

// TestManyEndpoints is BenchmarkTenThousandEndpoints in small.
func TestManyEndpoints(t *testing.T) {
	probeMany(t, 1000, 0, Config{MaxSockets: 64, Timeout: time.Minute})
}

// BenchmarkTenThousandEndpoints probes 10,000 endpoints at once, each over both families, with the default bounds. A
// hundred of them accept connections and never answer.
func BenchmarkTenThousandEndpoints(b *testing.B) {
	const count = 10_000
	for b.Loop() {
		s := probeMany(b, count, 1, Config{})
		b.ReportMetric(count/s.took.Seconds(), "endpoints/s")
		b.ReportMetric(defaultSockets, "sockets") // the kernel allowed no more
		b.ReportMetric(float64(s.megabytes), "MB")
	}
}
