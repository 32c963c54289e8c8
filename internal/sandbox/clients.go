package sandbox

import (
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/credentials/stscreds"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"
)

// Clients are the AWS APIs as users reach them: through the gateway, with credentials of their own.
type Clients struct {
	// URL is the gateway's.
	URL      string
	DynamoDB *dynamodb.Client
	Streams  *dynamodbstreams.Client
	SQS      *sqs.Client
	KMS      *kms.Client
	Secrets  *secretsmanager.Client
	SNS      *sns.Client
	Events   *eventbridge.Client
	Route53  *route53.Client
	config   aws.Config
}

// userKey is the access key of users and of the triggers.
const userKey = "user"

func newClients(url string) Clients {
	return clientsOf(aws.Config{
		Region: Region, BaseEndpoint: aws.String(url),
		Credentials: credentials.NewStaticCredentialsProvider(userKey, userKey, ""),
	})
}

// As returns the APIs with the credentials of the assumed role.
func (c Clients) As(role string) Clients {
	there := c.config.Copy()
	there.Credentials = aws.NewCredentialsCache(stscreds.NewAssumeRoleProvider(sts.NewFromConfig(c.config), role))
	return clientsOf(there)
}

// With returns the APIs with this access key.
func (c Clients) With(accessKey string) Clients {
	there := c.config.Copy()
	there.Credentials = credentials.NewStaticCredentialsProvider(accessKey, accessKey, "")
	return clientsOf(there)
}

func clientsOf(c aws.Config) Clients {
	return Clients{
		URL: aws.ToString(c.BaseEndpoint), config: c,
		DynamoDB: dynamodb.NewFromConfig(c), Streams: dynamodbstreams.NewFromConfig(c), SQS: sqs.NewFromConfig(c),
		KMS: kms.NewFromConfig(c), Secrets: secretsmanager.NewFromConfig(c), SNS: sns.NewFromConfig(c),
		Events: eventbridge.NewFromConfig(c), Route53: route53.NewFromConfig(c),
	}
}

// CertificateManager returns ACM in a region.
func (c Clients) CertificateManager(region string) *acm.Client {
	return acm.NewFromConfig(c.config, func(o *acm.Options) { o.Region = region })
}
