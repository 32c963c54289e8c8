package gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

func TestGateway_ForwardsEachRequestToItsService(t *testing.T) {
	emulator := httptest.NewServer(answerWith("emulator"))
	t.Cleanup(emulator.Close)
	s, err := Start(Config{
		Emulator: emulator.URL, ACM: answerWith("acm"),
		Invoke: func(_ context.Context, function string, payload []byte) ([]byte, bool, error) {
			switch string(payload) {
			case "who":
				return []byte(function), false, nil
			case "fail":
				return []byte("failed"), true, nil
			case "broken":
				return nil, false, errors.New("no process")
			case "unknown":
				return nil, false, fmt.Errorf("get function: %w", ErrNoFunction)
			}
			return payload, false, nil
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	const invoke = "/2015-03-31/functions/certloop/invocations"
	for sentence, c := range map[string]struct {
		target, path, body string
		status             int
		want, failed       string
	}{
		"ACM":           {"CertificateManager.ListCertificates", "/", "", 200, "acm", ""},
		"tagging":       {"ResourceGroupsTaggingAPI_20170126.GetResources", "/", "", 200, "acm", ""},
		"DynamoDB":      {"DynamoDB_20120810.GetItem", "/", "", 200, "emulator for example.amazonaws.com", ""},
		"Route 53":      {"", "/2013-04-01/hostedzone", "", 200, "emulator for example.amazonaws.com", ""},
		"an invocation": {"", invoke, "event", 200, "event", ""},
		"an invocation by ARN": {"", "/2015-03-31/functions/arn%3Aaws%3Alambda%3Aus-east-1%3A123456789012%3Afunction%3Aother/invocations",
			"who", 200, "arn:aws:lambda:us-east-1:123456789012:function:other", ""},
		"an invocation that fails":        {"", invoke, "fail", 200, "failed", "Unhandled"},
		"an invocation that cannot start": {"", invoke, "broken", 502, "no process\n", ""},
		"an invocation of an unknown function": {"", invoke, "unknown", 404,
			`{"Message":"Function not found: certloop","Type":"User"}` + "\n", ""},
		"another request about a function": {"", "/2015-03-31/functions/certloop", "", 200, "emulator for example.amazonaws.com", ""},
		"a name that only resembles ACM's": {"CertificateManagerX", "/", "", 200, "emulator for example.amazonaws.com", ""},
	} {
		t.Run(sentence, func(t *testing.T) {
			r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+c.path, strings.NewReader(c.body))
			if err != nil {
				t.Fatal(err)
			}
			r.Host = "example.amazonaws.com"
			r.Header.Set("X-Amz-Target", c.target)
			resp, err := http.DefaultClient.Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = resp.Body.Close() }()
			body, err := io.ReadAll(resp.Body)
			if err != nil || resp.StatusCode != c.status || string(body) != c.want ||
				resp.Header.Get("X-Amz-Function-Error") != c.failed {
				t.Errorf("%d %q %q, %v", resp.StatusCode, body, resp.Header.Get("X-Amz-Function-Error"), err)
			}
		})
	}
}

func TestGateway_InvocationTypes(t *testing.T) {
	invoked := make(chan string, 1)
	s, err := Start(Config{Emulator: "http://127.0.0.1:1", ACM: answerWith("acm"),
		Invoke: func(ctx context.Context, _ string, payload []byte) ([]byte, bool, error) {
			invoked <- string(payload)
			return payload, false, ctx.Err()
		}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	for _, c := range []struct {
		kind    string
		status  int
		invokes bool
	}{{"DryRun", http.StatusNoContent, false}, {"Event", http.StatusAccepted, true}, {"RequestResponse", http.StatusOK, true}, {"", http.StatusOK, true}} {
		r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.URL+"/2015-03-31/functions/certloop/invocations", strings.NewReader(c.kind))
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X-Amz-Invocation-Type", c.kind)
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
		if resp.StatusCode != c.status {
			t.Errorf("%s: status %d, want %d", c.kind, resp.StatusCode, c.status)
		}
		if c.invokes {
			if got := <-invoked; got != c.kind {
				t.Errorf("%s: the function received %q", c.kind, got)
			}
		}
	}
	if len(invoked) > 0 {
		t.Error("a dry run invoked the function")
	}
}

func answerWith(who string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if who == "emulator" {
			who := who + " for " + r.Host
			_, _ = io.WriteString(w, who)
			return
		}
		_, _ = io.WriteString(w, who)
	})
}

func TestGateway_RecursiveLoops(t *testing.T) {
	emulator := httptest.NewServer(answerWith("emulator"))
	t.Cleanup(emulator.Close)
	s, err := Start(Config{Emulator: emulator.URL, ACM: answerWith("acm")})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	ask := func(method, function, body string) (int, string) {
		r, err := http.NewRequestWithContext(t.Context(), method, s.URL+"/2024-08-31/functions/"+function+"/recursion-config", strings.NewReader(body))
		if err != nil {
			t.Fatal(err)
		}
		resp, err := http.DefaultClient.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = resp.Body.Close() }()
		answer, err := io.ReadAll(resp.Body)
		if err != nil {
			t.Fatal(err)
		}
		return resp.StatusCode, strings.TrimSpace(string(answer))
	}
	for _, c := range []struct {
		sentence, method, function, body string
		status                           int
		want                             string
	}{
		{"by default a loop is ended", http.MethodGet, "a", "", 200, `{"RecursiveLoop":"Terminate"}`},
		{"it may be allowed", http.MethodPut, "a", `{"RecursiveLoop":"Allow"}`, 200, `{"RecursiveLoop":"Allow"}`},
		{"which is kept", http.MethodGet, "a", "", 200, `{"RecursiveLoop":"Allow"}`},
		{"of that function", http.MethodGet, "b", "", 200, `{"RecursiveLoop":"Terminate"}`},
		{"and nothing else may be put", http.MethodPut, "a", `{"RecursiveLoop":"Perhaps"}`, 400, `{"Type":"User","Message":"RecursiveLoop is Allow or Terminate"}`},
	} {
		if status, got := ask(c.method, c.function, c.body); status != c.status || got != c.want {
			t.Errorf("%s: %d %s", c.sentence, status, got)
		}
	}
}
