package stay

import (
	"bytes"
	"os"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	"github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	cli "certloop/cmd/certloop/command"
	"certloop/internal/sandbox"
	"certloop/internal/sandbox/module"
)

// doctor runs certloop doctor as an operator does.
func (b *box) doctor(want ...string) {
	b.t.Helper()
	for _, v := range b.variables() {
		b.t.Setenv(v.name, v.value)
	}
	var out bytes.Buffer
	cli.Run(b.t.Context(), cli.Config{Args: []string{"doctor", "--all"}, Out: &out, Err: &out, Environ: os.Environ()})
	for _, line := range want {
		if !strings.Contains(out.String(), line) {
			b.t.Errorf("certloop doctor lacks %q:\n%s", line, out.String())
		}
	}
}

// checkDoctor changes the schedule of the probes, and restores it.
func checkDoctor(b *box) {
	const area = "Schedule " + module.ProbeSchedule + ": "
	well := []string{"✓ Schedule " + module.TickSchedule + ": the schedule is enabled", "✓ Schedule " + module.ResyncSchedule + ": the schedule is enabled",
		"✓ " + area + "the schedule is enabled", "✓ Probe schedule: the endpoints are probed in time"}
	b.doctor(well...)
	b.reschedule(types.ScheduleStateDisabled, `{"action":"probe"}`)
	b.doctor("✗ " + area + "the schedule is disabled, so nobody knows what endpoints serve")
	b.reschedule(types.ScheduleStateEnabled, `{"action":"tick"}`)
	b.doctor("✗ " + area + "the schedule sends")
	b.reschedule(types.ScheduleStateEnabled, `{"action":"probe"}`)
	b.doctor(well...)
}

func (b *box) reschedule(state types.ScheduleState, input string) {
	b.t.Helper()
	client := scheduler.New(scheduler.Options{Region: sandbox.Region, BaseEndpoint: aws.String(b.URL),
		Credentials: credentials.NewStaticCredentialsProvider("user", "user", "")})
	is, err := client.GetSchedule(b.t.Context(), &scheduler.GetScheduleInput{Name: aws.String(module.ProbeSchedule)})
	if err != nil {
		b.t.Fatal(err)
	}
	is.Target.Input = &input
	if _, err := client.UpdateSchedule(b.t.Context(), &scheduler.UpdateScheduleInput{Name: is.Name, ScheduleExpression: is.ScheduleExpression,
		FlexibleTimeWindow: is.FlexibleTimeWindow, Target: is.Target, State: state}); err != nil {
		b.t.Fatal(err)
	}
}
