package iam

import (
	"fmt"
	"maps"
	"slices"
	"strings"
)

// Account says what the requests of one account refer to.
type Account struct {
	ID string
	// Tags are those of a certificate, by region and ARN; nil: there is no such certificate.
	Tags func(region, arn string) map[string]string
	// Secrets finds the ARN of a secret by its name; empty: there is none.
	Secret func(name string) string
}

// Requests are what IAM decides about a call: one request per action and resource that the call needs. Which these are
// is said by the Service Authorization Reference, one page a service:
// https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html
func (a Account) Requests(c Call) ([]Request, error) {
	of := map[string]func(Account, Call) ([]Request, error){
		"dynamodb": Account.dynamoDB, "sqs": Account.sqs, "kms": Account.kms, "secretsmanager": Account.secretsManager,
		"acm": Account.acm, "tagging": Account.tagging, "route53": Account.route53, "sts": Account.sts, "sns": Account.sns,
		"events": Account.events,
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

// dynamoDB: list_amazondynamodb.html. A transaction needs the rights of its parts
// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/transaction-apis-iam.html), and a query of an index
// one on the index.
func (a Account) dynamoDB(c Call) ([]Request, error) {
	one := func(action string, in map[string]any) Request {
		table, _ := in["TableName"].(string)
		resource := a.arn(c, "dynamodb", "table/"+table)
		if index, ok := in["IndexName"].(string); ok {
			resource += "/index/" + index
		}
		return Request{Action: "dynamodb:" + action, Resource: resource}
	}
	switch c.Operation {
	case "Query", "Scan", "GetItem", "PutItem", "UpdateItem", "DeleteItem":
		return []Request{one(c.Operation, c.JSON)}, nil
	case "TransactWriteItems":
		return transaction(c, one)
	}
	return nil, nil
}

func transaction(c Call, one func(string, map[string]any) Request) (all []Request, err error) {
	actions := map[string]string{"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "ConditionCheck": "ConditionCheckItem"}
	for _, part := range c.objects("TransactItems") {
		for kind, in := range part {
			object, ok := in.(map[string]any)
			if actions[kind] == "" || !ok {
				return nil, fmt.Errorf("the part %s of a transaction is not known", kind)
			}
			all = append(all, one(actions[kind], object))
		}
	}
	return all, nil
}

// sqs: list_amazonsqs.html. SendMessageBatch is allowed by SendMessage.
func (a Account) sqs(c Call) ([]Request, error) {
	action := map[string]string{"SendMessage": "SendMessage", "SendMessageBatch": "SendMessage"}[c.Operation]
	if action == "" {
		return nil, nil
	}
	url := c.text("QueueUrl")
	return []Request{{Action: "sqs:" + action, Resource: a.arn(c, "sqs", url[strings.LastIndex(url, "/")+1:])}}, nil
}

// kms: list_awskeymanagementservice.html. An alias is no resource of these actions: the key that it names is.
func (a Account) kms(c Call) ([]Request, error) {
	key := c.text("KeyId")
	if c.Operation != "Encrypt" && c.Operation != "Decrypt" {
		return nil, nil
	}
	if !strings.HasPrefix(key, "arn:") {
		return nil, fmt.Errorf("the key %q is named in a way that is not known", key)
	}
	r := Request{Action: "kms:" + c.Operation, Resource: key, Context: map[string][]string{"kms:CallerAccount": {a.ID}}}
	pairs, _ := c.JSON["EncryptionContext"].(map[string]any)
	for name, value := range pairs {
		r.Context["kms:EncryptionContext:"+name] = []string{fmt.Sprint(value)}
	}
	if len(pairs) > 0 {
		r.Context["kms:EncryptionContextKeys"] = slices.Sorted(maps.Keys(pairs))
	}
	return []Request{r}, nil
}

// secretsManager: list_awssecretsmanager.html. The ARN of a secret ends in six characters that are not known before it
// is made.
func (a Account) secretsManager(c Call) ([]Request, error) {
	switch c.Operation {
	case "CreateSecret":
		r := Request{Action: "secretsmanager:CreateSecret", Resource: a.arn(c, "secretsmanager", "secret:"+c.text("Name")+"-??????"),
			Context: map[string][]string{"secretsmanager:Name": {c.text("Name")}}}
		if len(c.tags()) > 0 {
			return nil, fmt.Errorf("tags on a secret are not known: they need secretsmanager:TagResource")
		}
		return []Request{r}, nil
	case "GetSecretValue":
		arn := c.text("SecretId")
		if !strings.HasPrefix(arn, "arn:") {
			if arn = a.Secret(arn); arn == "" {
				arn = a.arn(c, "secretsmanager", "secret:"+c.text("SecretId")+"-??????")
			}
		}
		return []Request{{Action: "secretsmanager:GetSecretValue", Resource: arn}}, nil
	}
	return nil, nil
}

// acm: list_awscertificatemanager.html. An import with tags needs AddTagsToCertificate too; a certificate that is not
// there yet has no ARN but that of its place.
func (a Account) acm(c Call) ([]Request, error) {
	arn := c.text("CertificateArn")
	switch c.Operation {
	case "ListCertificates":
		return []Request{{Action: "acm:ListCertificates", Resource: "*"}}, nil
	case "ImportCertificate":
		all := []Request{a.certificate(c, "ImportCertificate", arn)}
		if len(c.tags()) > 0 {
			all = append(all, a.certificate(c, "AddTagsToCertificate", arn))
		}
		return all, nil
	case "DescribeCertificate", "GetCertificate", "DeleteCertificate", "ListTagsForCertificate", "AddTagsToCertificate",
		"RemoveTagsFromCertificate":
		return []Request{a.certificate(c, c.Operation, arn)}, nil
	}
	return nil, nil
}

func (a Account) certificate(c Call, action, arn string) Request {
	r := Request{Action: "acm:" + action, Resource: arn, Context: map[string][]string{}}
	if arn == "" {
		r.Resource = a.arn(c, "acm", "certificate/*")
	} else {
		for key, value := range a.Tags(c.Region, arn) {
			r.Context["aws:ResourceTag/"+key] = []string{value}
		}
	}
	for key, value := range c.tags() {
		r.Context["aws:RequestTag/"+key] = []string{value}
		r.Context["aws:TagKeys"] = append(r.Context["aws:TagKeys"], key)
	}
	return r
}

// tagging: list_amazonresourcegrouptaggingapi.html.
func (a Account) tagging(c Call) ([]Request, error) {
	if c.Operation != "GetResources" {
		return nil, nil
	}
	return []Request{{Action: "tag:GetResources", Resource: "*"}}, nil
}

// route53: list_amazonroute53.html, and for the condition keys
// https://docs.aws.amazon.com/Route53/latest/DeveloperGuide/specifying-conditions-route53.html.
func (a Account) route53(c Call) ([]Request, error) {
	r := Request{Action: "route53:" + c.Operation, Resource: "*", Context: map[string][]string{}}
	switch c.Operation {
	case "ListHostedZonesByName":
		return []Request{r}, nil
	case "GetChange":
		r.Resource = "arn:aws:route53:::change/" + c.ID
		return []Request{r}, nil
	case "GetHostedZone", "ListResourceRecordSets", "ChangeResourceRecordSets":
		r.Resource = "arn:aws:route53:::hostedzone/" + c.ID
	default:
		return nil, nil
	}
	const key = "route53:ChangeResourceRecordSets"
	for _, change := range c.Batch.Changes {
		for name, value := range map[string]string{"Actions": change.Action, "RecordTypes": change.Type, "NormalizedRecordNames": normalized(change.Name)} {
			r.Context[key+name] = distinct(append(r.Context[key+name], value))
		}
	}
	return []Request{r}, nil
}

// normalized is a record's name as conditions see it: lower case, no dot at its end, other characters in octal.
func normalized(name string) string {
	var out strings.Builder
	for _, b := range []byte(strings.ToLower(strings.TrimSuffix(name, "."))) {
		switch {
		case b >= 'a' && b <= 'z', b >= '0' && b <= '9', b == '-', b == '_', b == '.', b == '\\':
			out.WriteByte(b)
		default:
			fmt.Fprintf(&out, `\%03o`, b)
		}
	}
	return out.String()
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

// events: list_amazoneventbridge.html. Each entry names a bus; none: the default one.
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
		all = append(all, Request{Action: "events:PutEvents", Resource: bus})
	}
	return all, nil
}
