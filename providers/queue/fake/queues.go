package fake

import (
	"encoding/json"
	"fmt"
	"maps"
	"path"
	"slices"
	"strconv"
	"strings"
	"time"

	"certloop/providers/internal/awsfake"
)

// queue is one queue.
type queue struct {
	name       string
	attributes map[string]string
	messages   []*message
}

// message is a message with its place in time.
type message struct {
	Message
	id, handle    string
	sent, visible time.Time
	received      int
}

func place(region, name string) string { return region + "/" + name }

// Put sends a message to the queue with that ARN, as a subscription of SNS does. It reports whether there is such a queue.
func (q *Queue) Put(arn, body string) (found bool) {
	parts := strings.Split(arn, ":")
	q.Locked(func() {
		if len(parts) != 6 || parts[2] != "sqs" {
			return
		}
		var to *queue
		if to, found = q.queues[place(parts[3], parts[5])]; found {
			q.put(to, body, 0)
		}
	})
	return found
}

// find finds the queue of a URL: its last element is the name.
func (q *Queue) find(c awsfake.Call, url string) (*queue, *awsfake.Refusal) {
	found := q.queues[place(c.Region, path.Base(url))]
	if found == nil {
		return nil, &awsfake.Refusal{Code: "com.amazonaws.sqs#QueueDoesNotExist", QueryCode: "AWS.SimpleQueueService.NonExistentQueue",
			Message: "The specified queue does not exist."}
	}
	return found, nil
}

// urlOf returns a queue's URL: that of the endpoint, so that tools which send requests there come back.
func urlOf(c awsfake.Call, name string) map[string]any {
	return map[string]any{"QueueUrl": "http://" + c.Host + "/" + awsfake.Account + "/" + name}
}

// settings are the attributes that a queue may be made with, and their defaults.
var settings = map[string]string{"VisibilityTimeout": "30", "DelaySeconds": "0", "MessageRetentionPeriod": "345600", "ReceiveMessageWaitTimeSeconds": "0",
	"SqsManagedSseEnabled": "true", "RedrivePolicy": "", "RedriveAllowPolicy": "", "Policy": ""}

type createInput struct {
	QueueName  string
	Attributes map[string]string
}

func (q *Queue) create(c awsfake.Call, in createInput) (any, *awsfake.Refusal) {
	if !idForm.MatchString(in.QueueName) {
		return nil, refuse("InvalidParameterValue", "Can only include alphanumeric characters, hyphens, or underscores. 1 to 80 in length")
	}
	for name := range in.Attributes {
		if _, known := settings[name]; !known {
			return nil, refuse("InvalidAttributeName", "Unknown Attribute "+name+".")
		}
	}
	at := place(c.Region, in.QueueName)
	if there := q.queues[at]; there != nil && !maps.Equal(there.attributes, in.Attributes) {
		return nil, refuse("QueueNameExists", "A queue already exists with the same name and a different value for an attribute")
	}
	if q.queues[at] == nil {
		q.queues[at] = &queue{name: in.QueueName, attributes: in.Attributes}
	}
	return urlOf(c, in.QueueName), nil
}

func (q *Queue) url(c awsfake.Call, in struct{ QueueName string }) (any, *awsfake.Refusal) {
	if _, refused := q.find(c, in.QueueName); refused != nil {
		return nil, refused
	}
	return urlOf(c, in.QueueName), nil
}

type attributesInput struct {
	QueueUrl       string
	AttributeNames []string
}

func (q *Queue) attributes(c awsfake.Call, in attributesInput) (any, *awsfake.Refusal) {
	from, refused := q.find(c, in.QueueUrl)
	if refused != nil {
		return nil, refused
	}
	all := maps.Clone(settings)
	maps.Copy(all, from.attributes)
	maps.DeleteFunc(all, func(_, value string) bool { return value == "" })
	maps.Copy(all, from.counts(q.now()))
	all["QueueArn"] = fmt.Sprintf("arn:aws:sqs:%s:%s:%s", c.Region, awsfake.Account, from.name)
	if !slices.Contains(in.AttributeNames, "All") {
		maps.DeleteFunc(all, func(name, _ string) bool { return !slices.Contains(in.AttributeNames, name) })
	}
	return map[string]any{"Attributes": all}, nil
}

// counts returns how many messages are visible, received, and delayed.
func (from *queue) counts(now time.Time) map[string]string {
	var visible, received, delayed int
	for _, m := range from.messages {
		switch {
		case !m.visible.After(now):
			visible++
		case m.received > 0:
			received++
		default:
			delayed++
		}
	}
	const prefix = "ApproximateNumberOfMessages"
	return map[string]string{prefix: strconv.Itoa(visible), prefix + "NotVisible": strconv.Itoa(received), prefix + "Delayed": strconv.Itoa(delayed)}
}

// setting returns a number among the attributes.
func (from *queue) setting(name string) int {
	text, ok := from.attributes[name]
	if !ok {
		text = settings[name]
	}
	n, _ := strconv.Atoi(text)
	return n
}

// deadLetters returns the name of the dead-letter queue, and after how many receives a message goes there; 0: never.
func (from *queue) deadLetters() (name string, after int) {
	// AWS accepts the number as a number and as a text.
	var policy struct {
		DeadLetterTargetArn string `json:"deadLetterTargetArn"`
		MaxReceiveCount     any    `json:"maxReceiveCount"`
	}
	if json.Unmarshal([]byte(from.attributes["RedrivePolicy"]), &policy) != nil {
		return "", 0
	}
	after, _ = strconv.Atoi(fmt.Sprint(policy.MaxReceiveCount))
	return policy.DeadLetterTargetArn[strings.LastIndex(policy.DeadLetterTargetArn, ":")+1:], after
}
