// Package fake is Amazon SNS and Amazon EventBridge over HTTP, as strict as the real ones where emulators are lenient:
// what a subject, a message and an attribute may hold, and entries that fail within a request that succeeds.
//
// Sources of the rules: SNS API Reference (Publish), SNS Developer Guide ("Message attributes"), EventBridge API
// Reference (PutEvents, PutEventsRequestEntry, PutEventsResultEntry).
package fake

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"certloop/providers/internal/awsfake"
)

// TopicARN is the topic that NewSNS makes.
const TopicARN = "arn:aws:sns:" + awsfake.Region + ":" + awsfake.Account + ":certloop"

// Message is what was published.
type Message struct {
	Subject, Body string
	// Attributes are of type String.
	Attributes map[string]string
}

// SNS is Amazon SNS in one account and all regions, with standard topics. It is safe for concurrent use.
type SNS struct {
	*awsfake.Endpoint

	// Deliver, if set, delivers to the queue with that ARN, and reports whether there is one. It must not call the SNS.
	Deliver func(queueARN, body string) bool

	messages []Message
	// topics are the ARNs of the subscribed queues, by ARN of the topic.
	topics map[string][]string
}

// NewSNS returns an SNS with the topic TopicARN, to which nothing was published.
func NewSNS() *SNS {
	s := &SNS{topics: map[string][]string{TopicARN: nil}}
	s.Endpoint = awsfake.New(awsfake.Config{Operations: map[string]awsfake.Operation{"Publish": s.publish,
		"CreateTopic": s.createTopic, "Subscribe": s.subscribe, "ListSubscriptionsByTopic": s.subscriptions}})
	return s
}

// Messages are those published, in order.
func (s *SNS) Messages() (all []Message) {
	s.Locked(func() { all = slices.Clone(s.messages) })
	return all
}

func (s *SNS) publish(c awsfake.Call) (any, *awsfake.Refusal) {
	if _, known := s.topics[c.Form.Get("TopicArn")]; !known {
		return nil, noTopic()
	}
	m := Message{Subject: c.Form.Get("Subject"), Body: c.Form.Get("Message"), Attributes: map[string]string{}}
	if refused := m.check(c.Form.Has("Subject")); refused != nil {
		return nil, refused
	}
	for i := 1; ; i++ {
		entry := fmt.Sprintf("MessageAttributes.entry.%d.", i)
		if !c.Form.Has(entry + "Name") {
			break
		}
		name, value := c.Form.Get(entry+"Name"), c.Form.Get(entry+"Value.StringValue")
		if refused := checkAttribute(name, value, c.Form.Get(entry+"Value.DataType")); refused != nil {
			return nil, refused
		}
		m.Attributes[name] = value
	}
	s.messages = append(s.messages, m)
	s.deliver(c.Form.Get("TopicArn"), fmt.Sprintf("m%d", len(s.messages)), m)
	return fmt.Sprintf(`<PublishResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><PublishResult><MessageId>m%d</MessageId>`+
		`</PublishResult></PublishResponse>`, len(s.messages)), nil
}

func refuse(format string, args ...any) *awsfake.Refusal {
	return awsfake.Refuse("InvalidParameter", "Invalid parameter: "+format, args...)
}

func (m Message) check(hasSubject bool) *awsfake.Refusal {
	switch first, _ := utf8.DecodeRuneInString(m.Subject); {
	case m.Body == "":
		return refuse("Empty message")
	case len(m.Body) > 256<<10:
		return refuse("Message too long")
	case !utf8.ValidString(m.Body) || strings.ContainsFunc(m.Body, notXML):
		return refuse("Message Reason: Message contains invalid characters")
	case !hasSubject:
		return nil
	case m.Subject == "" || len(m.Subject) >= 100 || strings.ContainsFunc(m.Subject, func(r rune) bool { return r < ' ' || r > '~' }):
		return refuse("Subject")
	case !unicode.IsLetter(first) && !unicode.IsDigit(first) && !unicode.IsPunct(first):
		return refuse("Subject")
	}
	return nil
}

var attributeName = regexp.MustCompile(`^[A-Za-z0-9_-][A-Za-z0-9_.-]{0,255}$`)

func checkAttribute(name, value, dataType string) *awsfake.Refusal {
	switch {
	case !attributeName.MatchString(name) || dataType != "String":
		return awsfake.Refuse("ParameterValueInvalid", "The message attribute '%s' has an invalid name or type.", name)
	case value == "":
		return awsfake.Refuse("ParameterValueInvalid", "The message attribute '%s' must contain non-empty message attribute value.", name)
	case !utf8.ValidString(value) || strings.ContainsFunc(value, notXML):
		return awsfake.Refuse("ParameterValueInvalid", "The message attribute '%s' contains invalid characters.", name)
	}
	return nil
}

// notXML reports whether a character may not be in a message.
func notXML(r rune) bool {
	return r < ' ' && r != '\t' && r != '\n' && r != '\r' || r == 0xFFFE || r == 0xFFFF
}
