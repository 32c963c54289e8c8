// Package contract is what every Notifier must do for the loop, seen through its port and by its receivers.
package contract

import (
	"context"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"certloop/internal/suite"
	"certloop/reconciler/api"
	"certloop/reconciler/ports"
)

// Subject is a Notifier under test, and its receivers.
type Subject struct {
	ports.Notifier
	// NoTopic is a Notifier whose topic does not exist, on the same bus.
	NoTopic ports.Notifier
	// Messages are what the subscribers of the topic got since the last call, Events what those of the bus got.
	Messages func(*testing.T) []Message
	Events   func(*testing.T) []Event
}

// Message is what a subscriber of the topic gets.
type Message struct {
	Subject, Body string
	Attributes    map[string]string
}

// Event is what a rule of the bus gets.
type Event struct {
	Source, DetailType string
	Resources          []string
	Detail             json.RawMessage
}

// Types are those of all notices.
var Types = []string{api.NoticeIssued, api.NoticeRenewed, api.NoticeReady, api.NoticeNotReady, api.NoticeFailed, api.NoticeDeleted,
	api.NoticeRetained, api.NoticeExpiring, api.NoticeWarning, api.NoticeRevoked, api.NoticeIgnored, api.NoticeAccountFailed, api.NoticeAccountReady, api.NoticeDigest}

// Run runs the whole contract, each part on a subject of its own.
func Run(t *testing.T, subject func(*testing.T) Subject) {
	suite.Run(t, map[string]suite.Part[Subject]{
		"a notice of every type reaches operators and machines":                everyType,
		"operators can filter by attributes":                                   attributes,
		"the detail of an event is the notice":                                 detail,
		"a notice with nothing but its type and name is delivered":             least,
		"a notice that is sent again has the same ID":                          again,
		"a name of any characters is delivered":                                anyName,
		"a message of any length is delivered":                                 anyLength,
		"a topic that does not exist is an error, and machines get the notice": noTopic,
		"a channel that accepted a notice does not get it again":               onlyTheOther,
		"an ended context is a transient error, and nothing was sent":          ended,
	}, nil, subject)
}

// Notice is one that has everything.
func Notice() api.Notice {
	return api.Notice{
		ID: "0123456789abcdef0123456789abcdef", Type: api.NoticeFailed, Time: time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC),
		Name: "www", Domains: []string{"www.example.com", "xn--bcher-kva.example"}, MoreDomains: 3,
		ARN:    "arn:aws:acm:eu-central-1:123456789012:certificate/12345678-1234-1234-1234-123456789012",
		Reason: api.ReasonValidationFailed, Message: "the CA found no TXT record at _acme-challenge.www.example.com",
		NotAfter: time.Date(2026, 12, 20, 0, 0, 0, 0, time.UTC), NextAttemptAt: time.Date(2026, 11, 24, 10, 0, 0, 0, time.UTC),
	}
}

func (s Subject) delivered(t *testing.T, n api.Notice) (Message, Event) {
	t.Helper()
	accepted, err := s.Notify(t.Context(), n, nil)
	if err != nil {
		t.Fatal(err)
	}
	if !slices.Equal(accepted, []string{"SNS", "EventBridge"}) {
		t.Fatalf("%v accepted it", accepted)
	}
	messages, events := s.Messages(t), s.Events(t)
	// A message whose receipt was lost on its way from a busy emulator is visible again after half a minute.
	for until := time.Now().Add(40 * time.Second); (len(messages) == 0 || len(events) == 0) && time.Now().Before(until); {
		time.Sleep(time.Second)
		messages, events = append(messages, s.Messages(t)...), append(events, s.Events(t)...)
	}
	if len(messages) != 1 || len(events) != 1 {
		t.Fatalf("%d messages and %d events", len(messages), len(events))
	}
	return messages[0], events[0]
}

func everyType(t *testing.T, s Subject) {
	for _, kind := range Types {
		n := Notice()
		n.Type = kind
		message, event := s.delivered(t, n)
		if !strings.Contains(message.Subject, "www") || !strings.HasPrefix(message.Subject, "certloop: ") {
			t.Errorf("%s has the subject %q", kind, message.Subject)
		}
		for _, part := range []string{"www.example.com", "xn--bcher-kva.example", "ValidationFailed", n.Message, "CAA",
			"2026-11-24 10:00 UTC", "2026-12-20 00:00 UTC", n.ARN, n.ID} {
			if !strings.Contains(message.Body, part) {
				t.Errorf("%s: %q is not in the mail:\n%s", kind, part, message.Body)
			}
		}
		if event.Source != "certloop" || event.DetailType != kind || !slices.Equal(event.Resources, []string{n.ARN}) {
			t.Errorf("%s becomes an event of %s, type %s, about %v", kind, event.Source, event.DetailType, event.Resources)
		}
	}
}

func attributes(t *testing.T, s Subject) {
	n := Notice()
	message, _ := s.delivered(t, n)
	want := map[string]string{"id": n.ID, "type": n.Type, "name": n.Name, "reason": string(n.Reason)}
	if !reflect.DeepEqual(message.Attributes, want) {
		t.Errorf("attributes are %v, want %v", message.Attributes, want)
	}
}

func detail(t *testing.T, s Subject) {
	n := Notice()
	_, event := s.delivered(t, n)
	var got api.Notice
	if err := json.Unmarshal(event.Detail, &got); err != nil || !reflect.DeepEqual(got, n) {
		t.Errorf("the detail is %s: %v", event.Detail, err)
	}
}

func least(t *testing.T, s Subject) {
	message, event := s.delivered(t, api.Notice{Type: api.NoticeDeleted, Name: "www"})
	if strings.Contains(message.Body, "0001") || strings.Contains(message.Body, "Domains") || len(event.Resources) != 0 {
		t.Errorf("the event is about %v, and the mail says:\n%s", event.Resources, message.Body)
	}
}

func again(t *testing.T, s Subject) {
	first, firstEvent := s.delivered(t, Notice())
	second, secondEvent := s.delivered(t, Notice())
	if !reflect.DeepEqual(first, second) || string(firstEvent.Detail) != string(secondEvent.Detail) {
		t.Errorf("first %v, then %v", first, second)
	}
}

// anyName: a record whose name is not allowed is reported too, and by that name.
func anyName(t *testing.T, s Subject) {
	for _, name := range []string{"a\r\nSubject: b", "bücher", "\x00\x7f", "\u2028", "😀", "\uFFFF", "a\xffb", " ", strings.Repeat("ü", 1000),
		strings.Repeat("a", 63)} {
		n := Notice()
		n.Name, n.Domains, n.Message = name, []string{name}, name+"\n\n"+name
		s.delivered(t, n)
	}
}

func anyLength(t *testing.T, s Subject) {
	n := Notice()
	n.Message = strings.Repeat("It failed. ü\n", 1<<15)
	n.Domains = slices.Repeat([]string{strings.Repeat("a", 253)}, 100)
	s.delivered(t, n)
}

func noTopic(t *testing.T, s Subject) {
	accepted, err := s.NoTopic.Notify(t.Context(), Notice(), nil)
	// Transient, because one channel accepted it.
	if api.KindOf(err) != api.Transient || !strings.Contains(api.MessageOf(err), "does not exist") {
		t.Errorf("error of kind %q: %v", api.KindOf(err), err)
	}
	if n := len(s.Events(t)); n != 1 || !slices.Equal(accepted, []string{"EventBridge"}) {
		t.Errorf("%d events, and %v accepted it", n, accepted)
	}
}

// onlyTheOther is how a notice that one channel accepted is retried, from the failure to its end.
func onlyTheOther(t *testing.T, s Subject) {
	delivered, _ := s.NoTopic.Notify(t.Context(), Notice(), nil)
	if again, err := s.NoTopic.Notify(t.Context(), Notice(), delivered); err == nil || len(again) > 0 {
		t.Errorf("without a topic %v accepted it: %v", again, err)
	}
	accepted, err := s.Notify(t.Context(), Notice(), delivered)
	if err != nil || !slices.Equal(accepted, []string{"SNS"}) {
		t.Errorf("%v accepted it: %v", accepted, err)
	}
	if none, err := s.Notify(t.Context(), Notice(), append(delivered, accepted...)); err != nil || len(none) > 0 {
		t.Errorf("delivered on every channel, %v accepted it: %v", none, err)
	}
	if messages, events := len(s.Messages(t)), len(s.Events(t)); messages != 1 || events != 1 {
		t.Errorf("%d messages and %d events", messages, events)
	}
}

func ended(t *testing.T, s Subject) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if accepted, err := s.Notify(ctx, Notice(), nil); api.KindOf(err) != api.Transient || len(accepted) > 0 {
		t.Errorf("%v accepted it, error of kind %q: %v", accepted, api.KindOf(err), err)
	}
	if messages, events := len(s.Messages(t)), len(s.Events(t)); messages+events != 0 {
		t.Errorf("%d messages and %d events", messages, events)
	}
}
