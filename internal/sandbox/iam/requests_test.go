package iam

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

var testAccount = Account{
	ID: "123456789012",
	Tags: func(_, arn string) map[string]string {
		if strings.HasSuffix(arn, "/ours") {
			return map[string]string{"certloop:owner": "us"}
		}
		return nil
	},
	Secret: func(name string) string {
		if name == "there" {
			return "arn:aws:secretsmanager:eu-west-1:123456789012:secret:there-AbCdEf"
		}
		return ""
	},
}

// call returns a request as the SDK sends it.
func call(service, method, path, target, body string) *http.Request {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=role/20260101/eu-west-1/"+service+"/aws4_request, SignedHeaders=host, Signature=0")
	if target != "" {
		r.Header.Set("X-Amz-Target", target)
	} else if method == http.MethodPost && path == "/" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	return r
}

func TestRequests_OfACall(t *testing.T) {
	const (
		in   = ":eu-west-1:123456789012:"
		zone = "arn:aws:route53:::hostedzone/Z1"
		is   = "route53:ChangeResourceRecordSets"
	)
	for sentence, c := range map[string]struct {
		request *http.Request
		want    []string
	}{
		"a query": {call("dynamodb", "POST", "/", "DynamoDB_20120810.Query", `{"TableName":"t"}`), []string{"dynamodb:Query on arn:aws:dynamodb" + in + "table/t"}},
		"a query of an index": {call("dynamodb", "POST", "/", "DynamoDB_20120810.Query", `{"TableName":"t","IndexName":"due"}`),
			[]string{"dynamodb:Query on arn:aws:dynamodb" + in + "table/t/index/due"}},
		"a transaction": {call("dynamodb", "POST", "/", "DynamoDB_20120810.TransactWriteItems",
			`{"TransactItems":[{"Put":{"TableName":"t"}},{"ConditionCheck":{"TableName":"u"}}]}`),
			[]string{"dynamodb:PutItem on arn:aws:dynamodb" + in + "table/t", "dynamodb:ConditionCheckItem on arn:aws:dynamodb" + in + "table/u"}},
		"a transaction that reads": {call("dynamodb", "POST", "/", "DynamoDB_20120810.TransactGetItems",
			`{"TransactItems":[{"Get":{"TableName":"t"}},{"Get":{"TableName":"u"}}]}`),
			[]string{"dynamodb:GetItem on arn:aws:dynamodb" + in + "table/t", "dynamodb:GetItem on arn:aws:dynamodb" + in + "table/u"}},
		"an invocation":                   {call("lambda", "POST", "/2015-03-31/functions/f/invocations", "", `{}`), []string{"lambda:InvokeFunction on arn:aws:lambda" + in + "function:f"}},
		"a description of load balancers": {call("elasticloadbalancing", "POST", "/", "", "Action=DescribeLoadBalancers&Version=2015-12-01"), []string{"elasticloadbalancing:DescribeLoadBalancers on *"}},
		"a description of a distribution": {call("cloudfront", "GET", "/2020-05-31/distribution/E1", "", ""), []string{"cloudfront:GetDistribution on arn:aws:cloudfront::123456789012:distribution/E1"}},
		"a listing of domain names":       {call("apigateway", "GET", "/domainnames?limit=500", "", ""), []string{"apigateway:GET on arn:aws:apigateway:eu-west-1::/domainnames"}},
		"a batch of messages": {call("sqs", "POST", "/", "AmazonSQS.SendMessageBatch", `{"QueueUrl":"http://x/123456789012/q"}`),
			[]string{"sqs:SendMessage on arn:aws:sqs" + in + "q"}},
		"sealing": {call("kms", "POST", "/", "TrentService.Encrypt", `{"KeyId":"arn:aws:kms:k","EncryptionContext":{"certloop:record":"www"}}`),
			[]string{"kms:Encrypt on arn:aws:kms:k kms:CallerAccount=123456789012 kms:EncryptionContext:certloop:record=www kms:EncryptionContextKeys=certloop:record"}},
		"a new secret": {call("secretsmanager", "POST", "/", "secretsmanager.CreateSecret", `{"Name":"p/a"}`),
			[]string{"secretsmanager:CreateSecret on arn:aws:secretsmanager" + in + "secret:p/a-?????? secretsmanager:Name=p/a"}},
		"a secret by name": {call("secretsmanager", "POST", "/", "secretsmanager.GetSecretValue", `{"SecretId":"there"}`),
			[]string{"secretsmanager:GetSecretValue on arn:aws:secretsmanager" + in + "secret:there-AbCdEf"}},
		"a secret that does not exist": {call("secretsmanager", "POST", "/", "secretsmanager.GetSecretValue", `{"SecretId":"missing"}`),
			[]string{"secretsmanager:GetSecretValue on arn:aws:secretsmanager" + in + "secret:missing-??????"}},
		"a first import with tags": {call("acm", "POST", "/", "CertificateManager.ImportCertificate", `{"Tags":[{"Key":"a","Value":"1"}]}`),
			[]string{"acm:ImportCertificate on arn:aws:acm" + in + "certificate/* aws:RequestTag/a=1 aws:TagKeys=a",
				"acm:AddTagsToCertificate on arn:aws:acm" + in + "certificate/* aws:RequestTag/a=1 aws:TagKeys=a"}},
		"a re-import": {call("acm", "POST", "/", "CertificateManager.ImportCertificate", `{"CertificateArn":"arn:x/ours"}`),
			[]string{"acm:ImportCertificate on arn:x/ours aws:ResourceTag/certloop:owner=us"}},
		"a listing":       {call("acm", "POST", "/", "CertificateManager.ListCertificates", `{}`), []string{"acm:ListCertificates on *"}},
		"a search by tag": {call("tagging", "POST", "/", "ResourceGroupsTaggingAPI_20170126.GetResources", `{}`), []string{"tag:GetResources on *"}},
		"a change of a zone": {call("route53", "POST", "/2013-04-01/hostedzone/Z1/rrset/", "", `<ChangeResourceRecordSetsRequest xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><ChangeBatch><Changes>`+
			`<Change><Action>DELETE</Action><ResourceRecordSet><Name>_ACME-challenge.B.</Name><Type>TXT</Type></ResourceRecordSet></Change>`+
			`<Change><Action>CREATE</Action><ResourceRecordSet><Name>*.a</Name><Type>TXT</Type></ResourceRecordSet></Change></Changes></ChangeBatch></ChangeResourceRecordSetsRequest>`),
			[]string{is + " on " + zone + " " + is + "Actions=CREATE,DELETE " + is + `NormalizedRecordNames=\052.a,_acme-challenge.b ` + is + "RecordTypes=TXT"}},
		"reading a zone":          {call("route53", "GET", "/2013-04-01/hostedzone/Z1", "", ""), []string{"route53:GetHostedZone on " + zone}},
		"reading its records":     {call("route53", "GET", "/2013-04-01/hostedzone/Z1/rrset", "", ""), []string{"route53:ListResourceRecordSets on " + zone}},
		"the zones by name":       {call("route53", "GET", "/2013-04-01/hostedzonesbyname", "", ""), []string{"route53:ListHostedZonesByName on *"}},
		"a change":                {call("route53", "GET", "/2013-04-01/change/C1", "", ""), []string{"route53:GetChange on arn:aws:route53:::change/C1"}},
		"a role":                  {call("sts", "POST", "/", "", "Action=AssumeRole&RoleArn=arn:r"), []string{"sts:AssumeRole on arn:r"}},
		"a notice to SNS":         {call("sns", "POST", "/", "", "Action=Publish&TopicArn=arn:t"), []string{"sns:Publish on arn:t"}},
		"events on several buses": {call("events", "POST", "/", "AWSEvents.PutEvents", `{"Entries":[{},{"EventBusName":"b"},{"EventBusName":"arn:b"}]}`), []string{"events:PutEvents on arn:aws:events" + in + "event-bus/default", "events:PutEvents on arn:aws:events" + in + "event-bus/b", "events:PutEvents on arn:b"}},
		"another service":         {call("s3", "GET", "/x", "", ""), nil},
		"another action":          {call("kms", "POST", "/", "TrentService.CreateKey", `{}`), nil},
		"another table's action":  {call("dynamodb", "POST", "/", "DynamoDB_20120810.BatchWriteItem", `{}`), nil},
		"another zone's action":   {call("route53", "DELETE", "/2013-04-01/hostedzone/Z1", "", ""), nil},
	} {
		t.Run(sentence, func(t *testing.T) {
			got, err := read(c.request)
			if (err != nil) != (c.want == nil) {
				t.Fatalf("error %v", err)
			}
			if fmt.Sprint(got) != fmt.Sprint(c.want) {
				t.Errorf("got\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(c.want, "\n"))
			}
		})
	}
}

// TestRequests_TheLeadingKeysOfACall: dynamodb:LeadingKeys holds all partition keys of a call.
func TestRequests_TheLeadingKeysOfACall(t *testing.T) {
	const is = "dynamodb:LeadingKeys="
	for sentence, c := range map[string]struct{ action, body, want string }{
		"an item that is written":            {"PutItem", `{"TableName":"t","Item":{"name":{"S":"a"}}}`, is + "a"},
		"an item that is read":               {"GetItem", `{"TableName":"t","Key":{"name":{"S":"status#a"}}}`, is + "status#a"},
		"a query":                            {"Query", `{"TableName":"t","KeyConditionExpression":"#n = :n AND kind = :k","ExpressionAttributeValues":{":n":{"S":"a"},":k":{"S":"b"}}}`, is + "a"},
		"a batch that writes":                {"BatchWriteItem", `{"RequestItems":{"t":[{"PutRequest":{"Item":{"name":{"S":"a"}}}},{"DeleteRequest":{"Key":{"name":{"S":"status#a"}}}}]}}`, is + "a,status#a"},
		"a batch that reads":                 {"BatchGetItem", `{"RequestItems":{"t":{"Keys":[{"name":{"S":"b"}},{"name":{"S":"a"}}]}}}`, is + "a,b"},
		"a transaction's part":               {"TransactWriteItems", `{"TransactItems":[{"Delete":{"TableName":"t","Key":{"name":{"S":"a"}}}}]}`, is + "a"},
		"a scan has none":                    {"Scan", `{"TableName":"t"}`, ""},
		"a table has none":                   {"DescribeTable", `{"TableName":"t"}`, ""},
		"a query with another key condition": {"Query", `{"TableName":"t","KeyConditionExpression":"begins_with(#n, :n)"}`, "error"},
		"a key that is not a string":         {"PutItem", `{"TableName":"t","Item":{"name":{"N":"1"}}}`, "error"},
	} {
		account := testAccount
		account.PartitionKey = "name"
		got, err := readOf(account, call("dynamodb", "POST", "/", "DynamoDB_20120810."+c.action, c.body))
		if c.want == "error" {
			if err == nil {
				t.Errorf("%s: got %v, want an error", sentence, got)
			}
			continue
		}
		if err != nil || len(got) != 1 || !strings.HasSuffix(got[0], strings.TrimSpace("table/t "+c.want)) {
			t.Errorf("%s: got %v, want %s: %v", sentence, got, c.want, err)
		}
	}
}

func read(r *http.Request) ([]string, error) { return readOf(testAccount, r) }

func readOf(account Account, r *http.Request) (all []string, err error) {
	c, err := Read(r)
	if err != nil {
		return nil, err
	}
	requests, err := account.Requests(c)
	for _, request := range requests {
		delete(request.Context, "aws:SecureTransport")
		all = append(all, request.String())
	}
	return all, err
}

func TestGuard_PassesOnWhatIsAllowed(t *testing.T) {
	policies := one(t, `{"Effect":"Allow","Action":"sns:Publish","Resource":"arn:t"}`)
	g := &Guard{AccessKey: "role", Account: testAccount, Policies: func() ([]Policy, error) { return policies, nil }}
	h := g.Intercept(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusTeapot) }))
	serve := func(r *http.Request) *httptest.ResponseRecorder {
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	user := call("sns", "POST", "/", "", "Action=Publish&TopicArn=arn:other")
	user.Header.Set("Authorization", strings.Replace(user.Header.Get("Authorization"), "role/", "user/", 1))
	for sentence, c := range map[string]struct {
		request *http.Request
		status  int
		body    string
	}{
		"what is allowed":     {call("sns", "POST", "/", "", "Action=Publish&TopicArn=arn:t"), http.StatusTeapot, ""},
		"a request of others": {user, http.StatusTeapot, ""},
		"a denial in XML":     {call("sns", "POST", "/", "", "Action=Publish&TopicArn=arn:other"), http.StatusForbidden, "<Code>AccessDenied</Code>"},
		"a denial in JSON":    {call("kms", "POST", "/", "TrentService.Encrypt", `{"KeyId":"arn:k"}`), http.StatusBadRequest, `"__type":"AccessDeniedException"`},
		"an unknown service":  {call("s3", "GET", "/x", "", ""), http.StatusNotImplemented, "not known"},
	} {
		if w := serve(c.request); w.Code != c.status || !strings.Contains(w.Body.String(), c.body) {
			t.Errorf("%s: %d %s", sentence, w.Code, w.Body)
		}
	}
	if n, denied, problems := len(g.Requests()), len(g.Denied()), len(g.Problems()); n != 3 || denied != 2 || problems != 1 {
		t.Errorf("%d requests, %d denied, %d problems, want 3, 2, 1", n, denied, problems)
	}
}
