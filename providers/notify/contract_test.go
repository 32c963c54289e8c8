package notify_test

import (
	"encoding/json"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	"github.com/aws/aws-sdk-go-v2/service/sns"

	"certloop/providers/internal/awsfake"
	"certloop/providers/notify"
	"certloop/providers/notify/contract"
	"certloop/providers/notify/fake"
)

// services are the fakes and a configuration that reaches them.
type services struct {
	sns    *fake.SNS
	events *fake.Events
	config notify.Config
}

func serve(t *testing.T) services {
	t.Helper()
	s := services{sns: fake.NewSNS(), events: fake.NewEvents()}
	s.config = notify.Config{
		SNS: sns.NewFromConfig(awsfake.Serve(t, s.sns)), TopicARN: fake.TopicARN,
		Events: eventbridge.NewFromConfig(awsfake.Serve(t, s.events)), EventBus: fake.Bus,
		From: notify.Deployment{Account: "123456789012", Region: "eu-central-1", Table: "certloop", DocsURL: "https://docs.example.com/certloop"},
	}
	return s
}

func TestContractOnTheFakes(t *testing.T) {
	contract.Run(t, func(t *testing.T) contract.Subject {
		s := serve(t)
		elsewhere := s.config
		elsewhere.TopicARN += "-not"
		var messages, events int
		return contract.Subject{
			Notifier: notify.New(s.config), NoTopic: notify.New(elsewhere),
			Messages: func(*testing.T) (list []contract.Message) {
				all := s.sns.Messages()
				for _, m := range all[messages:] {
					list = append(list, contract.Message(m))
				}
				messages = len(all)
				return list
			},
			Events: func(*testing.T) (list []contract.Event) {
				all := s.events.All()
				for _, e := range all[events:] {
					list = append(list, contract.Event{Source: e.Source, DetailType: e.DetailType, Resources: e.Resources,
						Detail: json.RawMessage(e.Detail)})
				}
				events = len(all)
				return list
			},
		}
	})
}
