package fake

import (
	"crypto/md5"
	"encoding/hex"
	"fmt"
	"slices"
	"strconv"
	"time"

	"certloop/providers/internal/awsfake"
)

func digest(body string) string {
	sum := md5.Sum([]byte(body))
	return hex.EncodeToString(sum[:])
}

// put adds a message to a queue.
func (q *Queue) put(to *queue, body string, delay int) *message {
	q.made++
	now := q.now()
	m := &message{Message: Message{body, time.Duration(delay) * time.Second}, id: fmt.Sprintf("m%d", q.made), sent: now}
	m.visible = now.Add(m.Delay)
	to.messages = append(to.messages, m)
	return m
}

type sendInput struct {
	QueueUrl, MessageBody string
	DelaySeconds          *int
}

func (q *Queue) send(c awsfake.Call, in sendInput) (any, *awsfake.Refusal) {
	to, refused := q.find(c, in.QueueUrl)
	if refused != nil {
		return nil, refused
	}
	e := entry{MessageBody: in.MessageBody, DelaySeconds: to.setting("DelaySeconds")}
	if in.DelaySeconds != nil {
		e.DelaySeconds = *in.DelaySeconds
	}
	if fault := e.check(); fault != nil {
		return nil, refuse(fault.Code, fault.Message)
	}
	m := q.put(to, e.MessageBody, e.DelaySeconds)
	return map[string]any{"MessageId": m.id, "MD5OfMessageBody": digest(m.Body)}, nil
}

type receiveInput struct {
	QueueUrl                                    string
	MaxNumberOfMessages, VisibilityTimeout      *int
	WaitTimeSeconds                             int
	AttributeNames, MessageSystemAttributeNames []string
}

// mostReceived is how many messages one request receives.
const mostReceived = 10

func (q *Queue) receive(c awsfake.Call, in receiveInput) (any, *awsfake.Refusal) {
	from, refused := q.find(c, in.QueueUrl)
	if refused != nil {
		return nil, refused
	}
	most, hidden := 1, from.setting("VisibilityTimeout")
	if in.MaxNumberOfMessages != nil {
		most = *in.MaxNumberOfMessages
	}
	if in.VisibilityTimeout != nil {
		hidden = *in.VisibilityTimeout
	}
	if most < 1 || most > mostReceived {
		return nil, refuse("InvalidParameterValue", fmt.Sprintf(
			"Value %d for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.", most))
	}
	now, out := q.now(), []any{}
	q.redrive(c, from, now)
	for _, m := range from.messages {
		if len(out) < most && !m.visible.After(now) {
			m.received++
			m.visible, m.handle = now.Add(time.Duration(hidden)*time.Second), fmt.Sprintf("%s-%d", m.id, m.received)
			out = append(out, m.wire(append(in.AttributeNames, in.MessageSystemAttributeNames...)))
		}
	}
	return map[string]any{"Messages": out}, nil
}

func (m *message) wire(attributes []string) map[string]any {
	out := map[string]any{"MessageId": m.id, "ReceiptHandle": m.handle, "Body": m.Body, "MD5OfBody": digest(m.Body)}
	all := map[string]string{"ApproximateReceiveCount": strconv.Itoa(m.received), "SentTimestamp": strconv.FormatInt(m.sent.UnixMilli(), 10)}
	for name := range all {
		if !slices.Contains(attributes, "All") && !slices.Contains(attributes, name) {
			delete(all, name)
		}
	}
	if len(all) > 0 {
		out["Attributes"] = all
	}
	return out
}

// redrive moves the messages that were received too often.
func (q *Queue) redrive(c awsfake.Call, from *queue, now time.Time) {
	name, after := from.deadLetters()
	to := q.queues[place(c.Region, name)]
	if after == 0 || to == nil {
		return
	}
	from.messages = slices.DeleteFunc(from.messages, func(m *message) bool {
		dead := m.received >= after && !m.visible.After(now)
		if dead {
			to.messages = append(to.messages, m)
		}
		return dead
	})
}

func (q *Queue) delete(c awsfake.Call, in struct{ QueueUrl, ReceiptHandle string }) (any, *awsfake.Refusal) {
	from, refused := q.find(c, in.QueueUrl)
	if refused != nil {
		return nil, refused
	}
	// An old handle of a message that was received again deletes nothing.
	from.messages = slices.DeleteFunc(from.messages, func(m *message) bool { return m.handle != "" && m.handle == in.ReceiptHandle })
	return struct{}{}, nil
}
