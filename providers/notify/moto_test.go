package notify_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"certloop/internal/sandbox/moto"
	"certloop/providers/internal/awsfake"
	"certloop/providers/notify"
	"certloop/providers/notify/contract"
)

// emulated are an emulator's SNS and EventBridge, each with a queue behind it.
type emulated struct {
	sns    *sns.Client
	events *eventbridge.Client
	sqs    *sqs.Client
}

func emulatedAt(url string) emulated {
	config := awsfake.ClientConfig(url)
	return emulated{sns.NewFromConfig(config), eventbridge.NewFromConfig(config), sqs.NewFromConfig(config)}
}

// subject returns the provider with these channels, and with a topic that does not exist. operators is the queue behind the topic.
func (m emulated) subject(c notify.Config, operators string, events func(*testing.T) []contract.Event) contract.Subject {
	c.SNS, c.Events = m.sns, m.events
	elsewhere := c
	elsewhere.TopicARN += "-not"
	return contract.Subject{
		Notifier: notify.New(c), NoTopic: notify.New(elsewhere), Events: events,
		Messages: func(t *testing.T) (list []contract.Message) {
			for _, e := range received[envelope](t, m.sqs, operators) {
				list = append(list, e.message())
			}
			return list
		},
	}
}

func (m emulated) queue(t *testing.T, name string) (url, arn string) {
	t.Helper()
	out, err := m.sqs.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: &name})
	if err != nil {
		t.Fatal(err)
	}
	return *out.QueueUrl, "arn:aws:sqs:" + awsfake.Region + ":" + awsfake.Account + ":" + name
}

// topic makes a topic, and a queue that gets what is published.
func (m emulated) topic(t *testing.T, name string) (arn, queueURL string) {
	t.Helper()
	made, err := m.sns.CreateTopic(t.Context(), &sns.CreateTopicInput{Name: &name})
	if err != nil {
		t.Fatal(err)
	}
	url, queueARN := m.queue(t, name+"-operators")
	_, err = m.sns.Subscribe(t.Context(), &sns.SubscribeInput{TopicArn: made.TopicArn, Protocol: aws.String("sqs"), Endpoint: &queueARN})
	if err != nil {
		t.Fatal(err)
	}
	return *made.TopicArn, url
}

// bus makes a bus, and a queue that gets certloop's events.
func (m emulated) bus(t *testing.T, name string) (queueURL string) {
	t.Helper()
	if _, err := m.events.CreateEventBus(t.Context(), &eventbridge.CreateEventBusInput{Name: &name}); err != nil {
		t.Fatal(err)
	}
	_, err := m.events.PutRule(t.Context(), &eventbridge.PutRuleInput{Name: &name, EventBusName: &name,
		EventPattern: aws.String(`{"source":["certloop"]}`)})
	if err != nil {
		t.Fatal(err)
	}
	url, queueARN := m.queue(t, name+"-machines")
	_, err = m.events.PutTargets(t.Context(), &eventbridge.PutTargetsInput{Rule: &name, EventBusName: &name,
		Targets: []eventtypes.Target{{Id: aws.String("queue"), Arn: &queueARN}}})
	if err != nil {
		t.Fatal(err)
	}
	return url
}

// received takes what is in a queue out of it, in order.
func received[T any](t *testing.T, client *sqs.Client, url string) (list []T) {
	t.Helper()
	for _, body := range moto.Drain(t, client, url) {
		var one T
		if err := json.Unmarshal([]byte(body), &one); err != nil {
			t.Fatalf("%s: %v", body, err)
		}
		list = append(list, one)
	}
	return list
}

// envelope is how SNS wraps a message for a queue.
type envelope struct {
	Subject, Message  string
	MessageAttributes map[string]struct{ Value string }
}

func (e envelope) message() contract.Message {
	m := contract.Message{Subject: e.Subject, Body: e.Message, Attributes: map[string]string{}}
	for name, a := range e.MessageAttributes {
		m.Attributes[name] = a.Value
	}
	return m
}

func TestContractOnMoto(t *testing.T) {
	m, made := emulatedAt(moto.ForTest(t).URL), 0
	contract.Run(t, func(t *testing.T) contract.Subject {
		made++
		name := fmt.Sprintf("certloop-%d", made)
		topicARN, operators := m.topic(t, name)
		machines := m.bus(t, name)
		return m.subject(notify.Config{TopicARN: topicARN, EventBus: name}, operators, func(t *testing.T) (list []contract.Event) {
			for _, e := range received[struct {
				Source     string
				DetailType string `json:"detail-type"`
				Resources  []string
				Detail     json.RawMessage
			}](t, m.sqs, machines) {
				list = append(list, contract.Event{Source: e.Source, DetailType: e.DetailType, Resources: e.Resources, Detail: e.Detail})
			}
			return list
		})
	})
}
