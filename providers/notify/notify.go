// Package notify tells people and machines what became of a certificate: people through an Amazon SNS topic, machines
// through an Amazon EventBridge bus.
//
// It deliberately does not remember what it told whom: it says which of the two took a notice, and whoever calls it
// says so when the other is tried again. A notice is told at least once on each; where a reply is lost it is repeated,
// under the same ID. It does not filter either; subscribers do, by the attributes of the message and the detail type of
// the event.
//
// docs/reference/notices.md shows both.
package notify

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"certloop/reconciler/api"
	"certloop/reconciler/ports"
)

// Config is what a Notifier is made of.
type Config struct {
	SNS *sns.Client
	// TopicARN is a standard topic; empty: people are not told.
	TopicARN string
	Events   *eventbridge.Client
	// EventBus is the name or ARN of a bus; empty: machines are not told.
	EventBus string
	// From is what mails say of where they come from.
	From Deployment
}

var _ ports.Notifier = (*Notifier)(nil)

// Notifier implements ports.Notifier. It is safe for concurrent use.
type Notifier struct {
	channels []channel
}

// The names of the channels. They stand in outboxes: another name would be another channel, to be told anew.
const (
	ChannelSNS         = api.ChannelMail
	ChannelEventBridge = api.ChannelEvents
)

// channel is one way to tell.
type channel struct {
	name string
	tell func(context.Context, api.Notice) *api.Error
}

// New makes a Notifier; it sends nothing.
func New(c Config) *Notifier {
	n := &Notifier{}
	if c.TopicARN != "" {
		n.channels = append(n.channels, channel{ChannelSNS, topic{c.SNS, c.TopicARN, c.From}.tell})
	}
	if c.EventBus != "" {
		n.channels = append(n.channels, channel{ChannelEventBridge, bus{c.Events, c.EventBus}.tell})
	}
	return n
}

// longestMessage keeps a notice far below the 256 KB that a message and an event may have. A notice that was refused for
// its size would be told again for ever, and keep all later ones back.
const longestMessage = 16 << 10

// Notify implements ports.Notifier. A name in told that is no channel of ours is that of one that is not configured any
// more.
//
// Errors: of the kind of the channel that failed; Transient, which promises nothing, where another was reached.
func (n *Notifier) Notify(ctx context.Context, notice api.Notice, told []string) (took []string, err error) {
	notice.Message = cut(notice.Message, longestMessage)
	var failures []*api.Error
	for _, c := range n.channels {
		if slices.Contains(told, c.name) {
			continue
		}
		if err := c.tell(ctx, notice); err != nil {
			failures = append(failures, err)
			continue
		}
		took = append(took, c.name)
	}
	return took, joined(failures, len(took) > 0)
}

// joined is one error of all.
func joined(failures []*api.Error, reached bool) error {
	if len(failures) == 0 {
		return nil
	}
	whole := &api.Error{Kind: failures[0].Kind}
	if reached {
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
