package awsfake_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"

	"certloop/providers/internal/awsfake"
)

const signed = "AWS4-HMAC-SHA256 Credential=AKID/20261124/eu-west-1/echo/aws4_request, SignedHeaders=host, Signature=0"

type input struct{ Word string }

// echo is a service in both protocols: it says the word it is given, and refuses to say "no".
func echo(c awsfake.Config) *awsfake.Endpoint {
	c.Targets = []string{"Echo_2020."}
	c.Operations = map[string]awsfake.Operation{
		"Say": awsfake.JSON(func(c awsfake.Call, in input) (any, *awsfake.Refusal) {
			if in.Word == "no" {
				return nil, &awsfake.Refusal{Status: 409, Code: "Refused", Message: "no", QueryCode: "Echo.Refused"}
			}
			return map[string]string{"Said": in.Word, "In": c.Region, "By": c.AccessKey}, nil
		}),
		"Shout": func(c awsfake.Call) (any, *awsfake.Refusal) {
			if c.Form.Get("Word") == "no" {
				return nil, awsfake.Refuse("Refused", "%s & no", "no")
			}
			return "<Said>" + c.Form.Get("Word") + "</Said>", nil
		},
	}
	return awsfake.New(c)
}

type reply struct {
	status            int
	kind, query, body string
}

// ask sends one request, of JSON where target is set.
func ask(t *testing.T, e http.Handler, authorization, target, body string) (reply, error) {
	t.Helper()
	server := httptest.NewServer(e)
	defer server.Close()
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", authorization)
	if target != "" {
		r.Header.Set("X-Amz-Target", target)
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		return reply{}, err
	}
	defer resp.Body.Close()
	text, err := io.ReadAll(resp.Body)
	return reply{resp.StatusCode, resp.Header.Get("Content-Type"), resp.Header.Get("X-Amzn-Query-Error"), string(text)}, err
}

func TestACallIsAnsweredInItsProtocol(t *testing.T) {
	for sentence, c := range map[string]struct {
		authorization, target, body string
		want                        reply
	}{
		"JSON": {signed, "Echo_2020.Say", `{"Word":"yes"}`,
			reply{200, "application/x-amz-json-1.0", "", `{"By":"AKID","In":"eu-west-1","Said":"yes"}`}},
		"JSON, refused": {signed, "Echo_2020.Say", `{"Word":"no"}`,
			reply{409, "application/x-amz-json-1.0", "Echo.Refused;Sender", `{"__type":"Refused","message":"no"}`}},
		"query": {signed, "", "Action=Shout&Word=yes", reply{200, "text/xml", "", "<Said>yes</Said>"}},
		"query, refused": {signed, "", "Action=Shout&Word=no", reply{400, "text/xml", "", "<ErrorResponse><Error><Type>Sender</Type>" +
			"<Code>Refused</Code><Message>no &amp; no</Message></Error><RequestId>00000000-0000-4000-8000-000000000000</RequestId></ErrorResponse>"}},
		"no JSON": {signed, "Echo_2020.Say", "{",
			reply{400, "application/x-amz-json-1.0", "", `{"__type":"SerializationException","message":"the body is not the JSON of a Say"}`}},
		"another action": {signed, "Echo_2020.Sing", "{}",
			reply{400, "application/x-amz-json-1.0", "", `{"__type":"UnknownOperationException","message":"\"Sing\" is not served"}`}},
		"another service": {signed, "Other.Say", "{}",
			reply{400, "application/x-amz-json-1.0", "", `{"__type":"UnknownOperationException","message":"\"\" is not served"}`}},
		"no signature": {"", "Echo_2020.Say", "{}",
			reply{403, "application/x-amz-json-1.0", "", `{"__type":"MissingAuthenticationTokenException","message":"Missing Authentication Token"}`}},
	} {
		t.Run(sentence, func(t *testing.T) {
			got, err := ask(t, echo(awsfake.Config{JSON: "1.0"}), c.authorization, c.target, c.body)
			if err != nil || got != c.want {
				t.Errorf("%+v, %v\nwant %+v", got, err, c.want)
			}
		})
	}
}

func TestAFaultComesAsOftenAsItWasAskedFor(t *testing.T) {
	e := echo(awsfake.Config{})
	say := func() int {
		got, err := ask(t, e, signed, "Echo_2020.Say", "{}")
		if err != nil {
			return 0
		}
		return got.status
	}
	e.Fail("Say", 1, awsfake.LostReply())
	e.Fail("Say", 2, awsfake.ServerError())
	e.Fail("Shout", -1, awsfake.Throttling())
	for i, want := range []int{0, 500, 500, 200} {
		if got := say(); got != want {
			t.Errorf("call %d is answered with %d, want %d", i, got, want)
		}
	}
	e.Fail("Say", -1, awsfake.Denied("echo:Say"))
	if got := say(); got != 400 {
		t.Errorf("denied is %d", got)
	}
	e.Heal("Say")
	if got := say(); got != 200 || e.Calls("Say") != 6 || e.Calls("Shout") != 0 {
		t.Errorf("healed is %d, after %d calls", got, e.Calls("Say"))
	}
}

func TestALostReplyTakesEffectAndALostRequestDoesNot(t *testing.T) {
	for sentence, c := range map[string]struct {
		fault awsfake.Fault
		done  int
	}{"reply": {awsfake.LostReply(), 1}, "request": {awsfake.LostRequest(), 0}, "error": {awsfake.ServerError(), 0}} {
		t.Run(sentence, func(t *testing.T) {
			done := 0
			e := awsfake.New(awsfake.Config{Targets: []string{"Echo_2020."}, Operations: map[string]awsfake.Operation{
				"Do": func(awsfake.Call) (any, *awsfake.Refusal) { done++; return struct{}{}, nil }}})
			e.Fail("Do", 1, c.fault)
			got, err := ask(t, e, signed, "Echo_2020.Do", "{}")
			if done != c.done || (err != nil) != c.fault.Drop {
				t.Errorf("done %d times, answered with %v, %v", done, got, err)
			}
		})
	}
}

func TestAFaultsBodyIsTheWholeAnswer(t *testing.T) {
	e := echo(awsfake.Config{Fault: func(c awsfake.Call) *awsfake.Fault { return &awsfake.Fault{Body: `{"Said":"` + c.Operation} }})
	got, err := ask(t, e, signed, "Echo_2020.Say", "{}")
	if want := (reply{200, "application/x-amz-json-1.1", "", `{"Said":"Say`}); err != nil || got != want {
		t.Errorf("%+v, %v", got, err)
	}
}

func TestOperationsRunOneAtATime(t *testing.T) {
	inside := 0
	e := awsfake.New(awsfake.Config{Targets: []string{"Echo_2020."}, Operations: map[string]awsfake.Operation{
		// The race detector sees two at once.
		"Do": func(awsfake.Call) (any, *awsfake.Refusal) { inside++; return inside, nil }}})
	var all sync.WaitGroup
	errs := make([]error, 16)
	for i := range errs {
		all.Go(func() {
			got, err := ask(t, e, signed, "Echo_2020.Do", "{}")
			errs[i] = errors.Join(err, json.Unmarshal([]byte(got.body), new(int)))
		})
	}
	all.Wait()
	if err := errors.Join(errs...); err != nil || inside != 16 || e.Calls("Do") != 16 {
		t.Errorf("%d times, %v", inside, err)
	}
}
