package module

import (
	"context"
	"encoding/json"
	"net/http"
)

// makeMappings makes the event source mappings of the stream and of the work queue.
func (d *Deployment) makeMappings(ctx context.Context) error {
	for _, mapping := range []object{
		{
			"EventSourceArn": d.StreamARN, "StartingPosition": "TRIM_HORIZON", "BatchSize": 100,
			"FilterCriteria":             object{"Filters": []object{{"Pattern": `{"dynamodb":{"Keys":{"kind":{"S":["Certificate","Account","Policy"]}}}}`}}},
			"BisectBatchOnFunctionError": true, "MaximumRetryAttempts": 10, "MaximumRecordAgeInSeconds": 60 * 60,
			"DestinationConfig": object{"OnFailure": object{"Destination": d.arn("sqs", streamFailures)}},
		},
		{"EventSourceArn": d.arn("sqs", Name), "BatchSize": 10, "ScalingConfig": object{"MaximumConcurrency": batches}},
	} {
		mapping["FunctionName"] = Name
		mapping["FunctionResponseTypes"] = []string{"ReportBatchItemFailures"}
		if err := d.aws.rest(ctx, "lambda", http.MethodPost, "/2015-03-31/event-source-mappings", mapping, nil); err != nil {
			return err
		}
	}
	return nil
}

// TickSchedule, ResyncSchedule and ProbeSchedule are the names of the schedules.
const (
	TickSchedule   = Name + "-tick"
	ResyncSchedule = Name + "-resync"
	ProbeSchedule  = Name + "-probe"
)

func (d *Deployment) makeSchedules(ctx context.Context) error {
	for name, s := range map[string]struct {
		rate, action  string
		age, attempts int
	}{
		TickSchedule:   {"rate(15 minutes)", "tick", 10 * 60, 3},
		ResyncSchedule: {"rate(1 day)", "resync", 6 * 60 * 60, 30},
		ProbeSchedule:  {"rate(1 minute)", "probe", 60, 0},
	} {
		input := `{"action":"` + s.action + `"}`
		if err := d.aws.rest(ctx, "scheduler", http.MethodPost, "/schedules/"+name, object{
			"Description": "certloop: " + input, "ScheduleExpression": s.rate, "FlexibleTimeWindow": object{"Mode": "OFF"},
			"State": "ENABLED", "Target": object{
				"Arn": d.FunctionARN(), "RoleArn": d.role(Name + "-schedule"), "Input": input,
				"RetryPolicy":      object{"MaximumEventAgeInSeconds": s.age, "MaximumRetryAttempts": s.attempts},
				"DeadLetterConfig": object{"Arn": d.arn("sqs", deadLetters)},
			},
		}, nil); err != nil {
			return err
		}
	}
	return nil
}

// makeRules makes the rules of EventBridge for events about certificates. The emulator does not deliver them.
func (d *Deployment) makeRules(ctx context.Context) error {
	for name, pattern := range map[string]object{
		Name + "-acm-changes": {"source": []string{"aws.acm"}, "detail-type": []string{"AWS API Call via CloudTrail"}},
		Name + "-acm-expiry":  {"source": []string{"aws.acm"}, "detail-type": []string{"ACM Certificate Approaching Expiration"}},
	} {
		text, err := json.Marshal(pattern)
		if err != nil {
			return err
		}
		if err := d.aws.json(ctx, "events", "AWSEvents.PutRule", object{"Name": name, "EventPattern": string(text), "State": "ENABLED",
			"Description": "certloop: wakes the record that owns the certificate"}, nil); err != nil {
			return err
		}
		if err := d.aws.json(ctx, "events", "AWSEvents.PutTargets", object{"Rule": name, "Targets": []object{{"Id": "function",
			"Arn": d.FunctionARN(), "DeadLetterConfig": object{"Arn": d.arn("sqs", deadLetters)}}}}, nil); err != nil {
			return err
		}
	}
	return nil
}
