package cloud

import (
	"context"
	"errors"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/cloudwatch"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"
	"github.com/aws/smithy-go"

	"certloop/internal/sandbox/dnsserver"
	acmfake "certloop/providers/acm/fake"
)

func configFor(url string) aws.Config {
	return aws.Config{Region: "us-east-1", BaseEndpoint: &url, Credentials: credentials.NewStaticCredentialsProvider("key", "secret", ""),
		Retryer: func() aws.Retryer { return aws.NopRetryer{} }}
}

func TestCloud_RefusesWhatItDoesNotHave(t *testing.T) {
	_, url := ForTest(t, "us-east-1")
	if _, err := cloudwatch.NewFromConfig(configFor(url)).DescribeAlarms(t.Context(), &cloudwatch.DescribeAlarmsInput{}); err == nil {
		t.Error("a service that is not there answered")
	}
	_, err := lambda.NewFromConfig(configFor(url)).GetFunctionConfiguration(t.Context(), &lambda.GetFunctionConfigurationInput{FunctionName: aws.String("certloop")})
	var refused smithy.APIError
	if !errors.As(err, &refused) || refused.ErrorCode() != "ResourceNotFoundException" || !strings.HasSuffix(refused.ErrorMessage(), ": certloop") {
		t.Errorf("a function that was not deployed: %v", err)
	}
}

// A CA must not see a change before Route 53 says INSYNC, and must see it then.
func TestDNS_ServesAChangeWhenItIsInSync(t *testing.T) {
	const after = 300 * time.Millisecond
	account := New(Config{Region: "us-east-1", ACM: acmfake.New(acmfake.Config{}), SyncAfter: after})
	server := httptest.NewServer(account)
	defer server.Close()
	dns, err := dnsserver.StartHosted(account.Route53)
	if err != nil {
		t.Fatal(err)
	}
	defer dns.Close()
	client := route53.NewFromConfig(configFor(server.URL))
	zone, err := client.CreateHostedZone(t.Context(), &route53.CreateHostedZoneInput{Name: aws.String("example.com"), CallerReference: aws.String("1")})
	if err != nil {
		t.Fatal(err)
	}
	began := time.Now()
	changed, err := client.ChangeResourceRecordSets(t.Context(), &route53.ChangeResourceRecordSetsInput{HostedZoneId: zone.HostedZone.Id,
		ChangeBatch: &types.ChangeBatch{Changes: []types.Change{{Action: types.ChangeActionCreate, ResourceRecordSet: &types.ResourceRecordSet{
			Name: aws.String("a.b.example.com"), Type: types.RRTypeTxt, TTL: aws.Int64(60), ResourceRecords: []types.ResourceRecord{{Value: aws.String(`"v"`)}}}}}}})
	if err != nil {
		t.Fatal(err)
	}
	seen := func() bool {
		r := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return new(net.Dialer).DialContext(ctx, "udp", dns.Addr)
		}}
		values, err := r.LookupTXT(t.Context(), "a.b.example.com")
		return err == nil && len(values) == 1 && values[0] == "v"
	}
	if seen() && time.Since(began) < after {
		t.Error("the value is served before it is in sync")
	}
	time.Sleep(time.Until(began.Add(after + 50*time.Millisecond)))
	got, err := client.GetChange(t.Context(), &route53.GetChangeInput{Id: changed.ChangeInfo.Id})
	if err != nil || got.ChangeInfo.Status != types.ChangeStatusInsync || !seen() {
		t.Errorf("after %s the change is %+v, %v, and served: %v", after, got, err, seen())
	}
}
