package fake

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"certloop/providers/internal/awsfake"
)

// world is SQS with a clock, and its client.
type world struct {
	*sqs.Client
	t   *testing.T
	now time.Time
}

func start(t *testing.T) *world {
	w := &world{t: t, now: time.Unix(1_800_000_000, 0)}
	server := httptest.NewServer(NewService(func() time.Time { return w.now }))
	t.Cleanup(server.Close)
	w.Client = sqs.NewFromConfig(awsfake.ClientConfig(server.URL))
	return w
}

func (w *world) queue(name string, attributes map[string]string) (url string) {
	w.t.Helper()
	out, err := w.CreateQueue(w.t.Context(), &sqs.CreateQueueInput{QueueName: &name, Attributes: attributes})
	if err != nil {
		w.t.Fatal(err)
	}
	return *out.QueueUrl
}

func (w *world) send(url, body string, delay int32) {
	w.t.Helper()
	if _, err := w.SendMessage(w.t.Context(), &sqs.SendMessageInput{QueueUrl: &url, MessageBody: &body, DelaySeconds: delay}); err != nil {
		w.t.Fatal(err)
	}
}

// receive returns the receipt handles of what is visible.
func (w *world) receive(url string) (handles []string) {
	w.t.Helper()
	out, err := w.ReceiveMessage(w.t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &url, MaxNumberOfMessages: 10})
	if err != nil {
		w.t.Fatal(err)
	}
	for _, m := range out.Messages {
		handles = append(handles, *m.ReceiptHandle)
	}
	return handles
}

func TestMessages_HaveADelayAndAVisibilityTimeout(t *testing.T) {
	w := start(t)
	url := w.queue("work", map[string]string{"VisibilityTimeout": "60"})
	w.send(url, "later", 30)
	for _, step := range []struct {
		after time.Duration
		want  int
	}{{0, 0}, {29 * time.Second, 0}, {time.Second, 1}, {0, 0}, {59 * time.Second, 0}, {time.Second, 1}} {
		w.now = w.now.Add(step.after)
		if got := len(w.receive(url)); got != step.want {
			t.Errorf("at %s %d messages are received, want %d", w.now.UTC(), got, step.want)
		}
	}
}

func TestDelete_NeedsTheHandleOfTheLastReceive(t *testing.T) {
	w := start(t)
	url := w.queue("work", map[string]string{"VisibilityTimeout": "1"})
	w.send(url, "body", 0)
	first := w.receive(url)[0]
	w.now = w.now.Add(time.Second)
	w.receive(url)
	w.remove(url, first)
	w.now = w.now.Add(time.Second)
	last := w.receive(url)
	if len(last) != 1 {
		t.Fatalf("after the deletion with an old handle %d messages are there, want 1", len(last))
	}
	w.remove(url, last[0])
	w.now = w.now.Add(time.Hour)
	if got := w.receive(url); len(got) != 0 {
		t.Errorf("%d messages are left", len(got))
	}
}

func (w *world) remove(url, handle string) {
	w.t.Helper()
	if _, err := w.DeleteMessage(w.t.Context(), &sqs.DeleteMessageInput{QueueUrl: &url, ReceiptHandle: &handle}); err != nil {
		w.t.Fatal(err)
	}
}

func TestDeadLetters_ReceiveWhatWasReceivedTooOften(t *testing.T) {
	w := start(t)
	dead := w.queue("dead", nil)
	url := w.queue("work", map[string]string{"VisibilityTimeout": "10",
		"RedrivePolicy": `{"deadLetterTargetArn":"arn:aws:sqs:eu-central-1:123456789012:dead","maxReceiveCount":"2"}`})
	w.send(url, "poison", 0)
	for i, want := range []int{1, 1, 0} {
		if got := len(w.receive(url)); got != want {
			t.Errorf("receive %d has %d messages, want %d", i+1, got, want)
		}
		w.now = w.now.Add(10 * time.Second)
	}
	if got := len(w.receive(dead)); got != 1 {
		t.Errorf("the dead-letter queue has %d messages, want 1", got)
	}
}

func TestQueues_AreRefused(t *testing.T) {
	w := start(t)
	w.queue("work", map[string]string{"VisibilityTimeout": "10"})
	for sentence, in := range map[string]*sqs.CreateQueueInput{
		"with a bad name":               {QueueName: aws.String("a queue")},
		"with an unknown attribute":     {QueueName: aws.String("other"), Attributes: map[string]string{"Color": "red"}},
		"that exist with other numbers": {QueueName: aws.String("work"), Attributes: map[string]string{"VisibilityTimeout": "11"}},
	} {
		if _, err := w.CreateQueue(t.Context(), in); err == nil {
			t.Errorf("a queue %s was created", sentence)
		}
	}
}
