package publicdns

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
)

func TestResolversComeFromTheFile(t *testing.T) {
	for sentence, c := range map[string]struct {
		content string
		want    []string
	}{
		"two of them":  {"# comment\nnameserver 192.0.2.1\nnameserver 2001:db8::1\nsearch example.com\n", []string{"192.0.2.1:53", "[2001:db8::1]:53"}},
		"none is none": {"search example.com\n", nil},
	} {
		file := filepath.Join(t.TempDir(), "resolv.conf")
		if err := os.WriteFile(file, []byte(c.content), 0o600); err != nil {
			t.Fatal(err)
		}
		got, err := resolversIn(file)
		if !slices.Equal(got, c.want) || (err == nil) != (c.want != nil) {
			t.Errorf("%s: %v, %v", sentence, got, err)
		}
	}
	if _, err := resolversIn(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a file that is not there names resolvers")
	}
}
