// Package notify tells people and machines what became of a certificate: people through an Amazon SNS topic, machines
// through an Amazon EventBridge bus.
//
// It deliberately does not remember what it told whom. A notice is told at least once on each of the two: where one
// fails, the whole notice is told again, and whoever was reached the first time is reached again. Its ID is the same
// then. It does not filter either; subscribers do, by the attributes of the message and the detail type of the event.
//
// docs/notices.md shows both.
package notify

import (
	"context"
	"errors"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"certloop/reconciler/api"
)

// Config is what a Notifier is made of.
type Config struct {
	SNS *sns.Client
	// TopicARN is a standard topic; empty: people are not told.
	TopicARN string
	Events   *eventbridge.Client
	// EventBus is the name or ARN of a bus; empty: machines are not told.
	EventBus string
}

// Notifier is reconciler.Notifier. It is safe for concurrent use.
type Notifier struct {
	channels []channel
}

// channel is one way to tell.
type channel func(context.Context, api.Notice) *api.Error

// New makes a Notifier; it sends nothing.
func New(c Config) *Notifier {
	n := &Notifier{}
	if c.TopicARN != "" {
		n.channels = append(n.channels, topic{c.SNS, c.TopicARN}.tell)
	}
	if c.EventBus != "" {
		n.channels = append(n.channels, bus{c.Events, c.EventBus}.tell)
	}
	return n
}

// longestMessage keeps a notice far below the 256 KB that a message and an event may have. A notice that was refused for
// its size would be told again for ever, and keep all later ones back.
const longestMessage = 16 << 10

// Notify is reconciler.Notifier's. The one channel is tried whatever came of the other.
//
// Errors: of the kind of the channel that failed; Transient, which promises nothing, where another was reached.
func (n *Notifier) Notify(ctx context.Context, notice api.Notice) error {
	notice.Message = cut(notice.Message, longestMessage)
	var failures []*api.Error
	for _, tell := range n.channels {
		if err := tell(ctx, notice); err != nil {
			failures = append(failures, err)
		}
	}
	return joined(failures, len(n.channels))
}

// joined is one error of all.
func joined(failures []*api.Error, channels int) error {
	if len(failures) == 0 {
		return nil
	}
	whole := &api.Error{Kind: failures[0].Kind}
	if len(failures) < channels {
		whole.Kind = api.Transient
	}
	var messages []string
	var causes []error
	for _, e := range failures {
		if e.Kind != whole.Kind {
			whole.Kind = api.Transient
		}
		messages, causes = append(messages, e.Message), append(causes, e.Err)
	}
	whole.Message, whole.Err = strings.Join(messages, "; "), errors.Join(causes...)
	return whole
}
