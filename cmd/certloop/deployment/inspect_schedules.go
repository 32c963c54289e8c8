package deployment

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/scheduler"
	schedulertypes "github.com/aws/aws-sdk-go-v2/service/scheduler/types"

	"certloop/cmd/certloop/doctor"
)

// actions returns the actions that schedules must invoke the function with, by the function's variables.
func actions(variables map[string]string) []string {
	all := []string{"tick", "resync"}
	if probe := variables["CERTLOOP_PROBE"]; probe != "" && probe != "off" {
		all = append(all, "probe")
	}
	return all
}

// inspectSchedule reads the schedule of an action.
func (d *Deployment) inspectSchedule(ctx context.Context, action, function string) doctor.Schedule {
	s := doctor.Schedule{Name: d.Table + "-" + action, Action: action, Function: function}
	out, err := scheduler.NewFromConfig(d.AWS).GetSchedule(ctx, &scheduler.GetScheduleInput{Name: &s.Name})
	var missing *schedulertypes.ResourceNotFoundException
	switch {
	case errors.As(err, &missing):
		s.Missing = true
	case err != nil:
		s.Problem = d.explained(err)
	default:
		s.Enabled = out.State == schedulertypes.ScheduleStateEnabled
		if out.Target != nil {
			s.Target, s.Input = aws.ToString(out.Target.Arn), aws.ToString(out.Target.Input)
		}
	}
	return s
}
