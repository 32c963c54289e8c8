package sandbox

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"

	"certloop/internal/sandbox/tlsfront"
	"certloop/reconciler/api"
)

// aHundredNames has as many names as a record may have, all at one address. They are probed together, in one invocation.
func aHundredNames(b *box) {
	front, seen := b.openHTTPS()
	var names, want []string
	var changes []types.Change
	for i := range 100 {
		name := fmt.Sprintf("h%02d.many.example.com", i)
		names, want = append(names, name), append(want, fmt.Sprintf("%s IPv4 %s %s", name, front.address, seen))
		changes = append(changes, types.Change{Action: types.ChangeActionUpsert, ResourceRecordSet: &types.ResourceRecordSet{
			Name: aws.String(name), Type: types.RRTypeA, TTL: aws.Int64(60), ResourceRecords: []types.ResourceRecord{{Value: &front.address}}}})
	}
	if err := b.ChangeRecords(b.t.Context(), b.ZoneIDs["example.com"], changes...); err != nil {
		b.t.Fatal(err)
	}
	b.certificate("many", names)
	front.use(b.ready("many").ACMARN)
	if seen == api.ServedUnreachable {
		_, c := b.servedAs("many", api.ConditionUnknown, api.ReasonUnreachable, want...)
		if !strings.HasSuffix(c.Message, "; and 95 more") {
			b.t.Errorf("the message is %q", c.Message)
		}
		return
	}
	b.servedAs("many", api.ConditionTrue, api.ReasonServed, want...)
	if total, peak := front.front.Edge(front.address).Connections(); total < len(names) || peak > 128 {
		b.t.Errorf("%d connections, at most %d at a time", total, peak)
	}
}

// anOperatorWaits waits for the condition Served with the program that is released, and by a direct invocation.
func anOperatorWaits(b *box) {
	v := b.visit("operator", "127.0.0.1")
	v.Serve(tlsfront.Certificate(somebodyElses()))
	v.serves(api.ConditionFalse, api.ReasonPropagating, "IPv4 127.0.0.1 Other")
	program := commandLine{b, filepath.Join(b.t.TempDir(), "certloop")}
	program.build()
	at := fmt.Sprintf("%s:%d", v.host, v.Port)

	program.run(2, "wait operator --for Served --timeout 30s", "Propagating")
	program.run(0, "get -o wide", "SERVED", "Propagating")
	b.eventually("an invocation that requires Served names the endpoint", func() string {
		_, err := b.invoke(`{"action":"reconcile","names":["operator"],"wait":"1s","require":"Served"}`)
		if err == nil {
			b.t.Fatal("another certificate is served, and the invocation succeeds")
		}
		if !strings.Contains(err.Error(), "certificate operator is not Served: Propagating: "+at+" over IPv4: serves a certificate of Somebody Else") {
			return err.Error()
		}
		return ""
	})

	ended := make(chan struct{})
	go func() {
		defer close(ended)
		program.run(0, "wait operator --for Served --timeout 6m", "Served")
	}()
	v.Use(v.arn)
	b.eventually("an invocation that requires Served", func() string {
		_, err := b.invoke(`{"action":"reconcile","names":["operator"],"wait":"20s","require":"Served"}`)
		if err != nil {
			return err.Error()
		}
		return ""
	})
	<-ended
	program.run(0, "describe operator", "Endpoints", at, "IPv4", "Current", "Served")
	program.run(0, "get -o wide", "Served")

	v.Serve(tlsfront.Certificate(somebodyElses()))
	v.importedEarlier()
	v.serves(api.ConditionFalse, api.ReasonAnotherServed, "IPv4 127.0.0.1 Other")
	program.run(0, "describe operator", "Other", "Somebody Else", "AnotherServed")
	program.run(0, "get -o wide", "AnotherServed")
}

// commandLine is the program certloop, run by an operator with credentials and endpoint in the environment.
type commandLine struct {
	*box
	path string
}

func (c commandLine) build() {
	c.t.Helper()
	build := exec.CommandContext(c.t.Context(), "go", "build", "-o", c.path, "certloop/cmd/certloop")
	if out, err := build.CombinedOutput(); err != nil {
		c.t.Fatalf("build: %v\n%s", err, out)
	}
}

// run runs a command, and checks its exit code and that the output has these texts.
func (c commandLine) run(wantCode int, args string, contains ...string) {
	c.t.Helper()
	cmd := exec.CommandContext(c.t.Context(), c.path, strings.Fields(args)...)
	var out bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &out
	cmd.Env = []string{"PATH=" + os.Getenv("PATH"), "HOME=" + c.t.TempDir(), "CERTLOOP_TABLE=" + Table, "COLUMNS=200",
		"AWS_ENDPOINT_URL=" + c.URL, "AWS_REGION=" + Region, "AWS_ACCESS_KEY_ID=user", "AWS_SECRET_ACCESS_KEY=user"}
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		c.t.Errorf("certloop %s: %v", args, err)
		return
	}
	if code := cmd.ProcessState.ExitCode(); code != wantCode {
		c.t.Errorf("certloop %s: exit code %d, want %d:\n%s", args, code, wantCode, out.String())
	}
	for _, want := range contains {
		if !strings.Contains(out.String(), want) {
			c.t.Errorf("certloop %s: the output lacks %q:\n%s", args, want, out.String())
		}
	}
}
