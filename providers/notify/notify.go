// Package notify delivers notices to operators through an Amazon SNS topic, and to machines through an Amazon EventBridge
// bus.
//
// It deliberately does not store which notices it delivered: it returns which of the two channels accepted a notice, and
// its caller passes that when it retries the other one. A notice is delivered at least once on each; where a reply is lost
// it is repeated, under the same ID. It does not filter either; subscribers do, by the attributes of the message and the
// detail type of the event.
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
	// TopicARN is a standard topic; empty: operators get no mail.
	TopicARN string
	Events   *eventbridge.Client
	// EventBus is the name or ARN of a bus; empty: no event is sent.
	EventBus string
	// From is the deployment that mails name.
	From Deployment
}

var _ ports.Notifier = (*Notifier)(nil)

// Notifier implements ports.Notifier. It is safe for concurrent use.
type Notifier struct {
	channels []channel
}

// The names of the channels. Outboxes store them: another name would be another channel, which would get every notice again.
const (
	ChannelSNS         = api.ChannelMail
	ChannelEventBridge = api.ChannelEvents
)

// channel delivers notices one way.
type channel struct {
	name string
	send func(context.Context, api.Notice) *api.Error
}

// New makes a Notifier; it sends nothing.
func New(c Config) *Notifier {
	n := &Notifier{}
	if c.TopicARN != "" {
		n.channels = append(n.channels, channel{ChannelSNS, topic{c.SNS, c.TopicARN, c.From}.send})
	}
	if c.EventBus != "" {
		n.channels = append(n.channels, channel{ChannelEventBridge, bus{c.Events, c.EventBus}.send})
	}
	return n
}

// longestMessage keeps a notice far below the 256 KB that a message and an event may have. A notice that was refused for
// its size would be sent again for ever, and block all later ones.
const longestMessage = 16 << 10

// Notify implements ports.Notifier. A name in delivered that is no channel of n is that of one that is not
// configured any more.
//
// Errors: of the kind of the channel that failed; Transient, which promises nothing, where another was reached.
func (n *Notifier) Notify(ctx context.Context, notice api.Notice, delivered []string) (accepted []string, err error) {
	notice.Message = cut(notice.Message, longestMessage)
	var failures []*api.Error
	for _, c := range n.channels {
		if slices.Contains(delivered, c.name) {
			continue
		}
		if err := c.send(ctx, notice); err != nil {
			failures = append(failures, err)
			continue
		}
		accepted = append(accepted, c.name)
	}
	return accepted, joined(failures, len(accepted) > 0)
}

// joined returns one error for all.
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
