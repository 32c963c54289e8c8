package manifest_test

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"certloop/cmd/certloop/manifest"
)

// FuzzManifest checks that no text makes the reader panic, and that what decodes encodes, and decodes to the same.
func FuzzManifest(f *testing.F) {
	files, _ := filepath.Glob("testdata/problems/*")
	for _, file := range append(files, "testdata/encoded.yaml") {
		body, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
	for _, text := range traps {
		f.Add([]byte("name: www\nkind: Certificate\nrenew_token: " + text + "\n"))
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		docs, err := inTime(t, body)
		if err != nil {
			var problems manifest.Problems
			if !errors.As(err, &problems) || len(problems) == 0 {
				t.Fatalf("an error of type %T", err)
			}
			for _, p := range problems {
				if p.Line < 1 || p.Column < 1 || p.Err == nil {
					t.Errorf("a problem without position or text: %+v", p)
				}
			}
		}
		if len(docs) == 0 {
			return
		}
		encoded := manifest.Encode(attributes(docs))
		again, err2 := manifest.Decode([]manifest.File{{Name: "f", Body: encoded}}, defaults)
		if err == nil && err2 != nil {
			t.Fatalf("%v\n%s", err2, encoded)
		}
		if diff := cmp.Diff(attributes(docs), attributes(again)); diff != "" {
			t.Errorf("(-want +got):\n%s\n%s", diff, encoded)
		}
	})
}

// inTime decodes a text, and fails where that does not end.
func inTime(t *testing.T, body []byte) (docs []manifest.Document, err error) {
	t.Helper()
	done := make(chan struct{})
	go func() {
		defer close(done)
		docs, err = manifest.Decode([]manifest.File{{Name: "f", Body: body}}, defaults)
	}()
	select {
	case <-done:
	case <-time.After(20 * time.Second):
		panic(fmt.Sprintf("decoding does not end: %q", body))
	}
	return docs, err
}
