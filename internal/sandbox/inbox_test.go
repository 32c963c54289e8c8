package sandbox

import (
	"encoding/json"
	"fmt"
	"sync"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
)

// inbox holds the mails that were delivered.
type inbox struct {
	mu   sync.Mutex
	mail []mail
}

// mail is a message of the topic, as a subscribed queue receives it.
type mail struct {
	Subject, Message  string
	MessageAttributes map[string]struct{ Value string }
}

// awaitMail waits for a mail about the record with that subject, and returns it.
func (b *box) awaitMail(name, subject string) (found mail) {
	b.t.Helper()
	b.eventually(fmt.Sprintf("the mail %q about %s arrives", subject, name), func() string {
		b.fetch()
		var subjects []string
		for _, m := range b.mailOf(name) {
			if m.Subject == subject {
				found = m
				return ""
			}
			subjects = append(subjects, m.Subject)
		}
		return fmt.Sprintf("the subjects so far are %q", subjects)
	})
	return found
}

// mailOf returns the messages about the record so far.
func (b *box) mailOf(name string) (of []mail) {
	b.inbox.mu.Lock()
	defer b.inbox.mu.Unlock()
	for _, m := range b.inbox.mail {
		if m.MessageAttributes["name"].Value == name {
			of = append(of, m)
		}
	}
	return of
}

// fetch receives the messages that are in the queue.
func (b *box) fetch() {
	b.t.Helper()
	b.inbox.mu.Lock()
	defer b.inbox.mu.Unlock()
	for {
		out, err := b.SQS.ReceiveMessage(b.t.Context(), &sqs.ReceiveMessageInput{QueueUrl: &b.InboxURL, MaxNumberOfMessages: 10})
		if err != nil {
			b.t.Fatal(err)
		}
		if len(out.Messages) == 0 {
			return
		}
		for _, m := range out.Messages {
			var one mail
			if err := json.Unmarshal([]byte(aws.ToString(m.Body)), &one); err != nil {
				b.t.Fatal(err)
			}
			b.inbox.mail = append(b.inbox.mail, one)
			if _, err := b.SQS.DeleteMessage(b.t.Context(), &sqs.DeleteMessageInput{QueueUrl: &b.InboxURL, ReceiptHandle: m.ReceiptHandle}); err != nil {
				b.t.Fatal(err)
			}
		}
	}
}
