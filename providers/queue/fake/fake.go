// Package fake is one standard queue of Amazon SQS over HTTP, as strict as the real one where emulators are lenient: it
// accepts and fails the messages of a batch one by one.
//
// Sources of the rules: SQS API Reference (SendMessageBatch), SQS Developer Guide ("Quotas", "Batch actions").
package fake

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"certloop/providers/internal/awsfake"
)

// URL is that of the queue.
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

// Queue is the queue. It is safe for concurrent use.
type Queue struct {
	*awsfake.Endpoint

	fault    func(body string) *EntryFault
	messages []Message
}

// New makes an empty queue.
func New() *Queue {
	q := &Queue{fault: func(string) *EntryFault { return nil }}
	q.Endpoint = awsfake.New(awsfake.Config{Targets: []string{"AmazonSQS."}, JSON: "1.0", Operations: map[string]awsfake.Operation{
		"SendMessageBatch": awsfake.JSON(q.sendBatch),
	}})
	return q
}

// FailEntries asks fault of each message of a batch whether it is not taken; nil: it is.
func (q *Queue) FailEntries(fault func(body string) *EntryFault) {
	q.Locked(func() { q.fault = fault })
}

// Messages are those in the queue.
func (q *Queue) Messages() (all []Message) {
	q.Locked(func() { all = slices.Clone(q.messages) })
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

func (q *Queue) sendBatch(_ awsfake.Call, in batch) (any, *awsfake.Refusal) {
	if refused := in.check(); refused != nil {
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
			q.messages = append(q.messages, Message{e.MessageBody, time.Duration(e.DelaySeconds) * time.Second})
			sum := md5.Sum([]byte(e.MessageBody))
			successful = append(successful, map[string]any{"Id": e.Id, "MessageId": fmt.Sprintf("m%d", len(q.messages)),
				"MD5OfMessageBody": hex.EncodeToString(sum[:])})
		case !fault.Silent:
			failed = append(failed, map[string]any{"Id": e.Id, "Code": fault.Code, "Message": fault.Message, "SenderFault": fault.SenderFault})
		}
	}
	return map[string]any{"Successful": successful, "Failed": failed}, nil
}

var idForm = regexp.MustCompile(`^[A-Za-z0-9_-]{1,80}$`)

// check refuses what fails a batch as a whole.
func (b batch) check() *awsfake.Refusal {
	seen, size := map[string]bool{}, 0
	for _, e := range b.Entries {
		switch {
		case !idForm.MatchString(e.Id):
			return refuse("InvalidBatchEntryId", "A batch entry id can only contain alphanumeric characters, hyphens and underscores.")
		case seen[e.Id]:
			return refuse("BatchEntryIdsNotDistinct", "Id "+e.Id+" repeated.")
		}
		seen[e.Id], size = true, size+len(e.MessageBody)
	}
	switch {
	case b.QueueUrl != URL:
		return &awsfake.Refusal{Code: "com.amazonaws.sqs#QueueDoesNotExist", QueryCode: "AWS.SimpleQueueService.NonExistentQueue",
			Message: "The specified queue does not exist."}
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
