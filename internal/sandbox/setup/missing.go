package setup

import (
	"os"
	"testing"
)

// Missing skips the test with the reason. If CI is set it fails the test: CI skips nothing.
func Missing(t testing.TB, what string, err error) {
	t.Helper()
	if os.Getenv("CI") != "" {
		t.Fatalf("%s is needed and CI is set: %v", what, err)
	}
	t.Skipf("%s is not available: %v", what, err)
}
