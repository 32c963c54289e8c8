package notify

import (
	"context"
	"encoding/json"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge/types"

	"certloop/reconciler/api"
)

// Source is the source of every event; its detail type is the notice's type.
const Source = "certloop"

// bus is an EventBridge bus.
type bus struct {
	client *eventbridge.Client
	name   string
}

func (b bus) send(ctx context.Context, n api.Notice) *api.Error {
	this := request{to: "event bus " + b.name, action: "events:PutEvents"}
	out, err := b.client.PutEvents(ctx, &eventbridge.PutEventsInput{Entries: []types.PutEventsRequestEntry{b.event(n)}})
	switch {
	case err != nil:
		return this.classify(err)
	case len(out.Entries) != 1:
		return this.unanswered(errors.New("a response without its entry"))
	}
	// A request that succeeds may hold an entry that did not.
	if e := out.Entries[0]; out.FailedEntryCount > 0 || e.ErrorCode != nil || e.EventId == nil {
		return this.failed(aws.ToString(e.ErrorCode), aws.ToString(e.ErrorMessage))
	}
	return nil
}

// event is the notice as an event. Its detail is the notice itself, as docs/reference/stored-items.md describes it.
func (b bus) event(n api.Notice) types.PutEventsRequestEntry {
	detail, _ := json.Marshal(n) // strings and times of this age always have a JSON form
	e := types.PutEventsRequestEntry{
		EventBusName: &b.name, Source: aws.String(Source), DetailType: aws.String(n.Type), Detail: aws.String(string(detail)),
	}
	if n.ARN != "" {
		e.Resources = []string{n.ARN}
	}
	if !n.Time.IsZero() {
		e.Time = &n.Time
	}
	return e
}
