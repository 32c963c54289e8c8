package cloud

import (
	"net/http/httptest"
	"testing"

	acmfake "certloop/providers/acm/fake"
)

// ForTest starts an account for one test and its subtests, and returns its URL.
func ForTest(t testing.TB, region string) (*Cloud, string) {
	t.Helper()
	o := New(Config{Region: region, ACM: acmfake.New(acmfake.Config{})})
	server := httptest.NewServer(o)
	t.Cleanup(server.Close)
	return o, server.URL
}
