package stay

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"certloop/internal/sandbox"
	"certloop/internal/sandbox/module"
	"certloop/internal/sandbox/setup"
	"certloop/reconciler/api"
)

// TestBox flips each switch of a running sandbox, sees the effect in the status of a record, flips it back and sees it
// heal. The parts follow each other: they share one certificate.
func TestBox(t *testing.T) {
	b := start(t)
	b.put("account.json")
	b.put("certificate.json")
	b.ready("www")
	for _, part := range []struct {
		sentence string
		check    func(*box)
	}{
		{"the export lines lead a shell to the sandbox", checkExports},
		{"the function answers a direct invocation, and its configuration can be read", checkInvocation},
		{"mappings, schedules, alarms and subscriptions can be read", checkDeployment},
		{"certloop doctor finds the schedules as they should be, and disabled", checkDoctor},
		{"the function's lines are in its log group", checkLogs},
		{"a mail is shown when it arrives, and listed later", checkInbox},
		{"the account with a credential is registered", checkEAB},
		{"the control endpoint refuses web pages and unknown commands", checkControl},
		{"a CA that is down, and up again", checkDown},
		{"a CA that is rate-limited, and no longer", checkLimited},
		{"a CA that is slow, and fast again", checkSlow},
		{"a certificate that is deleted in ACM is replaced", checkDeletion},
		{"a certificate that somebody deletes with the AWS API is replaced", checkOtherDeletion},
		{"the load balancer serves the certificate, is down, and serves another one", checkBalancer},
		{"the clock moves ahead, and a renewal becomes due", checkClock},
		{"the load balancer lags behind for hours, and follows", checkLag},
	} {
		if !t.Run(part.sentence, func(t *testing.T) { part.check(b.on(t)) }) {
			return
		}
	}
}

func checkExports(b *box) {
	cmd := exec.CommandContext(b.t.Context(), "sh", "-c", `. "$0"; env`, b.options.EnvFile)
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "AWS_PROFILE=production", "AWS_SESSION_TOKEN=of-a-real-account"}
	out, err := cmd.Output()
	if err != nil {
		b.t.Fatal(err)
	}
	for _, v := range b.variables() {
		if !strings.Contains("\n"+string(out), "\n"+v.name+"="+v.value+"\n") {
			b.t.Errorf("the shell has no %s=%s", v.name, v.value)
		}
	}
	if strings.Contains(string(out), "production") || strings.Contains(string(out), "real-account") {
		b.t.Errorf("credentials of another account stay: %s", out)
	}
	if !strings.Contains(b.send("env"), b.URL) {
		b.t.Error("env does not print the endpoint")
	}
}

// lambdaClient is the SDK's client, as certloop has it.
func (b *box) lambdaClient() *lambda.Client {
	return lambda.New(lambda.Options{Region: sandbox.Region, BaseEndpoint: aws.String(b.URL),
		Credentials: credentials.NewStaticCredentialsProvider("user", "user", "")})
}

func checkInvocation(b *box) {
	client := b.lambdaClient()
	out, err := client.Invoke(b.t.Context(), &lambda.InvokeInput{FunctionName: aws.String("certloop"),
		Payload: []byte(`{"action":"reconcile","names":["www"],"wait":"30s","require":"Ready"}`)})
	if err != nil || out.FunctionError != nil || !strings.Contains(string(out.Payload), `"acm_arn":"arn:aws:acm:`) {
		b.t.Errorf("%v %+v", err, out)
	}
	out, err = client.Invoke(b.t.Context(), &lambda.InvokeInput{FunctionName: aws.String("certloop"), Payload: []byte(`{"action":"dance"}`)})
	if err != nil || aws.ToString(out.FunctionError) == "" {
		b.t.Errorf("an unknown action: %v %+v", err, out)
	}
	_, err = client.Invoke(b.t.Context(), &lambda.InvokeInput{FunctionName: aws.String("another"), Payload: []byte(`{"action":"tick"}`)})
	if missing := (*types.ResourceNotFoundException)(nil); !errors.As(err, &missing) {
		b.t.Errorf("a function that does not exist: %v", err)
	}
	c, err := client.GetFunctionConfiguration(b.t.Context(), &lambda.GetFunctionConfigurationInput{FunctionName: aws.String("certloop")})
	if err != nil {
		b.t.Fatal(err)
	}
	if aws.ToString(c.Version) != "$LATEST" || c.Environment.Variables["CERTLOOP_TABLE_ARN"] != b.Deployment.TableARN ||
		aws.ToString(c.LoggingConfig.LogGroup) != module.LogGroup {
		b.t.Errorf("the configuration is %+v", c)
	}
	if _, err := client.GetFunction(b.t.Context(), &lambda.GetFunctionInput{FunctionName: aws.String("certloop")}); err != nil {
		b.t.Error(err)
	}
}

func checkDeployment(b *box) {
	mappings, err := b.lambdaClient().ListEventSourceMappings(b.t.Context(), &lambda.ListEventSourceMappingsInput{FunctionName: aws.String("certloop")})
	if err != nil || len(mappings.EventSourceMappings) != 2 {
		b.t.Fatalf("%v %+v", err, mappings)
	}
	for _, m := range mappings.EventSourceMappings {
		if aws.ToString(m.State) != "Enabled" {
			b.t.Errorf("%s is %s", aws.ToString(m.EventSourceArn), aws.ToString(m.State))
		}
	}
	for _, name := range []string{module.TickSchedule, module.ResyncSchedule, module.ProbeSchedule} {
		if got := b.aws("scheduler", http.MethodGet, "/schedules/"+name, nil); !strings.Contains(got, `"State": "ENABLED"`) {
			b.t.Errorf("the schedule %s is %s", name, got)
		}
	}
	alarms := b.aws("monitoring", http.MethodPost, "/", url.Values{"Action": {"DescribeAlarms"}, "Version": {"2010-08-01"}})
	if n := strings.Count(alarms, "<AlarmName>certloop-"); n != 15 || strings.Count(alarms, "<StateValue>OK</StateValue>") != n {
		b.t.Errorf("%d alarms: %s", n, alarms)
	}
	subscribers := b.aws("sns", http.MethodPost, "/", url.Values{"Action": {"ListSubscriptionsByTopic"}, "Version": {"2010-03-31"},
		"TopicArn": {b.Deployment.TopicARN}})
	if !strings.Contains(subscribers, email) {
		b.t.Errorf("the subscribers are %s", subscribers)
	}
	if problems := b.Deployed.Problems(); len(problems) > 0 {
		b.t.Errorf("problems: %v", problems)
	}
}

func checkLogs(b *box) {
	var lines []string
	if err := limits.Until(b.t.Context(), func() string {
		var err error
		if lines, err = b.Deployment.LogLines(b.t.Context(), `{ $.name = "www" && $.message = "reconciled" }`); err != nil {
			b.t.Fatal(err)
		}
		if len(lines) == 0 {
			return "there is no line about www"
		}
		return ""
	}); err != nil {
		b.t.Error(err)
	}
	for _, line := range lines {
		var fields struct{ Timestamp, Level, Message, Name string }
		if err := json.Unmarshal([]byte(line), &fields); err != nil || fields.Name != "www" || fields.Message != "reconciled" || fields.Timestamp == "" {
			b.t.Errorf("%s: %v", line, err)
		}
	}
	if _, err := b.Deployment.LogLines(b.t.Context(), `{ $.took > 5 }`); err == nil {
		b.t.Error("a filter that the sandbox does not have seems to work")
	}
}

func checkInbox(b *box) {
	const subject = "certloop: issued www"
	if err := limits.Until(b.t.Context(), func() string {
		shown := b.shown.String()
		if !strings.Contains(shown, "Subject: "+subject) || !strings.Contains(shown, "The certificate of www is in place.") {
			return "no such mail was shown: " + shown
		}
		return ""
	}); err != nil {
		b.t.Fatal(err)
	}
	var mails []Mail
	b.get(b.Control+"/inbox", &mails)
	if len(mails) == 0 || mails[0].Subject != subject || mails[0].To != email {
		b.t.Fatalf("the inbox has %+v", mails)
	}
	if list := b.send("inbox"); !strings.Contains(list, subject) {
		b.t.Errorf("the list is %s", list)
	}
	if one := b.send("inbox 1"); !strings.Contains(one, "Domains:      www.example.com") {
		b.t.Errorf("the first is %s", one)
	}
}

func checkEAB(b *box) {
	b.put("account-eab.json")
	b.put("certificate.json", `"www"`, `"shop"`, "www.example.com", "shop.example.net")
	b.ready("shop")
	if n := b.EABCA.Presented(sandbox.EABKeyID); n != 1 {
		b.t.Errorf("the credential was presented %d times", n)
	}
}

func checkControl(b *box) {
	for sentence, c := range map[string]struct {
		command string
		header  http.Header
		status  int
		want    string
	}{
		"a web page":                   {"ca down", http.Header{"Origin": {"https://example.org"}}, http.StatusForbidden, "web pages"},
		"an unknown command":           {"ca sideways", nil, http.StatusBadRequest, "enter help"},
		"a missing argument":           {"acm delete", nil, http.StatusBadRequest, "acm delete NAME"},
		"a record that does not exist": {"acm delete nobody", nil, http.StatusBadRequest, "nobody"},
		"a load balancer without one":  {"lb lag", nil, http.StatusBadRequest, "lb use NAME"},
		"a record without certificate": {"lb use nobody", nil, http.StatusBadRequest, "nobody"},
		"no duration":                  {"clock soon", nil, http.StatusBadRequest, "61d"},
		"a clock that goes back":       {"clock -1h", nil, http.StatusBadRequest, "negative"},
		"a clock that stands":          {"clock 0s", nil, http.StatusBadRequest, "ahead only"},
		"a clock that goes too far":    {"clock 36500d", nil, http.StatusBadRequest, "at most"},
		"a command that is too long":   {strings.Repeat("x", 5000), nil, http.StatusBadRequest, "longer"},
		"a mail that is not there":     {"inbox 4711", nil, http.StatusBadRequest, "no mail"},
		"no command":                   {"", nil, http.StatusOK, ""},
		"capitals":                     {"CA UP", nil, http.StatusOK, "up"},
	} {
		if status, answer := b.post(c.command, c.header); status != c.status || !strings.Contains(answer, c.want) {
			b.t.Errorf("%s: %d %s", sentence, status, answer)
		}
	}
	var s Switches
	if b.get(b.Control+"/status", &s); s.CA != "up" || s.ClockAhead != "0s" {
		b.t.Errorf("the switches are %+v", s)
	}
}

// checkFault flips a switch of the CAs, creates a record meanwhile, sees why it gets no certificate, and flips the switch
// back. Each has a record of its own: certloop pauses before it repeats an order of the same record.
func checkFault(b *box, name, command, shown string, want api.Reason) (message string) {
	b.t.Helper()
	b.send(command)
	if status := b.send("status"); !strings.Contains(status, shown) {
		b.t.Errorf("after %s the status is %s", command, status)
	}
	b.put("certificate.json", `"www"`, `"`+name+`"`, "www.example.com", name+".example.com")
	failing := b.until(name, "its reason is "+string(want), func(s *api.CertificateStatus) bool { return reason(s) == want })
	if api.IsTrue(failing.Conditions, api.ConditionReady) {
		b.t.Errorf("it is Ready: %s", explain(failing))
	}
	b.send("ca up")
	b.ready(name)
	c, _ := api.GetCondition(failing.Conditions, api.ConditionIssuing)
	return c.Message
}

func checkDown(b *box) { checkFault(b, "down", "ca down", "down", api.ReasonCAUnavailable) }

func checkLimited(b *box) {
	message := checkFault(b, "limited", "ca limit 15s", "Retry-After 15s", api.ReasonRateLimited)
	if !strings.Contains(message, "rate-limited") {
		b.t.Errorf("the message is %s", message)
	}
}

// checkSlow delays each answer by longer than certloop waits for one.
func checkSlow(b *box) {
	message := checkFault(b, "slow", "ca slow 40s", "40s longer", api.ReasonCAUnavailable)
	if !strings.Contains(message, "no response in time") {
		b.t.Errorf("the message is %s", message)
	}
}

func checkDeletion(b *box) {
	before := b.ready("www")
	if answer := b.send("acm delete www"); !strings.Contains(answer, before.ACMARN) {
		b.t.Errorf("deleted is %s", answer)
	}
	b.until("www", "its certificate is missing", func(s *api.CertificateStatus) bool {
		c, _ := api.GetCondition(s.Conditions, api.ConditionReady)
		return c.Reason == api.ReasonMissing || s.ACMARN != before.ACMARN
	})
	b.replaced(before, "www")
}

// checkOtherDeletion deletes a certificate as an operator does by mistake.
func checkOtherDeletion(b *box) {
	before := b.ready("shop")
	if _, err := b.CertificateManager(sandbox.Region).DeleteCertificate(b.t.Context(), &acm.DeleteCertificateInput{CertificateArn: &before.ACMARN}); err != nil {
		b.t.Fatal(err)
	}
	b.replaced(before, "shop")
}

// replaced waits until another certificate is installed under another ARN.
func (b *box) replaced(before *api.CertificateStatus, name string) {
	b.t.Helper()
	b.until(name, "it has another ARN", func(s *api.CertificateStatus) bool {
		return s.ACMARN != before.ACMARN && s.Serial != before.Serial && isReady(s)
	})
}

func checkClock(b *box) {
	before := b.ready("www")
	b.send("clock 61d")
	after := b.until("www", "it was renewed", func(s *api.CertificateStatus) bool { return s.Serial != before.Serial && isReady(s) })
	if after.ACMARN != before.ACMARN {
		b.t.Errorf("it was at %s and is at %s", before.ACMARN, after.ACMARN)
	}
	const day = 24 * time.Hour
	if begins := time.Until(after.NotBefore); begins < 60*day || begins > 62*day {
		b.t.Errorf("the new certificate begins at %s", after.NotBefore)
	}
	if !after.RenewAt.After(b.clock.now()) {
		b.t.Errorf("it is due again at %s", after.RenewAt)
	}
	if status := b.send("status"); !strings.Contains(status, "61d ahead") {
		b.t.Errorf("the status is %s", status)
	}
	b.send("clock 12h")
	if _, err := b.lambdaClient().Invoke(b.t.Context(), &lambda.InvokeInput{FunctionName: aws.String("certloop"), Payload: []byte(`{"action":"tick"}`)}); err != nil {
		b.t.Error(err)
	}
	// A check has a minute, by the clock that has moved.
	checked, err := b.lambdaClient().Invoke(b.t.Context(), &lambda.InvokeInput{FunctionName: aws.String("certloop"), Payload: []byte(`{"action":"check"}`)})
	if err != nil || checked.FunctionError != nil || strings.Contains(string(checked.Payload), "not checked") || !strings.Contains(string(checked.Payload), "encrypts and decrypts") {
		b.t.Errorf("the check returns %s, %v", checked.Payload, err)
	}
	if still := b.ready("www"); still.Serial != after.Serial {
		b.t.Error("it was renewed again")
	}
}

// TestRun_EndsAndLeavesNothing enters commands at the prompt and ends the sandbox by one of them, or by a signal.
func TestRun_EndsAndLeavesNothing(t *testing.T) {
	zip, err := setup.Archive("../../..")
	if err != nil {
		t.Fatal(err)
	}
	for sentence, c := range map[string]struct {
		typed string
		// ends is true if the command ends the sandbox.
		ends bool
	}{
		"by a command": {"status\nnonsense\nquit\n", true},
		"by a signal, after the end of the terminal": {"status\nnonsense\n", false},
	} {
		t.Run(sentence, func(t *testing.T) {
			t.Setenv("TMPDIR", t.TempDir())
			env, out := t.TempDir()+"/env", &setup.Output{}
			ctx, cancel := context.WithTimeout(t.Context(), limits.Most)
			defer cancel()
			done := make(chan error, 1)
			go func() { done <- Run(ctx, Options{Zip: zip, EnvFile: env, In: strings.NewReader(c.typed), Out: out}) }()
			if !c.ends {
				for !strings.Contains(out.String(), "nonsense") && ctx.Err() == nil {
					time.Sleep(100 * time.Millisecond)
				}
				cancel()
			}
			if err := <-done; err != nil || ctx.Err() != nil && c.ends {
				t.Errorf("%v %v", err, ctx.Err())
			}
			for _, want := range []string{"export AWS_ENDPOINT_URL='http://127.0.0.1:", "EAB secret", "example.com (Z", "CAs    up", `"nonsense" is not a command`, "ending"} {
				if !strings.Contains(out.String(), want) {
					t.Errorf("it shows no %q: %s", want, out)
				}
			}
			if _, err := os.Stat(env); !os.IsNotExist(err) {
				t.Errorf("the file of variables is still there: %v", err)
			}
			if left, err := os.ReadDir(os.Getenv("TMPDIR")); err != nil || len(left) > 0 {
				t.Errorf("left: %v %v", left, err)
			}
		})
	}
}
