package notify

import (
	"context"
	"errors"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sns/types"

	"certloop/reconciler/api"
)

// topic is an SNS topic.
type topic struct {
	client *sns.Client
	arn    string
	from   Deployment
}

func (t topic) send(ctx context.Context, n api.Notice) *api.Error {
	this := request{to: "SNS topic " + t.arn, action: "sns:Publish"}
	out, err := t.client.Publish(ctx, &sns.PublishInput{
		TopicArn: &t.arn, Subject: aws.String(subject(n)), Message: aws.String(t.from.body(n)), MessageAttributes: attributes(n),
	})
	switch {
	case err != nil:
		return this.classify(err)
	case aws.ToString(out.MessageId) == "":
		return this.unanswered(errors.New("a response without a message ID"))
	}
	return nil
}

// attributes are what subscriptions filter by. One without a value is left out: SNS refuses it.
func attributes(n api.Notice) map[string]types.MessageAttributeValue {
	all := map[string]types.MessageAttributeValue{}
	for name, value := range map[string]string{"id": n.ID, "type": n.Type, "name": n.Name, "reason": string(n.Reason)} {
		if value = oneLine(value); value != "" {
			all[name] = types.MessageAttributeValue{DataType: aws.String("String"), StringValue: &value}
		}
	}
	return all
}
