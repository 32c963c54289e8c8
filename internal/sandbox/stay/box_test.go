package stay

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"certloop/internal/sandbox"
	"certloop/internal/sandbox/progress"
	"certloop/internal/sandbox/setup"
	"certloop/reconciler/api"
)

// box is a sandbox under test.
type box struct {
	*Box
	t   *testing.T
	log *setup.Output
	// shown is what the sandbox printed.
	shown *setup.Output
}

func start(t *testing.T) *box {
	t.Helper()
	b := &box{t: t, log: &setup.Output{}, shown: &setup.Output{}}
	zip, err := setup.Archive("../../..")
	if err != nil {
		t.Fatal(err)
	}
	b.Box, err = Start(t.Context(), Options{Zip: zip, EnvFile: t.TempDir() + "/env", Out: b.shown, Log: b.log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := b.Close(); err != nil {
			t.Error(err)
		}
		if t.Failed() {
			t.Log(b.shown.String(), b.log.String())
		}
	})
	return b
}

func (b *box) on(t *testing.T) *box { return &box{b.Box, t, b.log, b.shown} }

// send sends a command to the control endpoint, as scripts do.
func (b *box) send(command string) string {
	b.t.Helper()
	status, answer := b.post(command, nil)
	if status != http.StatusOK {
		b.t.Fatalf("%s: %d %s", command, status, answer)
	}
	return answer
}

func (b *box) post(command string, header http.Header) (int, string) {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.Control, strings.NewReader(command))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header = header.Clone()
	return b.answer(r)
}

func (b *box) answer(r *http.Request) (int, string) {
	b.t.Helper()
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		b.t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		b.t.Fatal(err)
	}
	return resp.StatusCode, string(body)
}

// aws sends a request to a service and returns its answer.
func (b *box) aws(service, method, path string, form url.Values) string {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), method, b.URL+path, strings.NewReader(form.Encode()))
	if err != nil {
		b.t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=user/20261127/"+sandbox.Region+"/"+service+"/aws4_request, SignedHeaders=host, Signature=0")
	status, answer := b.answer(r)
	if status != http.StatusOK {
		b.t.Fatalf("%s %s: %d %s", service, path, status, answer)
	}
	return answer
}

// get reads JSON from a URL.
func (b *box) get(url string, out any) {
	b.t.Helper()
	r, err := http.NewRequestWithContext(b.t.Context(), http.MethodGet, url, nil)
	if err != nil {
		b.t.Fatal(err)
	}
	status, body := b.answer(r)
	if err := json.Unmarshal([]byte(body), out); err != nil || status != http.StatusOK {
		b.t.Fatalf("%s: %d %s: %v", url, status, body, err)
	}
}

// put creates the record that a file of the sandbox has, under another name and domain if they are given.
func (b *box) put(file string, replace ...string) {
	b.t.Helper()
	text, err := os.ReadFile(b.file(file))
	if err != nil {
		b.t.Fatal(err)
	}
	text = []byte(strings.NewReplacer(replace...).Replace(string(text)))
	var record map[string]attribute
	if err := json.NewDecoder(bytes.NewReader(text)).Decode(&record); err != nil {
		b.t.Fatal(err)
	}
	plain := sandbox.Record{}
	for name, value := range record {
		plain[name] = value.plain()
	}
	if err := b.Put(b.t.Context(), plain); err != nil {
		b.t.Fatal(err)
	}
}

// attribute is a value of DynamoDB in the form of the AWS CLI, as far as the files of the sandbox have one.
type attribute struct {
	S string
	N json.Number
	L []attribute
	M map[string]attribute
}

func (a attribute) plain() any {
	switch {
	case a.M != nil:
		plain := map[string]any{}
		for name, value := range a.M {
			plain[name] = value.plain()
		}
		return plain
	case a.L != nil:
		var plain []any
		for _, value := range a.L {
			plain = append(plain, value.plain())
		}
		return plain
	case a.N != "":
		n, _ := a.N.Int64()
		return n
	}
	return a.S
}

// limits allow for a busy machine and for a back-off.
var limits = progress.Limits{Idle: 3 * time.Minute, Most: 9 * time.Minute, Poll: 200 * time.Millisecond}

// until waits until a certificate's status is as wanted, and returns it.
func (b *box) until(name, what string, wanted func(*api.CertificateStatus) bool) *api.CertificateStatus {
	b.t.Helper()
	var s *api.CertificateStatus
	if err := limits.Until(b.t.Context(), func() string {
		var err error
		switch s, err = b.Status(b.t.Context(), name); {
		case err != nil:
			return err.Error()
		case s == nil || !wanted(s):
			return explain(s)
		}
		return ""
	}); err != nil {
		b.t.Fatalf("%s: it is not so that %s: %v", name, what, err)
	}
	return s
}

// ready waits until the certificate is Ready and nothing is in progress.
func (b *box) ready(name string) *api.CertificateStatus {
	b.t.Helper()
	return b.until(name, "it is Ready", isReady)
}

func isReady(s *api.CertificateStatus) bool {
	return api.IsTrue(s.Conditions, api.ConditionReady) && !api.IsTrue(s.Conditions, api.ConditionIssuing) &&
		s.ObservedGeneration == s.Generation && reason(s) == api.ReasonNotNeeded
}

// reason returns the reason of the condition Issuing.
func reason(s *api.CertificateStatus) api.Reason {
	c, _ := api.GetCondition(s.Conditions, api.ConditionIssuing)
	return c.Reason
}

func explain(s *api.CertificateStatus) string {
	if s == nil || len(s.Conditions) == 0 {
		return "no status, or none with conditions"
	}
	var parts []string
	for _, c := range s.Conditions {
		parts = append(parts, fmt.Sprintf("%s=%s (%s: %s)", c.Type, c.Status, c.Reason, c.Message))
	}
	return strings.Join(parts, " ")
}
