package dynamodblocal

import (
	"net"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"certloop/internal/sandbox/setup"
)

func TestServer_ListensOnLoopbackOnly(t *testing.T) {
	s := ForTest(t)
	u, err := url.Parse(s.URL)
	if err != nil {
		t.Fatal(err)
	}
	conn, err := net.Dial("tcp", u.Host)
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
	if _, err := os.Stat(filepath.Join(s.dir, "dynamodb-local-metadata.json")); err == nil {
		t.Error("it keeps an installation id: telemetry is on")
	}
	for _, addr := range listeners(t, u.Port()) {
		if ip := net.ParseIP(addr); ip == nil || !ip.IsLoopback() {
			t.Errorf("it listens on %s", addr)
		}
	}
}

// listeners returns the local addresses on which a process listens on port.
func listeners(t *testing.T, port string) []string {
	t.Helper()
	out, err := exec.Command("ss", "-Hltn", "sport = :"+port).Output()
	if err != nil {
		setup.Missing(t, "ss", err)
	}
	var addrs []string
	for line := range strings.Lines(string(out)) {
		host, _, err := net.SplitHostPort(strings.Fields(line)[3])
		if err != nil {
			t.Fatal(err)
		}
		addrs = append(addrs, host)
	}
	if len(addrs) == 0 {
		t.Fatalf("ss shows nobody on port %s", port)
	}
	return addrs
}

func TestInstall_RefusesAnArchiveWithAnotherDigest(t *testing.T) {
	path := filepath.Join(t.TempDir(), "a.tgz")
	if err := os.WriteFile(path, []byte("something else"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := verify(path); err == nil || !strings.Contains(err.Error(), "SHA-512") {
		t.Fatalf("verify: %v", err)
	}
}
