package deployed

import (
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	streams "github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"certloop/internal/sandbox/moto"
)

func TestRunner_ReportsABatchThatIsGivenUp(t *testing.T) {
	client := sqs.NewFromConfig(aws.Config{Region: "us-east-1", BaseEndpoint: aws.String(moto.ForTest(t).URL),
		Credentials: credentials.NewStaticCredentialsProvider("user", "user", "")})
	queue, err := client.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String("failures")})
	if err != nil {
		t.Fatal(err)
	}
	record := func(number string) streams.Record {
		return streams.Record{Dynamodb: &streams.StreamRecord{SequenceNumber: aws.String(number),
			Keys: map[string]streams.AttributeValue{"name": &streams.AttributeValueMemberS{Value: "www"}}}}
	}
	p := &Runner{config: Config{SQS: client}}
	err = p.giveUp(t.Context(), mapping{EventSourceArn: "arn:stream", FunctionArn: arn}, "arn:aws:sqs:us-east-1:123456789012:failures",
		[]streams.Record{record("7"), record("8"), record("9")})
	if err != nil {
		t.Fatal(err)
	}
	bodies := moto.Drain(t, client, aws.ToString(queue.QueueUrl))
	if len(bodies) != 1 {
		t.Fatalf("%d messages, want 1", len(bodies))
	}
	for _, want := range []string{`"startSequenceNumber":"7"`, `"endSequenceNumber":"9"`, `"batchSize":3`, `"streamArn":"arn:stream"`} {
		if !strings.Contains(bodies[0], want) {
			t.Errorf("%s lacks %s", bodies[0], want)
		}
	}
	if strings.Contains(bodies[0], "www") {
		t.Errorf("%s contains a record; Lambda reports only its position", bodies[0])
	}
}
