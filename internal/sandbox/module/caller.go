package module

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
)

// caller calls AWS APIs. The requests are few and simple: they do not justify six more SDKs.
type caller struct{ url, region string }

// object is a JSON object.
type object = map[string]any

// rest sends a request of a REST protocol. out may be nil.
func (c caller) rest(ctx context.Context, service, method, path string, in, out any) error {
	return c.send(ctx, service, method, path, "application/json", nil, in, out)
}

// json sends a request of the AWS JSON 1.1 protocol. target is <prefix>.<operation>.
func (c caller) json(ctx context.Context, service, target string, in, out any) error {
	header := http.Header{"X-Amz-Target": {target}}
	return c.send(ctx, service, http.MethodPost, "/", "application/x-amz-json-1.1", header, in, out)
}

// query sends a request of the query protocol, whose answer is not needed.
func (c caller) query(ctx context.Context, service, version, action string, form url.Values) error {
	form.Set("Action", action)
	form.Set("Version", version)
	return c.send(ctx, service, http.MethodPost, "/", "application/x-www-form-urlencoded", nil, form, nil)
}

func (c caller) send(ctx context.Context, service, method, path, contentType string, header http.Header, in, out any) error {
	body, err := encode(in)
	if err != nil {
		return err
	}
	r, err := http.NewRequestWithContext(ctx, method, c.url+path, bytes.NewReader(body))
	if err != nil {
		return err
	}
	for name, values := range header {
		r.Header[name] = values
	}
	r.Header.Set("Content-Type", contentType)
	// The emulator finds the service in the signature's scope and does not check the signature.
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=user/20260101/"+c.region+"/"+service+
		"/aws4_request, SignedHeaders=host, Signature=0")
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return err
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	switch {
	case err != nil:
		return err
	case resp.StatusCode >= http.StatusMultipleChoices:
		return fmt.Errorf("%s %s %s%s: %s: %s", service, method, path, header.Get("X-Amz-Target"), resp.Status, answer)
	case out == nil:
		return nil
	}
	return json.Unmarshal(answer, out)
}

func encode(in any) ([]byte, error) {
	switch in := in.(type) {
	case nil:
		return nil, nil
	case url.Values:
		return []byte(in.Encode()), nil
	}
	return json.Marshal(in)
}
