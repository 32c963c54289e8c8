//go:build e2e

package e2e

import (
	"io"
	"net/http"
	"strings"
	"testing"
)

// listing is a request that lists all resources of one kind.
type listing struct {
	service, method, path string
	// target is the target header of the JSON protocols, body their body or that of the query protocol.
	target, body string
}

// listings has one for each kind of resource that the module creates and that can be listed.
var listings = map[string]listing{
	"tables":     {"dynamodb", "POST", "/", "DynamoDB_20120810.ListTables", "{}"},
	"functions":  {"lambda", "GET", "/2015-03-31/functions/", "", ""},
	"mappings":   {"lambda", "GET", "/2015-03-31/event-source-mappings/", "", ""},
	"schedules":  {"scheduler", "GET", "/schedules", "", ""},
	"queues":     {"sqs", "POST", "/", "AmazonSQS.ListQueues", "{}"},
	"topics":     {"sns", "POST", "/", "", "Action=ListTopics&Version=2010-03-31"},
	"roles":      {"iam", "POST", "/", "", "Action=ListRoles&Version=2010-05-08"},
	"log groups": {"logs", "POST", "/", "Logs_20140328.DescribeLogGroups", "{}"},
	"alarms":     {"monitoring", "POST", "/", "", "Action=DescribeAlarms&Version=2010-08-01"},
	"dashboards": {"monitoring", "POST", "/", "", "Action=ListDashboards&Version=2010-08-01"},
	"aliases":    {"kms", "POST", "/", "TrentService.ListAliases", "{}"},
}

// ours reports whether the response to the listing contains a resource of the module.
func (b *box) ours(t *testing.T, l listing) bool {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), l.method, b.URL+l.path, strings.NewReader(l.body))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=user/20260101/us-east-1/"+l.service+"/aws4_request, SignedHeaders=host, Signature=0")
	switch {
	case l.target != "":
		r.Header.Set("X-Amz-Target", l.target)
		r.Header.Set("Content-Type", "application/x-amz-json-1.0")
	case l.method == http.MethodPost:
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		t.Fatalf("%v: %s %s %v", l, resp.Status, body, err)
	}
	return strings.Contains(string(body), "certloop")
}
