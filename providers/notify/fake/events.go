package fake

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"

	"certloop/providers/internal/awsfake"
)

// Bus is the name of the event bus that there is besides the default one.
const Bus = "certloop"

// Event is what was put.
type Event struct {
	Source, DetailType, Detail string
	Resources                  []string
	// Time is in seconds since 1970; 0: none was given.
	Time float64
}

// EntryFault is why an entry fails in a request that succeeds.
type EntryFault struct{ Code, Message string }

// Events is Amazon EventBridge with the default bus and Bus. It has no rules. It is safe for concurrent use.
type Events struct {
	*awsfake.Endpoint

	failures []EntryFault
	events   []Event
}

// NewEvents makes an EventBridge without events.
func NewEvents() *Events {
	e := &Events{}
	e.Endpoint = awsfake.New(awsfake.Config{Targets: []string{"AWSEvents."}, Operations: map[string]awsfake.Operation{
		"PutEvents": awsfake.JSON(e.put),
	}})
	return e
}

// FailEntry makes the next entry fail while its request succeeds.
func (e *Events) FailEntry(f EntryFault) { e.Locked(func() { e.failures = append(e.failures, f) }) }

// All are the events, in order.
func (e *Events) All() (all []Event) {
	e.Locked(func() { all = slices.Clone(e.events) })
	return all
}

type putInput struct {
	Entries []struct {
		Event
		EventBusName string
	}
}

func (e *Events) put(_ awsfake.Call, in putInput) (any, *awsfake.Refusal) {
	if n := len(in.Entries); n == 0 || n > 10 {
		return nil, awsfake.Refuse("ValidationException", "Value at 'entries' failed to satisfy constraint: Member must have length between 1 and 10")
	}
	results, failed := []any{}, 0
	for _, entry := range in.Entries {
		fault := e.check(entry.EventBusName, entry.Event)
		if fault != nil {
			failed++
			results = append(results, map[string]string{"ErrorCode": fault.Code, "ErrorMessage": fault.Message})
			continue
		}
		e.events = append(e.events, entry.Event)
		results = append(results, map[string]string{"EventId": fmt.Sprintf("e%d", len(e.events))})
	}
	return map[string]any{"FailedEntryCount": failed, "Entries": results}, nil
}

func (e *Events) check(bus string, event Event) *EntryFault {
	var detail map[string]any
	switch {
	case len(e.failures) > 0:
		next := e.failures[0]
		e.failures = e.failures[1:]
		return &next
	case bus != Bus && !strings.HasSuffix(bus, ":event-bus/"+Bus) && bus != "default" && bus != "":
		return &EntryFault{"InvalidArgument", "Parameter EventBusName is not valid. Reason: Event bus does not exist."}
	case event.Source == "" || strings.HasPrefix(event.Source, "aws."):
		return &EntryFault{"NotAuthorizedForSourceException", "Not authorized for the source."}
	case event.DetailType == "" || len(event.DetailType) > 128:
		return &EntryFault{"InvalidArgument", "Parameter DetailType is not valid. Reason: DetailType is a required argument."}
	case json.Unmarshal([]byte(event.Detail), &detail) != nil:
		return &EntryFault{"MalformedDetail", "Detail is malformed."}
	case len(event.Detail)+len(event.DetailType)+len(event.Source) > 256<<10:
		return &EntryFault{"InvalidArgument", "Total size of the entries in the request is over the limit."}
	}
	return nil
}
