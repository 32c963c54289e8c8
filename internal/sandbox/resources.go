package sandbox

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	ddbtypes "github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"certloop/store"
)

// Table is the name of the table of records.
const Table = "certloop"

// EABKeyID and EABKey are the credential of the CA that requires one.
const (
	EABKeyID = "kid-1"
	EABKey   = "c2VjcmV0LWhtYWMta2V5LW9mLXRoZS1zYW5kYm94LTE"
)

// Resources are the resources that the Terraform module makes, as far as the function needs them.
type Resources struct {
	TableARN, StreamARN string
	QueueURL            string
	TopicARN            string
	// InboxURL is a queue that is subscribed to the topic: it receives all mails.
	InboxURL     string
	KMSKeyID     string
	EABSecretARN string
	// ZoneIDs maps a zone's name to its ID.
	ZoneIDs map[string]string
	// Resolver is host:port of the DNS server.
	Resolver string
}

func (s *Sandbox) makeResources(ctx context.Context) error {
	steps := []func(context.Context) error{s.makeTable, s.makeQueues, s.makeKey, s.makeSecret, s.makeZones}
	if s.options.Bare {
		steps = []func(context.Context) error{s.makeSecret, s.makeZones}
	}
	for _, step := range steps {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

func (s *Sandbox) makeTable(ctx context.Context) error {
	// The emulator is new. If the table exists, an earlier attempt of this request made it and its reply was lost.
	var exists *ddbtypes.ResourceInUseException
	if _, err := s.DynamoDB.CreateTable(ctx, store.TableDefinition(Table)); err != nil && !errors.As(err, &exists) {
		return err
	}
	out, err := s.DynamoDB.DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String(Table)})
	if err != nil {
		return err
	}
	s.TableARN, s.StreamARN = aws.ToString(out.Table.TableArn), aws.ToString(out.Table.LatestStreamArn)
	return nil
}

// visible is how much longer than an invocation may take a message that was not processed stays hidden. A wait for what it
// asks for must be longer than both.
const visible = 10 * time.Second

// timeout returns how long an invocation may take.
func (s *Sandbox) timeout() time.Duration { return cmp.Or(s.options.Timeout, time.Minute) }

func (s *Sandbox) makeQueues(ctx context.Context) error {
	work, err := s.SQS.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("certloop"),
		Attributes: map[string]string{string(types.QueueAttributeNameVisibilityTimeout): strconv.Itoa(int((s.timeout() + visible) / time.Second))}})
	if err != nil {
		return err
	}
	inbox, err := s.SQS.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("inbox")})
	if err != nil {
		return err
	}
	topic, err := s.SNS.CreateTopic(ctx, &sns.CreateTopicInput{Name: aws.String("certloop")})
	if err != nil {
		return err
	}
	s.QueueURL, s.InboxURL, s.TopicARN = aws.ToString(work.QueueUrl), aws.ToString(inbox.QueueUrl), aws.ToString(topic.TopicArn)
	_, err = s.SNS.Subscribe(ctx, &sns.SubscribeInput{TopicArn: &s.TopicARN, Protocol: aws.String("sqs"),
		Endpoint: aws.String("arn:aws:sqs:" + Region + ":123456789012:inbox")})
	return err
}

func (s *Sandbox) makeKey(ctx context.Context) error {
	key, err := s.KMS.CreateKey(ctx, &kms.CreateKeyInput{})
	if err != nil {
		return err
	}
	s.KMSKeyID = aws.ToString(key.KeyMetadata.Arn)
	return nil
}

func (s *Sandbox) makeSecret(ctx context.Context) error {
	secret, err := s.Secrets.CreateSecret(ctx, &secretsmanager.CreateSecretInput{Name: aws.String("certloop/eab/sandbox"),
		SecretString: aws.String(fmt.Sprintf(`{"kid":%q,"hmac_key":%q}`, EABKeyID, EABKey))})
	if err != nil {
		return err
	}
	s.EABSecretARN = aws.ToString(secret.ARN)
	return nil
}

func (s *Sandbox) makeZones(ctx context.Context) error {
	s.ZoneIDs = map[string]string{}
	for _, name := range s.options.Zones {
		zone, err := s.Route53.CreateHostedZone(ctx, &route53.CreateHostedZoneInput{Name: aws.String(name), CallerReference: aws.String(name)})
		if err != nil {
			return err
		}
		s.ZoneIDs[name] = strings.TrimPrefix(aws.ToString(zone.HostedZone.Id), "/hostedzone/")
	}
	return nil
}

// environment returns the function's environment variables.
func (s *Sandbox) environment() []string {
	probe := "off"
	if s.options.Probe > 0 {
		probe = "private" // it includes loopback addresses
	}
	return append(s.endpoint(), []string{
		"CERTLOOP_PROBE=" + probe,
		"AWS_REGION=" + Region,
		"CERTLOOP_TABLE=" + Table, "CERTLOOP_TABLE_ARN=" + s.TableARN, "CERTLOOP_QUEUE_URL=" + s.QueueURL,
		"CERTLOOP_KMS_KEY_ID=" + s.KMSKeyID, "CERTLOOP_TOPIC_ARN=" + s.TopicARN, "CERTLOOP_EVENT_BUS=default",
		"CERTLOOP_RESOLVERS=" + s.Resolver,
		// Tests wait for the mail of one record. Together they send more than ten within the hour.
		"CERTLOOP_MAILS_PER_HOUR=0",
	}...)
}

// AccessKey is the access key of the function's credentials.
const AccessKey = "certloop"

// endpoint returns the variables that send a function's requests to the gateway.
func (s *Sandbox) endpoint() []string {
	return []string{"AWS_ENDPOINT_URL=" + s.URL, "AWS_ACCESS_KEY_ID=" + AccessKey, "AWS_SECRET_ACCESS_KEY=certloop"}
}
