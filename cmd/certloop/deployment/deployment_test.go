package deployment

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"certloop/reconciler/api"
)

// open returns a deployment whose requests go to the handler.
func open(t *testing.T, c Config, handler http.HandlerFunc) *Deployment {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	isolate(t)
	t.Setenv("AWS_ENDPOINT_URL", server.URL)
	t.Setenv("AWS_ACCESS_KEY_ID", "a")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "b")
	t.Setenv("AWS_REGION", "eu-west-1")
	t.Setenv("AWS_MAX_ATTEMPTS", "1")
	d, err := Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// isolate keeps the configuration of this machine out of the test.
func isolate(t *testing.T) {
	t.Helper()
	for _, name := range []string{"AWS_PROFILE", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"} {
		t.Setenv(name, "")
	}
	t.Setenv("HOME", t.TempDir())
	t.Setenv("AWS_EC2_METADATA_DISABLED", "true")
}

// refuse answers each request with an error of AWS's JSON protocol.
func refuse(code, message string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.Header().Set("X-Amzn-Errortype", code)
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprintf(w, `{"__type":%q,"message":%q}`, code, message)
	}
}

func list(d *Deployment) error {
	for _, err := range d.List(context.Background()) {
		return err
	}
	return nil
}

func get(d *Deployment) error {
	_, err := d.Get(context.Background(), api.Key{Kind: api.KindCertificate, Name: "www"})
	return err
}

func invoke(d *Deployment) error {
	return d.Invoke(context.Background(), map[string]any{}, &struct{}{})
}

func logs(d *Deployment) error {
	for _, err := range d.Logs(context.Background(), api.Key{Kind: api.KindCertificate, Name: "www"}, time.Now()) {
		return err
	}
	return nil
}

func uses(d *Deployment) error {
	_, err := d.Held(context.Background(), "arn:aws:acm:eu-west-1:123456789012:certificate/1")
	return err
}

func TestErrors_SayWhatIsWrongAndWhatToDo(t *testing.T) {
	for sentence, c := range map[string]struct {
		config  Config
		handler http.HandlerFunc
		call    func(*Deployment) error
		want    string
	}{
		"expired session": {Config{}, refuse("ExpiredTokenException", "The security token included in the request is expired"), list,
			"the AWS session has expired: run aws sso login, or set AWS_PROFILE or AWS_ACCESS_KEY_ID"},
		"wrong key": {Config{}, refuse("UnrecognizedClientException", "The security token included in the request is invalid."), get,
			"the AWS session is not valid: run aws sso login, or set AWS_PROFILE or AWS_ACCESS_KEY_ID"},
		"missing table": {Config{Table: "certs"}, refuse("ResourceNotFoundException", "Requested resource not found"), list,
			"table certs does not exist in eu-west-1: set --table and --region to those of the installation"},
		"missing table, one record": {Config{}, refuse("ResourceNotFoundException", "Requested resource not found"), get,
			"table certloop does not exist in eu-west-1: set --table and --region to those of the installation"},
		"missing function": {Config{}, refuse("ResourceNotFoundException", "Function not found"), invoke,
			"function certloop does not exist in eu-west-1: set --function to the output function_name of the Terraform module"},
		"missing right, named by AWS": {Config{}, refuse("AccessDeniedException", "User: arn:aws:iam::123456789012:user/x is not authorized to "+
			"perform: dynamodb:Scan on resource: arn:aws:dynamodb:eu-west-1:123456789012:table/certloop because no identity-based policy "+
			"allows the dynamodb:Scan action"), list,
			"AWS denies dynamodb:Scan on arn:aws:dynamodb:eu-west-1:123456789012:table/certloop: allow this IAM action for your user or role"},
		"missing right, not named":           {Config{}, refuse("AccessDeniedException", "Access denied"), get, "AWS denies dynamodb:GetItem: allow"},
		"missing right to invoke, not named": {Config{}, refuse("AccessDeniedException", ""), invoke, "AWS denies lambda:InvokeFunction: allow"},
		"missing right to read the log":      {Config{}, refuse("AccessDeniedException", ""), logs, "AWS denies logs:FilterLogEvents: allow"},
		"missing right to read ACM":          {Config{}, refuse("AccessDeniedException", ""), uses, "AWS denies acm:DescribeCertificate: allow"},
		"any other answer":                   {Config{}, refuse("InternalServerError", "try later"), get, "AWS refuses dynamodb:GetItem: InternalServerError: try later"},
		"throttled":                          {Config{}, refuse("ThrottlingException", "Rate exceeded"), uses, "AWS throttles acm:DescribeCertificate: try again in a minute"},
	} {
		t.Run(sentence, func(t *testing.T) {
			err := c.call(open(t, c.config, c.handler))
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Fatalf("%v, want %s", err, c.want)
			}
			if strings.Contains(err.Error(), "RequestID") || strings.Contains(err.Error(), "https response error") {
				t.Errorf("the message has what only the SDK's developers need: %v", err)
			}
		})
	}
}

func TestOpen_SaysThatARegionIsMissing(t *testing.T) {
	isolate(t)
	if _, err := Open(t.Context(), Config{}); !errors.Is(err, ErrNoRegion) {
		t.Errorf("%v, want %v", err, ErrNoRegion)
	}
}

func TestOpen_SaysThatCredentialsAreMissing(t *testing.T) {
	isolate(t)
	d, err := Open(t.Context(), Config{Region: "eu-west-1"})
	if err != nil {
		t.Fatal(err)
	}
	if err := get(d); err == nil || !strings.HasPrefix(err.Error(), "no valid AWS credentials were found") {
		t.Errorf("%v", err)
	}
}

func TestOpen_SaysThatAProfileIsMissing(t *testing.T) {
	isolate(t)
	if _, err := Open(t.Context(), Config{Profile: "prod"}); err == nil || !strings.Contains(err.Error(), "prod") {
		t.Errorf("%v", err)
	}
}

func TestUnreachable_NamesTheCause(t *testing.T) {
	open(t, Config{}, nil)
	t.Setenv("AWS_ENDPOINT_URL", "http://127.0.0.1:1")
	d, err := Open(t.Context(), Config{})
	if err != nil {
		t.Fatal(err)
	}
	if err := get(d); err == nil || !strings.Contains(err.Error(), "connection refused") || strings.Contains(err.Error(), "RequestID") {
		t.Errorf("%v", err)
	}
}

func TestInvoke_ReturnsTheFunctionsError(t *testing.T) {
	d := open(t, Config{}, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("X-Amz-Function-Error", "Unhandled")
		_, _ = fmt.Fprint(w, `{"errorType":"InvalidEvent","errorMessage":"names is missing: list at least one Certificate record"}`)
	})
	var refused *FunctionError
	if err := invoke(d); !errors.As(err, &refused) || refused.Type != "InvalidEvent" || err.Error() != "names is missing: list at least one Certificate record" {
		t.Errorf("%v", err)
	}
}

func TestInvoke_IsNotRepeated(t *testing.T) {
	calls := 0
	d := open(t, Config{}, func(w http.ResponseWriter, _ *http.Request) {
		calls++
		w.WriteHeader(http.StatusInternalServerError)
	})
	if err := invoke(d); err == nil || calls != 1 {
		t.Errorf("%v after %d calls", err, calls)
	}
}

func TestFunction_HasTheNameOfTheTableUnlessItIsSet(t *testing.T) {
	for _, c := range []struct{ table, function, wantTable, wantFunction string }{
		{"", "", "certloop", "certloop"}, {"certs", "", "certs", "certs"}, {"certs", "fn", "certs", "fn"},
	} {
		d := open(t, Config{Table: c.table, Function: c.function}, nil)
		if d.Table != c.wantTable || d.Function != c.wantFunction {
			t.Errorf("%+v opens %s and %s", c, d.Table, d.Function)
		}
	}
}

func TestSerial_IsThatOfTheStatus(t *testing.T) {
	for acms, want := range map[string]string{"04:C3:F1": "4c3f1", "00:a0": "a0", "00": "0", "": ""} {
		if got := serial(acms); got != want {
			t.Errorf("serial(%q) = %q, want %q", acms, got, want)
		}
	}
}
