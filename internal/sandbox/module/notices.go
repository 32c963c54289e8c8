package module

import (
	"context"
	"net/url"
)

const snsVersion = "2010-03-31"

// makeTopic makes the topic of notices and alarms. Its subscriber is an address, as with notifications.emails.
func (d *Deployment) makeTopic(ctx context.Context) error {
	d.TopicARN = d.arn("sns", Name)
	if err := d.aws.query(ctx, "sns", snsVersion, "CreateTopic", url.Values{"Name": {Name}}); err != nil {
		return err
	}
	return d.Subscribe(ctx, "email", d.Email)
}

// Subscribe subscribes an endpoint to the topic.
func (d *Deployment) Subscribe(ctx context.Context, protocol, endpoint string) error {
	return d.aws.query(ctx, "sns", snsVersion, "Subscribe",
		url.Values{"TopicArn": {d.TopicARN}, "Protocol": {protocol}, "Endpoint": {endpoint}})
}
