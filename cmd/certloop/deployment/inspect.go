package deployment

import (
	"context"
	"strconv"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	dynamodbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	lambdatypes "github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	sqstypes "github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"certloop/cmd/certloop/doctor"
	"certloop/cmd/certloop/lang"
	"certloop/store"
)

// Inspect reads the resources of the Terraform module. What cannot be read is in the facts, with the reason.
func (d *Deployment) Inspect(ctx context.Context) doctor.Facts {
	var f doctor.Facts
	f.Table = read(d, func() (doctor.Table, error) { return d.inspectTable(ctx) })
	variables := map[string]string{}
	f.Function = read(d, func() (function doctor.Function, err error) {
		function, variables, err = d.inspectFunction(ctx)
		return function, err
	})
	var failures []string
	f.Mappings = read(d, func() (mappings []doctor.Mapping, err error) {
		mappings, failures, err = d.inspectMappings(ctx)
		return mappings, err
	})
	for _, action := range actions(variables) {
		f.Schedules = append(f.Schedules, d.inspectSchedule(ctx, action, f.Function.Value.ARN))
	}
	f.Queues = d.inspectQueues(ctx, variables["CERTLOOP_QUEUE_URL"], failures)
	f.Alarms = read(d, func() ([]doctor.Alarm, error) { return d.inspectAlarms(ctx) })
	f.Subscriptions = read(d, func() ([]doctor.Subscription, error) {
		return d.inspectSubscriptions(ctx, variables["CERTLOOP_TOPIC_ARN"])
	})
	return f
}

func read[T any](d *Deployment, how func() (T, error)) doctor.Read[T] {
	value, err := how()
	return doctor.Read[T]{Value: value, Problem: d.explained(err)}
}

func (d *Deployment) inspectTable(ctx context.Context) (t doctor.Table, err error) {
	client := dynamodb.NewFromConfig(d.AWS)
	out, err := client.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: &d.Table})
	if err != nil {
		return t, err
	}
	t = doctor.Table{Name: d.Table, Active: out.Table.TableStatus == dynamodbtypes.TableStatusActive,
		Protected: aws.ToBool(out.Table.DeletionProtectionEnabled), ItemsAbout: aws.ToInt64(out.Table.ItemCount)}
	for _, k := range out.Table.KeySchema {
		t.Keys = append(t.Keys, aws.ToString(k.AttributeName))
	}
	if s := out.Table.StreamSpecification; s != nil && aws.ToBool(s.StreamEnabled) {
		t.Stream = string(s.StreamViewType)
	}
	for _, index := range out.Table.GlobalSecondaryIndexes {
		if aws.ToString(index.IndexName) == store.DueIndex && index.IndexStatus == dynamodbtypes.IndexStatusActive {
			t.Index = true
		}
	}
	backups, err := client.DescribeContinuousBackups(ctx, &dynamodb.DescribeContinuousBackupsInput{TableName: &d.Table})
	if err != nil {
		return t, err
	}
	if p := backups.ContinuousBackupsDescription.PointInTimeRecoveryDescription; p != nil {
		t.Backup = p.PointInTimeRecoveryStatus == dynamodbtypes.PointInTimeRecoveryStatusEnabled
	}
	return t, nil
}

func (d *Deployment) inspectFunction(ctx context.Context) (f doctor.Function, variables map[string]string, err error) {
	out, err := d.lambda.GetFunctionConfiguration(ctx, &lambda.GetFunctionConfigurationInput{FunctionName: &d.Function})
	if err != nil {
		return f, nil, err
	}
	if out.Environment != nil {
		variables = out.Environment.Variables
	}
	f = doctor.Function{Name: d.Function, ARN: aws.ToString(out.FunctionArn), Table: variables["CERTLOOP_TABLE"], WantTable: d.Table}
	if out.State != lambdatypes.StateActive && out.State != "" {
		f.Problem = strings.TrimSuffix(string(out.State)+": "+aws.ToString(out.StateReason), ": ")
	} else if out.LastUpdateStatus == lambdatypes.LastUpdateStatusFailed {
		f.Problem = aws.ToString(out.LastUpdateStatusReason)
	}
	recursion, err := d.lambda.GetFunctionRecursionConfig(ctx, &lambda.GetFunctionRecursionConfigInput{FunctionName: &d.Function})
	if err != nil {
		return f, variables, err
	}
	f.Recursion = recursion.RecursiveLoop == lambdatypes.RecursiveLoopAllow
	return f, variables, nil
}

// inspectMappings returns also the ARNs of the queues that receive what failed.
func (d *Deployment) inspectMappings(ctx context.Context) (mappings []doctor.Mapping, failures []string, err error) {
	pages := lambda.NewListEventSourceMappingsPaginator(d.lambda, &lambda.ListEventSourceMappingsInput{FunctionName: &d.Function})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, nil, err
		}
		for _, m := range page.EventSourceMappings {
			mapping := doctor.Mapping{Source: aws.ToString(m.EventSourceArn), State: aws.ToString(m.State)}
			// Lambda writes what went well in the same field.
			if result := aws.ToString(m.LastProcessingResult); strings.HasPrefix(result, "PROBLEM") {
				mapping.Problem = result
			}
			mappings = append(mappings, mapping)
			if c := m.DestinationConfig; c != nil && c.OnFailure != nil && c.OnFailure.Destination != nil {
				failures = append(failures, *c.OnFailure.Destination)
			}
		}
	}
	return mappings, failures, nil
}

// inspectQueues reads the dead-letter queue of the work queue, and the queues with these ARNs.
func (d *Deployment) inspectQueues(ctx context.Context, work string, arns []string) (queues []doctor.Queue) {
	client := sqs.NewFromConfig(d.AWS)
	if work == "" {
		return []doctor.Queue{{Problem: lang.Errorf("the function's queue is not known, because the function could not be read")}}
	}
	dead, err := deadLetters(ctx, client, work)
	if err != nil {
		return []doctor.Queue{{Name: work, Problem: d.explained(err)}}
	}
	for _, arn := range append([]string{dead}, arns...) {
		name := arn[strings.LastIndex(arn, ":")+1:]
		waiting, err := waitingIn(ctx, client, name)
		queues = append(queues, doctor.Queue{Name: name, Waiting: waiting, Problem: d.explained(err)})
	}
	return queues
}

// deadLetters returns the ARN of the queue to which the work queue moves what failed.
func deadLetters(ctx context.Context, client *sqs.Client, work string) (string, error) {
	out, err := client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: &work,
		AttributeNames: []sqstypes.QueueAttributeName{sqstypes.QueueAttributeNameRedrivePolicy}})
	if err != nil {
		return "", err
	}
	_, rest, ok := strings.Cut(strings.ReplaceAll(out.Attributes["RedrivePolicy"], " ", ""), `"deadLetterTargetArn":"`)
	arn, _, closed := strings.Cut(rest, `"`)
	if !ok || !closed {
		return "", lang.Errorf("the work queue has no dead-letter queue: apply the Terraform module again")
	}
	return arn, nil
}

func waitingIn(ctx context.Context, client *sqs.Client, name string) (int, error) {
	url, err := client.GetQueueUrl(ctx, &sqs.GetQueueUrlInput{QueueName: &name})
	if err != nil {
		return 0, err
	}
	const count = sqstypes.QueueAttributeNameApproximateNumberOfMessages
	out, err := client.GetQueueAttributes(ctx, &sqs.GetQueueAttributesInput{QueueUrl: url.QueueUrl, AttributeNames: []sqstypes.QueueAttributeName{count}})
	if err != nil {
		return 0, err
	}
	n, err := strconv.Atoi(out.Attributes[string(count)])
	if err != nil {
		return 0, lang.Errorf("SQS returned no number of messages for the queue %s", name)
	}
	return n, nil
}

func (d *Deployment) inspectAlarms(ctx context.Context) (alarms []doctor.Alarm, err error) {
	pages := cloudwatch.NewDescribeAlarmsPaginator(cloudwatch.NewFromConfig(d.AWS), &cloudwatch.DescribeAlarmsInput{AlarmNamePrefix: aws.String(d.Table + "-")})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, a := range page.MetricAlarms {
			alarms = append(alarms, doctor.Alarm{Name: aws.ToString(a.AlarmName), State: string(a.StateValue),
				Description: aws.ToString(a.AlarmDescription), Acts: aws.ToBool(a.ActionsEnabled) && len(a.AlarmActions) > 0})
		}
	}
	return alarms, nil
}

func (d *Deployment) inspectSubscriptions(ctx context.Context, topic string) (found []doctor.Subscription, err error) {
	if topic == "" {
		return nil, nil
	}
	pages := sns.NewListSubscriptionsByTopicPaginator(sns.NewFromConfig(d.AWS), &sns.ListSubscriptionsByTopicInput{TopicArn: &topic})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, err
		}
		for _, s := range page.Subscriptions {
			found = append(found, doctor.Subscription{Protocol: aws.ToString(s.Protocol), Endpoint: aws.ToString(s.Endpoint),
				Confirmed: strings.HasPrefix(aws.ToString(s.SubscriptionArn), "arn:")})
		}
	}
	return found, nil
}
