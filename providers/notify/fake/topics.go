package fake

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"time"

	"certloop/providers/internal/awsfake"
)

func noTopic() *awsfake.Refusal {
	return &awsfake.Refusal{Status: 404, Code: "NotFound", Message: "Topic does not exist"}
}

func result(operation, inner string) string {
	return fmt.Sprintf(`<%[1]sResponse xmlns="http://sns.amazonaws.com/doc/2010-03-31/"><%[1]sResult>%[2]s</%[1]sResult></%[1]sResponse>`, operation, inner)
}

func (s *SNS) createTopic(c awsfake.Call) (any, *awsfake.Refusal) {
	name := c.Form.Get("Name")
	if !attributeName.MatchString(name) || strings.Contains(name, ".") {
		return nil, refuse("Topic Name")
	}
	arn := "arn:aws:sns:" + c.Region + ":" + awsfake.Account + ":" + name
	if _, known := s.topics[arn]; !known {
		s.topics[arn] = nil
	}
	return result("CreateTopic", "<TopicArn>"+arn+"</TopicArn>"), nil
}

// subscribe subscribes a queue, which needs no confirmation within an account.
func (s *SNS) subscribe(c awsfake.Call) (any, *awsfake.Refusal) {
	topic, endpoint := c.Form.Get("TopicArn"), c.Form.Get("Endpoint")
	queues, known := s.topics[topic]
	switch {
	case !known:
		return nil, noTopic()
	case c.Form.Get("Protocol") != "sqs" || !strings.HasPrefix(endpoint, "arn:aws:sqs:"):
		return nil, refuse("the fake delivers to queues only, not to %s %s", c.Form.Get("Protocol"), endpoint)
	case !slices.Contains(queues, endpoint):
		s.topics[topic] = append(queues, endpoint)
	}
	return result("Subscribe", "<SubscriptionArn>"+subscription(topic, endpoint)+"</SubscriptionArn>"), nil
}

func subscription(topic, endpoint string) string {
	return topic + ":" + endpoint[strings.LastIndex(endpoint, ":")+1:]
}

func (s *SNS) subscriptions(c awsfake.Call) (any, *awsfake.Refusal) {
	topic := c.Form.Get("TopicArn")
	queues, known := s.topics[topic]
	if !known {
		return nil, noTopic()
	}
	var b strings.Builder
	for _, queue := range queues {
		fmt.Fprintf(&b, "<member><SubscriptionArn>%s</SubscriptionArn><Protocol>sqs</Protocol><Endpoint>%s</Endpoint><TopicArn>%s</TopicArn><Owner>%s</Owner></member>",
			subscription(topic, queue), queue, topic, awsfake.Account)
	}
	return result("ListSubscriptionsByTopic", "<Subscriptions>"+b.String()+"</Subscriptions>"), nil
}

// deliver sends a message to every subscribed queue, in the envelope of SNS (Developer Guide, "Amazon SNS message format").
func (s *SNS) deliver(topic, id string, m Message) {
	if s.Deliver == nil {
		return
	}
	attributes := map[string]any{}
	for name, value := range m.Attributes {
		attributes[name] = map[string]string{"Type": "String", "Value": value}
	}
	body, _ := json.Marshal(map[string]any{"Type": "Notification", "MessageId": id, "TopicArn": topic, "Subject": m.Subject, "Message": m.Body,
		"Timestamp": time.Now().UTC().Format("2006-01-02T15:04:05.000Z"), "MessageAttributes": attributes})
	for _, queue := range s.topics[topic] {
		s.Deliver(queue, string(body))
	}
}
