package manyfronts

import (
	"crypto/x509"
	"encoding/json"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"

	"certloop/reconciler/api"
)

// started is what the other process writes when it is ready.
type started struct {
	Port     int
	Resolver string
	Root     string
	Leaves   map[api.KeyType][]byte
}

// Fronts are the endpoints of another process. Each edge serves a certificate of each key type, for HostOf.
type Fronts struct {
	Port int
	// Resolver is the host and port of a DNS server that knows the hosts. Roots has what issued their certificates.
	Resolver string
	Roots    *x509.CertPool
	// Leaves has the certificate of each key type.
	Leaves map[api.KeyType]*x509.Certificate
}

// Start starts the other process, which is this test program again: its TestMain calls ServeIfAsked. It ends with the test. Silent
// is how many of each hundred endpoints never answer over IPv4.
func Start(t testing.TB, silent int) Fronts {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env, cmd.Stderr = append(os.Environ(), variable+"="+strconv.Itoa(silent)), os.Stderr
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
	var s started
	if err := json.NewDecoder(out).Decode(&s); err != nil {
		t.Fatal(err)
	}
	f := Fronts{Port: s.Port, Resolver: s.Resolver, Roots: x509.NewCertPool(), Leaves: map[api.KeyType]*x509.Certificate{}}
	f.Roots.AppendCertsFromPEM([]byte(s.Root))
	for k, der := range s.Leaves {
		if f.Leaves[k], err = x509.ParseCertificate(der); err != nil {
			t.Fatal(err)
		}
	}
	return f
}

// OpenSockets returns how many sockets this process has. While some are closed and others opened it counts a few too many.
func OpenSockets(t testing.TB) (n int) {
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

// PeakMegabytes returns the most memory that this process had at one time.
func PeakMegabytes(t testing.TB) int {
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
