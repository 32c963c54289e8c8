package stay

import (
	"context"
	"encoding/json"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sqs"

	"certloop/internal/sandbox"
)

// Mail is a mail that SNS would have sent.
type Mail struct {
	Number  int       `json:"number"`
	At      time.Time `json:"at"`
	To      string    `json:"to"`
	Subject string    `json:"subject"`
	Body    string    `json:"body"`
}

// String returns the mail as it is shown.
func (m Mail) String() string {
	body := strings.ReplaceAll(strings.TrimRight(m.Body, "\n"), "\n", "\n  │ ")
	return fmt.Sprintf("mail %d to %s, %s\n  │ Subject: %s\n  │\n  │ %s", m.Number, m.To, m.At.Format(time.TimeOnly), m.Subject, body)
}

// inbox holds the mails that arrived.
type inbox struct {
	mu    sync.Mutex
	mails []Mail
}

// mostMails bounds the inbox; the oldest go.
const mostMails = 1000

func (i *inbox) add(subject, body string) Mail {
	i.mu.Lock()
	defer i.mu.Unlock()
	m := Mail{Number: 1, At: time.Now(), To: email, Subject: subject, Body: body}
	if n := len(i.mails); n > 0 {
		m.Number = i.mails[n-1].Number + 1
	}
	if i.mails = append(i.mails, m); len(i.mails) > mostMails {
		i.mails = i.mails[1:]
	}
	return m
}

// all returns the mails, oldest first.
func (i *inbox) all() []Mail {
	i.mu.Lock()
	defer i.mu.Unlock()
	return append([]Mail{}, i.mails...)
}

// list returns a line for each mail, or the mail with that number if one is given.
func (i *inbox) list(number int) (string, error) {
	var lines []string
	for _, m := range i.all() {
		if m.Number == number {
			return m.String(), nil
		}
		lines = append(lines, fmt.Sprintf("%4d  %s  %s", m.Number, m.At.Format(time.TimeOnly), m.Subject))
	}
	switch {
	case number != 0:
		return "", fmt.Errorf("there is no mail %d: enter inbox for the list", number)
	case len(lines) == 0:
		return "No mail has arrived.", nil
	}
	return strings.Join(lines, "\n"), nil
}

// openInbox subscribes a queue to the topic of notices, and shows what arrives there.
func (b *Box) openInbox(ctx context.Context) error {
	queue, err := b.SQS.CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("inbox")})
	if err != nil {
		return err
	}
	if err := b.Deployment.Subscribe(ctx, "sqs", "arn:aws:sqs:"+sandbox.Region+":"+account+":inbox"); err != nil {
		return err
	}
	b.InboxURL = aws.ToString(queue.QueueUrl)
	b.spawn(b.receive)
	return nil
}

func (b *Box) receive() {
	for b.ctx.Err() == nil {
		out, err := b.SQS.ReceiveMessage(b.ctx, &sqs.ReceiveMessageInput{QueueUrl: &b.InboxURL, MaxNumberOfMessages: 10})
		if err != nil || len(out.Messages) == 0 {
			select {
			case <-b.ctx.Done():
			case <-time.After(500 * time.Millisecond):
			}
			continue
		}
		for _, m := range out.Messages {
			var mail struct{ Subject, Message string }
			if json.Unmarshal([]byte(aws.ToString(m.Body)), &mail) == nil {
				b.out.print("\n%s\n", b.inbox.add(mail.Subject, mail.Message))
			}
			_, _ = b.SQS.DeleteMessage(b.ctx, &sqs.DeleteMessageInput{QueueUrl: &b.InboxURL, ReceiptHandle: m.ReceiptHandle})
		}
	}
}
