package module

import (
	"context"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"certloop/store"
)

// makeTable makes the table of records, with a stream and a point-in-time recovery.
func (d *Deployment) makeTable(ctx context.Context) error {
	client := dynamodb.New(dynamodb.Options{Region: d.Region, BaseEndpoint: aws.String(d.URL),
		Credentials: credentials.NewStaticCredentialsProvider("user", "user", "")})
	table := store.TableDefinition(Name)
	table.DeletionProtectionEnabled = aws.Bool(true)
	out, err := client.CreateTable(ctx, table)
	if err != nil {
		return err
	}
	d.TableARN, d.StreamARN = aws.ToString(out.TableDescription.TableArn), aws.ToString(out.TableDescription.LatestStreamArn)
	return d.aws.json(ctx, "dynamodb", "DynamoDB_20120810.UpdateContinuousBackups", object{"TableName": Name,
		"PointInTimeRecoverySpecification": object{"PointInTimeRecoveryEnabled": true}}, nil)
}

// makeKey makes the KMS key that encrypts private keys.
func (d *Deployment) makeKey(ctx context.Context) error {
	var out struct{ KeyMetadata struct{ Arn, KeyId string } }
	if err := d.aws.json(ctx, "kms", "TrentService.CreateKey", object{"Description": "certloop " + Name}, &out); err != nil {
		return err
	}
	d.KeyARN = out.KeyMetadata.Arn
	if err := d.aws.json(ctx, "kms", "TrentService.EnableKeyRotation", object{"KeyId": out.KeyMetadata.KeyId}, nil); err != nil {
		return err
	}
	return d.aws.json(ctx, "kms", "TrentService.CreateAlias", object{"AliasName": "alias/" + Name, "TargetKeyId": out.KeyMetadata.KeyId}, nil)
}

// These are the names of the queues besides the work queue.
const (
	deadLetters    = Name + "-dead-letters"
	streamFailures = Name + "-stream-failures"
)

// fortnight is the longest time that SQS keeps a message, in seconds.
const fortnight = 14 * 24 * 60 * 60

func (d *Deployment) makeQueues(ctx context.Context) error {
	kept := object{"MessageRetentionPeriod": strconv.Itoa(fortnight), "SqsManagedSseEnabled": "true"}
	allow := `{"redrivePermission":"byQueue","sourceQueueArns":["` + d.arn("sqs", Name) + `"]}`
	if _, err := d.makeQueue(ctx, deadLetters, object{"MessageRetentionPeriod": strconv.Itoa(fortnight), "SqsManagedSseEnabled": "true",
		"RedriveAllowPolicy": allow}); err != nil {
		return err
	}
	if _, err := d.makeQueue(ctx, streamFailures, kept); err != nil {
		return err
	}
	var err error
	d.QueueURL, err = d.makeQueue(ctx, Name, object{
		"VisibilityTimeout": strconv.Itoa(6 * timeout), "SqsManagedSseEnabled": "true",
		"RedrivePolicy": `{"deadLetterTargetArn":"` + d.arn("sqs", deadLetters) + `","maxReceiveCount":5}`,
	})
	return err
}

func (d *Deployment) makeQueue(ctx context.Context, name string, attributes object) (queueURL string, err error) {
	var out struct{ QueueUrl string }
	err = d.aws.json(ctx, "sqs", "AmazonSQS.CreateQueue", object{"QueueName": name, "Attributes": attributes}, &out)
	return out.QueueUrl, err
}
