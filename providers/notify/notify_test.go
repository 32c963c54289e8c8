package notify_test

import (
	"slices"
	"strings"
	"testing"

	"certloop/providers/internal/awsfake"
	"certloop/providers/notify"
	"certloop/providers/notify/contract"
	"certloop/providers/notify/fake"
	"certloop/reconciler/api"
)

func TestWhatIsNotConfiguredIsLeftOut(t *testing.T) {
	for sentence, c := range map[string]struct {
		change           func(*notify.Config)
		messages, events int
	}{
		"neither":    {func(c *notify.Config) { c.TopicARN, c.EventBus = "", "" }, 0, 0},
		"topic only": {func(c *notify.Config) { c.EventBus, c.Events = "", nil }, 1, 0},
		"bus only":   {func(c *notify.Config) { c.TopicARN, c.SNS = "", nil }, 0, 1},
		"a bus by its ARN": {func(c *notify.Config) {
			c.EventBus = "arn:aws:events:eu-central-1:123456789012:event-bus/" + fake.Bus
		}, 1, 1},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := serve(t)
			c.change(&s.config)
			if _, err := notify.New(s.config).Notify(t.Context(), contract.Notice(), nil); err != nil {
				t.Error(err)
			}
			if messages, events := len(s.sns.Messages()), len(s.events.All()); messages != c.messages || events != c.events {
				t.Errorf("%d messages and %d events", messages, events)
			}
		})
	}
}

func TestEveryAnswerOfSNSHasItsKind(t *testing.T) {
	for sentence, c := range map[string]struct {
		fault awsfake.Fault
		kind  api.ErrorKind
		words string
	}{
		"throttled":                 {awsfake.Fault{Status: 429, Code: "Throttled"}, api.Throttled, "throttled"},
		"throttled by KMS":          {awsfake.Fault{Code: "KMSThrottling"}, api.Throttled, "throttled"},
		"access denied":             {awsfake.Fault{Status: 403, Code: "AuthorizationError", Message: "not authorized"}, api.Terminal, "allow it sns:Publish"},
		"no such topic":             {awsfake.Fault{Status: 404, Code: "NotFound"}, api.Terminal, "does not exist"},
		"its KMS key disabled":      {awsfake.Fault{Code: "KMSDisabled", Message: "key is disabled"}, api.Terminal, "key is disabled"},
		"a refusal of its form":     {awsfake.Fault{Code: "InvalidParameter", Message: "Subject"}, api.Terminal, "Subject"},
		"an internal error":         {awsfake.Fault{Status: 500, Code: "InternalError"}, api.Transient, "did not respond"},
		"a lost request":            {awsfake.LostRequest(), api.Transient, "did not respond"},
		"a lost reply":              {awsfake.LostReply(), api.Transient, "did not respond"},
		"an answer that is no XML":  {awsfake.Fault{Body: "{}"}, api.Transient, "did not respond"},
		"credentials that have run": {awsfake.Fault{Status: 403, Code: "ExpiredToken"}, api.Transient, "did not respond"},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := serve(t)
			s.sns.Fail("Publish", -1, c.fault)
			s.config.EventBus = ""
			_, err := notify.New(s.config).Notify(t.Context(), contract.Notice(), nil)
			wantError(t, err, c.kind, c.words, fake.TopicARN)
		})
	}
}

func TestEveryAnswerOfEventBridgeHasItsKind(t *testing.T) {
	for sentence, c := range map[string]struct {
		fault awsfake.Fault
		kind  api.ErrorKind
		words string
	}{
		"throttled":               {awsfake.Throttling(), api.Throttled, "throttled"},
		"access denied":           {awsfake.Denied("events:PutEvents"), api.Terminal, "allow it events:PutEvents"},
		"no such bus":             {awsfake.Fault{Code: "ResourceNotFoundException", Message: "no bus"}, api.Terminal, "no bus"},
		"an internal error":       {awsfake.Fault{Status: 500, Code: "InternalException"}, api.Transient, "did not respond"},
		"a lost request":          {awsfake.LostRequest(), api.Transient, "did not respond"},
		"a lost reply":            {awsfake.LostReply(), api.Transient, "did not respond"},
		"an answer cut off":       {awsfake.Fault{Body: `{"Entries":[`}, api.Transient, "did not respond"},
		"an answer without entry": {awsfake.Fault{Body: `{"FailedEntryCount":0,"Entries":[]}`}, api.Transient, "did not respond"},
		"an entry without an ID":  {awsfake.Fault{Body: `{"FailedEntryCount":0,"Entries":[{}]}`}, api.Transient, "did not respond"},
		"a count without a code":  {awsfake.Fault{Body: `{"FailedEntryCount":1,"Entries":[{"EventId":"e"}]}`}, api.Transient, "did not respond"},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := serve(t)
			s.events.Fail("PutEvents", -1, c.fault)
			s.config.TopicARN = ""
			_, err := notify.New(s.config).Notify(t.Context(), contract.Notice(), nil)
			wantError(t, err, c.kind, c.words, fake.Bus)
		})
	}
}

func TestAnEntryThatFailsInARequestThatSucceedsIsAFailure(t *testing.T) {
	for code, kind := range map[string]api.ErrorKind{
		"ThrottlingException": api.Throttled, "InternalFailure": api.Transient, "InternalException": api.Transient,
		"AccessDeniedException": api.Terminal, "NotAuthorizedForSourceException": api.Terminal, "InvalidArgument": api.Terminal,
		"MalformedDetail": api.Terminal, "NotAuthorizedForDetailTypeException": api.Terminal,
	} {
		t.Run(code, func(t *testing.T) {
			s := serve(t)
			s.config.TopicARN = ""
			s.events.FailEntry(fake.EntryFault{Code: code, Message: "said"})
			n := notify.New(s.config)
			_, err := n.Notify(t.Context(), contract.Notice(), nil)
			wantError(t, err, kind, "events:PutEvents", fake.Bus)
			if _, err := n.Notify(t.Context(), contract.Notice(), nil); err != nil || len(s.events.All()) != 1 {
				t.Errorf("delivered again, %d events: %v", len(s.events.All()), err)
			}
		})
	}
}

// The kind of an error promises what happened: nothing, but for Transient.
func TestTheOneChannelIsTriedWhateverCameOfTheOther(t *testing.T) {
	denied, throttled := awsfake.Fault{Status: 403, Code: "AuthorizationError"}, awsfake.Throttling()
	for sentence, c := range map[string]struct {
		sns, events   *awsfake.Fault
		delivered     []string
		kind          api.ErrorKind
		messages, put int
	}{
		"SNS refuses":                     {&denied, nil, nil, api.Transient, 0, 1},
		"EventBridge refuses":             {nil, &throttled, nil, api.Transient, 1, 0},
		"both throttle":                   {&throttled, &throttled, nil, api.Throttled, 0, 0},
		"one refuses, one throttles":      {&denied, &throttled, nil, api.Transient, 0, 0},
		"both answer":                     {nil, nil, nil, "", 1, 1},
		"the other has taken it":          {&denied, nil, []string{notify.ChannelEventBridge}, api.Terminal, 0, 0},
		"it has taken it, and more":       {&denied, nil, []string{"SMS", notify.ChannelSNS}, "", 0, 1},
		"a channel of before accepted it": {nil, nil, []string{"SMS"}, "", 1, 1},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := serve(t)
			if c.sns != nil {
				s.sns.Fail("Publish", -1, *c.sns)
			}
			if c.events != nil {
				s.events.Fail("PutEvents", -1, *c.events)
			}
			accepted, err := notify.New(s.config).Notify(t.Context(), contract.Notice(), c.delivered)
			if api.KindOf(err) != c.kind {
				t.Errorf("kind %q, want %q: %v", api.KindOf(err), c.kind, err)
			}
			if c.sns != nil && c.kind != "" {
				wantError(t, err, c.kind, fake.TopicARN)
			}
			if c.events != nil {
				wantError(t, err, c.kind, "event bus "+fake.Bus)
			}
			if messages, events := len(s.sns.Messages()), len(s.events.All()); messages != c.messages || events != c.put {
				t.Errorf("%d messages and %d events", messages, events)
			}
			if reached := map[string]int{notify.ChannelSNS: c.messages, notify.ChannelEventBridge: c.put}; len(accepted) != c.messages+c.put ||
				slices.ContainsFunc(accepted, func(name string) bool { return reached[name] == 0 }) {
				t.Errorf("it reports that %v accepted it", accepted)
			}
		})
	}
}

func TestANoticeTakesOneCallOfEach(t *testing.T) {
	s := serve(t)
	if _, err := notify.New(s.config).Notify(t.Context(), contract.Notice(), nil); err != nil {
		t.Fatal(err)
	}
	if publish, put := s.sns.Calls("Publish"), s.events.Calls("PutEvents"); publish != 1 || put != 1 {
		t.Errorf("%d and %d calls", publish, put)
	}
}

func wantError(t *testing.T, err error, kind api.ErrorKind, parts ...string) {
	t.Helper()
	if api.KindOf(err) != kind {
		t.Errorf("kind %q, want %q: %v", api.KindOf(err), kind, err)
	}
	for _, part := range parts {
		if !strings.Contains(api.MessageOf(err), part) {
			t.Errorf("%q is not in: %s", part, api.MessageOf(err))
		}
	}
}
