package migrate

import (
	"errors"
	"os"
	"testing"

	"certloop/cmd/certloop/manifest"
	"certloop/reconciler/api"
	"certloop/reconciler/spec"
)

// check verifies what holds for every input: each record has a valid and unique name, each problem of a record is
// reported, and the documents can be read again.
func check(t *testing.T, body []byte, format Format) {
	t.Helper()
	result := Import([]File{{Path: "input", Body: body}}, Options{Format: format, ReadCertificate: func(string, string) ([]byte, error) {
		return nil, errors.New("no such file")
	}})
	seen := map[string]bool{}
	for _, r := range result.Records {
		name, _ := r["name"].(string)
		if err := api.ValidateName(name); err != nil {
			t.Error(err)
		}
		key := r["kind"].(string) + "/" + name
		if seen[key] {
			t.Errorf("%s is there twice", key)
		}
		seen[key] = true
		if len(r.problems()) > 0 && !result.Has(Problem) {
			t.Errorf("the controller refuses %v (%q), and the report has no problem", r, r.problems())
		}
	}
	if len(result.Records) == 0 && len(result.Notes) == 0 && format == Certbot {
		t.Error("neither a record nor a note was made")
	}
	for _, n := range result.Notes {
		if n.At == "" || n.Text == "" || len(n.Text) > 4096 {
			t.Errorf("a note is %+v", n)
		}
	}
	// certloop apply reads the records, and refuses them only if the report has a problem.
	var plain []map[string]any
	for _, r := range result.Records {
		plain = append(plain, r)
	}
	out := manifest.Encode(plain)
	if _, err := manifest.Decode([]manifest.File{{Name: "records.yaml", Body: out}}, spec.Defaults{Region: placeholderRegion}); err != nil &&
		!result.Has(Problem) && len(plain) > 0 {
		t.Errorf("the records cannot be read again: %v\n%s", err, out)
	}
}

func FuzzAcmeToACM(f *testing.F) {
	seed(f, "testdata/domains.json")
	f.Fuzz(func(t *testing.T, body []byte) { check(t, body, AcmeToACM) })
}

func FuzzCertbot(f *testing.F) {
	seed(f, "testdata/renewal/example.com.conf", "testdata/renewal/blog.example.com-0001.conf")
	f.Fuzz(func(t *testing.T, body []byte) { check(t, body, Certbot) })
}

func seed(f *testing.F, files ...string) {
	f.Helper()
	for _, file := range files {
		body, err := os.ReadFile(file)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(body)
	}
}
