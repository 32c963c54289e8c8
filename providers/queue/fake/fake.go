// Package fake is Amazon SQS with standard queues over HTTP, as strict as the real one where emulators are lenient: it
// accepts and fails the messages of a batch one by one. Messages have a delay and a visibility timeout, and move to the
// dead-letter queue of their queue after too many receives. ReceiveMessage never waits.
//
// Sources of the rules: SQS API Reference (CreateQueue, SendMessageBatch, ReceiveMessage, DeleteMessage), SQS Developer
// Guide ("Quotas", "Batch actions", "Visibility timeout", "Dead-letter queues").
package fake

import (
	"fmt"
	"regexp"
	"strings"
	"time"

	"certloop/providers/internal/awsfake"
)

// URL is that of the queue that New makes.
const URL = "https://sqs." + awsfake.Region + ".amazonaws.com/" + awsfake.Account + "/certloop"

// Message is a message in the queue.
type Message struct {
	Body  string
	Delay time.Duration
}

// EntryFault is why one message of a batch is not taken.
type EntryFault struct {
	Code, Message string
	// SenderFault: the message would not be accepted another time either.
	SenderFault bool
	// Silent leaves the message out of the answer.
	Silent bool
}

// Queue is SQS in all regions of one account. It is safe for concurrent use.
type Queue struct {
	*awsfake.Endpoint

	now    func() time.Time
	fault  func(body string) *EntryFault
	queues map[string]*queue // by region and name
	made   int
}

// New returns an SQS with the queue at URL.
func New() *Queue {
	q := NewService(time.Now)
	q.queues[place(awsfake.Region, "certloop")] = &queue{name: "certloop", attributes: map[string]string{}}
	return q
}

// NewService returns an SQS without queues.
func NewService(now func() time.Time) *Queue {
	q := &Queue{now: now, fault: func(string) *EntryFault { return nil }, queues: map[string]*queue{}}
	q.Endpoint = awsfake.New(awsfake.Config{Targets: []string{"AmazonSQS."}, JSON: "1.0", Operations: map[string]awsfake.Operation{
		"SendMessageBatch": awsfake.JSON(q.sendBatch), "SendMessage": awsfake.JSON(q.send),
		"ReceiveMessage": awsfake.JSON(q.receive), "DeleteMessage": awsfake.JSON(q.delete),
		"CreateQueue": awsfake.JSON(q.create), "GetQueueUrl": awsfake.JSON(q.url), "GetQueueAttributes": awsfake.JSON(q.attributes),
	}})
	return q
}

// FailEntries asks fault of each message of a batch whether it is not taken; nil: it is.
func (q *Queue) FailEntries(fault func(body string) *EntryFault) {
	q.Locked(func() { q.fault = fault })
}

// Messages returns those in the queue at URL, also those that are not visible.
func (q *Queue) Messages() (all []Message) {
	q.Locked(func() {
		for _, m := range q.queues[place(awsfake.Region, "certloop")].messages {
			all = append(all, m.Message)
		}
	})
	return all
}

type batch struct {
	QueueUrl string
	Entries  []entry
}

type entry struct {
	Id           string
	MessageBody  string
	DelaySeconds int
}

func (q *Queue) sendBatch(c awsfake.Call, in batch) (any, *awsfake.Refusal) {
	if refused := in.checkIDs(); refused != nil {
		return nil, refused
	}
	to, refused := q.find(c, in.QueueUrl)
	if refused != nil {
		return nil, refused
	}
	if refused := in.checkSize(); refused != nil {
		return nil, refused
	}
	successful, failed := []any{}, []any{}
	for _, e := range in.Entries {
		fault := e.check()
		if fault == nil {
			fault = q.fault(e.MessageBody)
		}
		switch {
		case fault == nil:
			m := q.put(to, e.MessageBody, e.DelaySeconds)
			successful = append(successful, map[string]any{"Id": e.Id, "MessageId": m.id, "MD5OfMessageBody": digest(m.Body)})
		case !fault.Silent:
			failed = append(failed, map[string]any{"Id": e.Id, "Code": fault.Code, "Message": fault.Message, "SenderFault": fault.SenderFault})
		}
	}
	return map[string]any{"Successful": successful, "Failed": failed}, nil
}

var idForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)

// checkIDs refuses entries whose IDs are wrong or the same.
func (b batch) checkIDs() *awsfake.Refusal {
	seen := map[string]bool{}
	for _, e := range b.Entries {
		switch {
		case !idForm.MatchString(e.Id):
			return refuse("InvalidBatchEntryId", "A batch entry id can only contain alphanumeric characters, hyphens and underscores.")
		case seen[e.Id]:
			return refuse("BatchEntryIdsNotDistinct", "Id "+e.Id+" repeated.")
		}
		seen[e.Id] = true
	}
	return nil
}

// checkSize refuses a batch that is empty or too large.
func (b batch) checkSize() *awsfake.Refusal {
	size := 0
	for _, e := range b.Entries {
		size += len(e.MessageBody)
	}
	switch {
	case len(b.Entries) == 0:
		return refuse("EmptyBatchRequest", "There should be at least one SendMessageBatchRequestEntry in the request.")
	case len(b.Entries) > 10:
		return refuse("TooManyEntriesInBatchRequest", "Maximum number of entries per request are 10.")
	case size > 1<<20:
		return refuse("BatchRequestTooLong", "Batch requests cannot be longer than 1048576 bytes.")
	}
	return nil
}

func refuse(code, message string) *awsfake.Refusal {
	return &awsfake.Refusal{Code: "com.amazonaws.sqs#" + code, QueryCode: "AWS.SimpleQueueService." + code, Message: message}
}

// check refuses one message.
func (e entry) check() *EntryFault {
	switch {
	case e.DelaySeconds < 0 || e.DelaySeconds > 900:
		return &EntryFault{Code: "InvalidParameterValue", SenderFault: true, Message: fmt.Sprintf(
			"Value %d for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.", e.DelaySeconds)}
	case e.MessageBody == "":
		return &EntryFault{Code: "MissingParameter", SenderFault: true, Message: "The request must contain the parameter MessageBody."}
	case strings.ContainsFunc(e.MessageBody, notXML):
		return &EntryFault{Code: "InvalidMessageContents", SenderFault: true, Message: "Invalid characters found."}
	}
	return nil
}

// notXML reports whether a character may not be in a message.
func notXML(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF
}
