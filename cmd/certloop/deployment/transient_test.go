package deployment

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"net"
	"net/http"
	"testing"

	"github.com/aws/smithy-go"

	"certloop/reconciler/api"
)

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

// cutOff begins an answer, and closes the connection.
func cutOff(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Length", "1000")
	_, _ = w.Write([]byte(`{"Items":[`))
	panic(http.ErrAbortHandler)
}

func reset(w http.ResponseWriter, _ *http.Request) {
	connection, _, err := w.(http.Hijacker).Hijack()
	if err == nil {
		_ = connection.(*net.TCPConn).SetLinger(0)
		_ = connection.Close()
	}
}

// cancelledRead is a transaction of reads that DynamoDB did not do.
func cancelledRead(reason string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		w.WriteHeader(http.StatusBadRequest)
		_, _ = fmt.Fprintf(w, `{"__type":"com.amazonaws.dynamodb.v20120810#TransactionCanceledException","message":"cancelled",`+
			`"CancellationReasons":[{"Code":%q,"Message":"m"},{"Code":"None"}]}`, reason)
	}
}

func TestIsTransient(t *testing.T) {
	for sentence, c := range map[string]struct {
		handler http.HandlerFunc
		want    bool
	}{
		"throttling":                       {refuse("ThrottlingException", "Rate exceeded"), true},
		"throughput":                       {refuse("ProvisionedThroughputExceededException", "slow down"), true},
		"a limit of requests":              {refuse("RequestLimitExceeded", "slow down"), true},
		"too many requests":                {status(http.StatusTooManyRequests), true},
		"a fault of AWS":                   {refuse("InternalServerError", "try later"), true},
		"a fault without a code":           {status(http.StatusInternalServerError), true},
		"a gateway's fault":                {status(http.StatusBadGateway), true},
		"an answer that ends early":        {cutOff, true},
		"a connection that is reset":       {reset, true},
		"an expired session":               {refuse("ExpiredTokenException", "expired"), false},
		"a session that is not valid":      {refuse("UnrecognizedClientException", "invalid"), false},
		"a wrong clock":                    {refuse("RequestExpired", "expired"), false},
		"a missing right":                  {refuse("AccessDeniedException", "denied"), false},
		"a table or log that is not there": {refuse("ResourceNotFoundException", "not found"), false},
		"a request that AWS refuses":       {refuse("ValidationException", "no"), false},
	} {
		for name, call := range map[string]func(*Deployment) error{"Scan": list, "GetItem": get, "FilterLogEvents": logs} {
			t.Run(sentence+", "+name, func(t *testing.T) {
				err := call(open(t, Config{}, c.handler))
				if err == nil || IsTransient(err) != c.want {
					t.Errorf("IsTransient %v, want %v: %v", !c.want, c.want, err)
				}
			})
		}
	}
}

func TestIsTransient_OfTransactions(t *testing.T) {
	for reason, want := range map[string]bool{"TransactionConflict": true, "ThrottlingError": true, "ProvisionedThroughputExceeded": true,
		"ValidationError": false, "AccessDeniedException": false} {
		if err := get(open(t, Config{}, cancelledRead(reason))); err == nil || IsTransient(err) != want {
			t.Errorf("%s: IsTransient %v, want %v: %v", reason, !want, want, err)
		}
	}
}

func TestIsTransient_WithoutAnAnswer(t *testing.T) {
	for sentence, c := range map[string]struct {
		err  error
		want bool
	}{
		"the time of the read is over": {context.DeadlineExceeded, true},
		"Ctrl-C":                       {context.Canceled, false},
		"a name that is not found":     {&net.DNSError{Err: "no such host", Name: "x", IsNotFound: true}, false},
		"a resolver that is too slow":  {&net.DNSError{Err: "i/o timeout", Name: "x", IsTimeout: true}, true},
		"credentials that are not reachable": {fmt.Errorf("get identity: get credentials: failed to refresh cached credentials, %w",
			&net.OpError{Op: "dial", Err: errors.New("network is unreachable")}), true},
		"a fault of the server":              {&smithy.GenericAPIError{Code: "Odd", Fault: smithy.FaultServer}, true},
		"a fault of the client":              {&smithy.GenericAPIError{Code: "Odd", Fault: smithy.FaultClient}, false},
		"a table that did not respond":       {&api.Error{Kind: api.Transient, Message: "table certloop did not respond"}, true},
		"a name that does not resolve there": {&api.Error{Kind: api.Transient, Err: &net.DNSError{Err: "no such host", Name: "x", IsNotFound: true}}, false},
		"a server that is not trusted":       {&api.Error{Kind: api.Transient, Err: &tls.CertificateVerificationError{Err: errors.New("unknown authority")}}, false},
		"no credentials":                     {errors.New("failed to refresh cached credentials, no EC2 IMDS role found"), false},
		"nothing":                            {nil, false},
		"any other":                          {errors.New("no"), false},
	} {
		if got := IsTransient(Explain(c.err, Place{})); got != c.want {
			t.Errorf("%s: %v, want %v", sentence, got, c.want)
		}
	}
	if !IsUnresolved(Explain(&net.DNSError{Err: "no such host", IsNotFound: true}, Place{})) || IsUnresolved(context.DeadlineExceeded) {
		t.Error("a name that is not found is not recognized")
	}
}
