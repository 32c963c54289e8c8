package queue_test

import (
	"fmt"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"

	"certloop/internal/sandbox/cloud"
	"certloop/internal/sandbox/moto"
	"certloop/providers/internal/awsfake"
	"certloop/providers/queue"
	"certloop/providers/queue/contract"
	"certloop/providers/queue/fake"
)

// serve starts a fake and a client of it.
func serve(t *testing.T) (*fake.Queue, *queue.Queue) {
	t.Helper()
	service := fake.New()
	return service, queue.New(queue.Config{Client: sqs.NewFromConfig(awsfake.Serve(t, service)), URL: fake.URL})
}

func TestContractOnTheFake(t *testing.T) {
	contract.Run(t, func(t *testing.T) contract.Subject {
		service := fake.New()
		client := sqs.NewFromConfig(awsfake.Serve(t, service))
		return contract.Subject{
			Queue:   queue.New(queue.Config{Client: client, URL: fake.URL}),
			Missing: queue.New(queue.Config{Client: client, URL: fake.URL + "-not"}),
			Receive: func(*testing.T) (bodies []string) {
				for _, m := range service.Messages() {
					if m.Delay == 0 {
						bodies = append(bodies, m.Body)
					}
				}
				return bodies
			},
			Delayed: func(*testing.T) (n int) {
				for _, m := range service.Messages() {
					if m.Delay > 0 {
						n++
					}
				}
				return n
			},
		}
	})
}

var counter atomic.Int64

func TestContractOnMoto(t *testing.T) { contractAt(t, moto.ForTest(t).URL) }

func TestContractOnTheSandboxsOwnCloud(t *testing.T) {
	_, url := cloud.ForTest(t, awsfake.Region)
	contractAt(t, url)
}

func contractAt(t *testing.T, url string) {
	client := sqs.NewFromConfig(awsfake.ClientConfig(url))
	contract.Run(t, func(t *testing.T) contract.Subject {
		made, err := client.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String(fmt.Sprintf("certloop-%d", counter.Add(1)))})
		if err != nil {
			t.Fatal(err)
		}
		url := *made.QueueUrl
		return contract.Subject{
			Queue:   queue.New(queue.Config{Client: client, URL: url}),
			Missing: queue.New(queue.Config{Client: client, URL: url + "-not"}),
			Receive: func(t *testing.T) []string { return moto.Drain(t, client, url) },
			Delayed: func(t *testing.T) int { return delayed(t, client, url) },
		}
	})
}

func delayed(t *testing.T, client *sqs.Client, url string) int {
	t.Helper()
	const name = types.QueueAttributeNameApproximateNumberOfMessagesDelayed
	out, err := client.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: &url, AttributeNames: []types.QueueAttributeName{name}})
	if err != nil {
		t.Fatal(err)
	}
	n, err := strconv.Atoi(out.Attributes[string(name)])
	if err != nil {
		t.Fatal(err)
	}
	return n
}
