package iam

import (
	"fmt"
	"strings"
)

// Account describes what the requests of one account refer to.
type Account struct {
	ID string
	// Tags returns the tags of a certificate by region and ARN, or nil if there is no such certificate.
	Tags func(region, arn string) map[string]string
	// Secret returns the ARN of a secret by its name, or "".
	Secret func(name string) string
	// PartitionKey is the partition key of the account's tables, for dynamodb:LeadingKeys. If it is empty, requests
	// have no such key.
	PartitionKey string
}

// Requests returns what IAM decides about a call: one request per action and resource that the call needs, with the
// condition keys of both. The source is the Service Authorization Reference; the pages in the comments below are under
// https://docs.aws.amazon.com/service-authorization/latest/reference/.
func (a Account) Requests(c Call) ([]Request, error) {
	of := map[string]func(Account, Call) ([]Request, error){
		"dynamodb": Account.dynamoDB, "sqs": Account.sqs, "kms": Account.kms, "secretsmanager": Account.secretsManager,
		"acm": Account.acm, "tagging": Account.tagging, "route53": Account.route53, "sts": Account.sts, "sns": Account.sns,
		"events": Account.events, "lambda": Account.lambda,
		"elasticloadbalancing": Account.balancers, "cloudfront": Account.cloudFront, "apigateway": Account.apiGateway,
	}[c.Service]
	if of == nil {
		return nil, fmt.Errorf("the service %q is not known", c.Service)
	}
	requests, err := of(a, c)
	if err == nil && len(requests) == 0 {
		err = fmt.Errorf("%s:%s is not known", c.Service, c.Operation)
	}
	for i := range requests {
		if requests[i].Context == nil {
			requests[i].Context = map[string][]string{}
		}
		requests[i].Context["aws:SecureTransport"] = []string{"true"}
	}
	return requests, err
}

func (a Account) arn(c Call, service, resource string) string {
	return "arn:aws:" + service + ":" + c.Region + ":" + a.ID + ":" + resource
}

// sqs: list_amazonsqs.html. SendMessage covers SendMessageBatch.
func (a Account) sqs(c Call) ([]Request, error) {
	action := map[string]string{"SendMessage": "SendMessage", "SendMessageBatch": "SendMessage"}[c.Operation]
	if action == "" {
		return nil, nil
	}
	url := c.text("QueueUrl")
	return []Request{{Action: "sqs:" + action, Resource: a.arn(c, "sqs", url[strings.LastIndex(url, "/")+1:])}}, nil
}

// lambda: list_awslambda.html.
func (a Account) lambda(c Call) ([]Request, error) {
	if c.Operation != "Invoke" {
		return nil, nil
	}
	return []Request{{Action: "lambda:InvokeFunction", Resource: a.arn(c, "lambda", "function:"+c.ID)}}, nil
}

// sts: list_awssecuritytokenservice.html.
func (a Account) sts(c Call) ([]Request, error) {
	if c.Operation != "AssumeRole" {
		return nil, nil
	}
	return []Request{{Action: "sts:AssumeRole", Resource: c.Form.Get("RoleArn")}}, nil
}

// sns: list_amazonsns.html.
func (a Account) sns(c Call) ([]Request, error) {
	if c.Operation != "Publish" {
		return nil, nil
	}
	return []Request{{Action: "sns:Publish", Resource: c.Form.Get("TopicArn")}}, nil
}

// events: list_amazoneventbridge.html. Each entry has a bus; without one it is the default bus.
func (a Account) events(c Call) (all []Request, err error) {
	if c.Operation != "PutEvents" {
		return nil, nil
	}
	for _, entry := range c.objects("Entries") {
		bus, _ := entry["EventBusName"].(string)
		if bus == "" {
			bus = "default"
		}
		if !strings.HasPrefix(bus, "arn:") {
			bus = a.arn(c, "events", "event-bus/"+bus)
		}
		r := Request{Action: "events:PutEvents", Resource: bus, Context: map[string][]string{}}
		if source, ok := entry["Source"].(string); ok {
			r.Context["events:source"] = []string{source}
		}
		all = append(all, r)
	}
	return all, nil
}
