package notify_test

import (
	"encoding/json"
	"fmt"
	"testing"

	"certloop/internal/sandbox/cloud"
	"certloop/providers/internal/awsfake"
	"certloop/providers/notify"
	"certloop/providers/notify/contract"
)

// TestContractOnTheSandboxsOwnCloud reads the messages from a subscribed queue.
func TestContractOnTheSandboxsOwnCloud(t *testing.T) {
	account, url := cloud.ForTest(t, awsfake.Region)
	m, made, seen := emulatedAt(url), 0, 0
	contract.Run(t, func(t *testing.T) contract.Subject {
		made++
		topicARN, operators := m.topic(t, fmt.Sprintf("certloop-%d", made))
		return m.subject(notify.Config{TopicARN: topicARN, EventBus: "default"}, operators, func(*testing.T) (list []contract.Event) {
			all := account.Events.All()
			for _, e := range all[seen:] {
				list = append(list, contract.Event{Source: e.Source, DetailType: e.DetailType, Resources: e.Resources, Detail: json.RawMessage(e.Detail)})
			}
			seen = len(all)
			return list
		})
	})
}
