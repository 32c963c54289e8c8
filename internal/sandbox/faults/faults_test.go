package faults

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/eventbridge"
	eventtypes "github.com/aws/aws-sdk-go-v2/service/eventbridge/types"
	"github.com/aws/aws-sdk-go-v2/service/kms"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sns"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sts"
	"github.com/aws/smithy-go"

	"certloop/internal/sandbox/cloud"
	acmfake "certloop/providers/acm/fake"
)

// serve starts an account behind the faults, and returns it with the configuration of its clients, which never retry.
func serve(t *testing.T, c Config) (*cloud.Cloud, aws.Config) {
	t.Helper()
	account := cloud.New(cloud.Config{Region: "us-east-1", ACM: acmfake.New(acmfake.Config{})})
	server := httptest.NewServer(c.Intercept(account))
	t.Cleanup(server.Close)
	return account, aws.Config{Region: "us-east-1", BaseEndpoint: aws.String(server.URL),
		Credentials: credentials.NewStaticCredentialsProvider("key", "secret", ""),
		Retryer:     func() aws.Retryer { return aws.NopRetryer{} }}
}

// calls has one call of every service.
func calls(t *testing.T, c aws.Config) map[string]func() error {
	ctx := t.Context()
	return map[string]func() error{
		"acm": func() error {
			_, err := acm.NewFromConfig(c).ListCertificates(ctx, &acm.ListCertificatesInput{})
			return err
		},
		"dynamodb": func() error {
			_, err := dynamodb.NewFromConfig(c).DescribeTable(ctx, &dynamodb.DescribeTableInput{TableName: aws.String("certloop")})
			return err
		},
		"events": func() error {
			_, err := eventbridge.NewFromConfig(c).PutEvents(ctx, &eventbridge.PutEventsInput{Entries: []eventtypes.PutEventsRequestEntry{{Source: aws.String("test")}}})
			return err
		},
		"kms": func() error {
			_, err := kms.NewFromConfig(c).CreateKey(ctx, &kms.CreateKeyInput{})
			return err
		},
		"route53": func() error {
			_, err := route53.NewFromConfig(c).GetHostedZone(ctx, &route53.GetHostedZoneInput{Id: aws.String("Z1")})
			return err
		},
		"secretsmanager": func() error {
			_, err := secretsmanager.NewFromConfig(c).CreateSecret(ctx, &secretsmanager.CreateSecretInput{Name: aws.String("name"), SecretString: aws.String("value")})
			return err
		},
		"sns": func() error {
			_, err := sns.NewFromConfig(c).CreateTopic(ctx, &sns.CreateTopicInput{Name: aws.String("name")})
			return err
		},
		"sqs": func() error {
			_, err := sqs.NewFromConfig(c).CreateQueue(ctx, &sqs.CreateQueueInput{QueueName: aws.String("name")})
			return err
		},
		"sts": func() error {
			_, err := sts.NewFromConfig(c).AssumeRole(ctx, &sts.AssumeRoleInput{RoleArn: aws.String("arn:aws:iam::222222222222:role/r"), RoleSessionName: aws.String("session")})
			return err
		},
	}
}

func TestThrottled_EverySDKClientRetriesIt(t *testing.T) {
	_, c := serve(t, Config{Share: 1, Kinds: []Kind{Throttled}})
	for service, call := range calls(t, c) {
		err := call()
		var refused smithy.APIError
		if !errors.As(err, &refused) || retry.NewStandard().IsErrorRetryable(err) != true {
			t.Errorf("%s: %v is not retried", service, err)
		}
		if throttled := (retry.ThrottleErrorCode{Codes: retry.DefaultThrottleErrorCodes}); throttled.IsErrorThrottle(err) != aws.TrueTernary {
			t.Errorf("%s: %v is not throttling for the SDK", service, err)
		}
	}
}

func TestServerErrors_EverySDKClientRetriesThem(t *testing.T) {
	for _, kind := range []Kind{Unavailable, Failed, LostRequest, LostReply} {
		_, c := serve(t, Config{Share: 1, Kinds: []Kind{kind}})
		for service, call := range calls(t, c) {
			if err := call(); err == nil || !retry.NewStandard().IsErrorRetryable(err) {
				t.Errorf("%s, %s: %v is not retried", service, kind, err)
			}
		}
	}
}

func TestEffect_IsThereAfterALostReplyAndNotAfterALostRequest(t *testing.T) {
	for kind, want := range map[Kind]bool{Throttled: false, Unavailable: false, LostRequest: false, Failed: true, LostReply: true} {
		account, c := serve(t, Config{Share: 1, Kinds: []Kind{kind}})
		if err := calls(t, c)["secretsmanager"](); err == nil {
			t.Errorf("%s: no error", kind)
		}
		if got := len(account.Secrets.All()) == 1; got != want {
			t.Errorf("%s: the secret exists: %v, want %v", kind, got, want)
		}
	}
}

func TestShare_IsThatOfTheRequests(t *testing.T) {
	_, c := serve(t, Config{Share: 0.3, Kinds: []Kind{Throttled}, Seed: 7})
	failed := 0
	for range 200 {
		if calls(t, c)["sqs"]() != nil {
			failed++
		}
	}
	if failed < 40 || failed > 80 {
		t.Errorf("%d of 200 requests failed, want about 60", failed)
	}
}

func TestRates_AreOfOneOperationOrService_AndOfOneAccount(t *testing.T) {
	now := time.Unix(1_800_000_000, 0)
	_, c := serve(t, Config{Rates: AWS(), Now: func() time.Time { return now }, Account: func(key string) string { return key }})
	allowed := func(c aws.Config, service string) (n int) {
		for range 20 {
			// A zone that does not exist is refused by the service, and was not throttled.
			if err := calls(t, c)[service](); err == nil || !strings.Contains(err.Error(), "Rate exceeded") {
				n++
			}
		}
		return n
	}
	if n := allowed(c, "route53"); n != 5 {
		t.Errorf("Route 53 allows %d requests at once, want 5", n)
	}
	if n := allowed(c, "acm"); n != 1 {
		t.Errorf("ListCertificates is allowed %d times at once, want 1", n)
	}
	if n := allowed(c, "sqs"); n != 20 {
		t.Errorf("SQS allows %d requests, want all", n)
	}
	other := c.Copy()
	other.Credentials = credentials.NewStaticCredentialsProvider("other", "secret", "")
	if n := allowed(other, "route53"); n != 5 {
		t.Errorf("another account is allowed %d requests, want 5", n)
	}
	now = now.Add(400 * time.Millisecond)
	if n := allowed(c, "route53"); n != 2 {
		t.Errorf("0.4 seconds later %d requests are allowed, want 2", n)
	}
}

func TestLatency_IsAddedToEachRequest(t *testing.T) {
	_, c := serve(t, Config{Latency: 50 * time.Millisecond})
	began := time.Now()
	if err := calls(t, c)["sqs"](); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(began); took < 50*time.Millisecond {
		t.Errorf("the request took %s", took)
	}
}

func TestOtherRequests_PassUndisturbed(t *testing.T) {
	ok := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	w := httptest.NewRecorder()
	Config{Share: 1}.Intercept(ok).ServeHTTP(w, httptest.NewRequest(http.MethodGet, "/", nil))
	if w.Code != http.StatusNoContent {
		t.Errorf("status %d", w.Code)
	}
}

func TestParse(t *testing.T) {
	for sentence, c := range map[string]struct {
		latency, rates, share string
		want                  Config
		wrong                 string
	}{
		"nothing":             {},
		"all":                 {latency: "20ms", rates: "aws", share: "5%", want: Config{Latency: 20 * time.Millisecond, Rates: AWS(), Share: 0.05}},
		"no duration":         {latency: "20", wrong: "latency"},
		"a negative duration": {latency: "-1s", wrong: "latency"},
		"other rates":         {rates: "azure", wrong: "rates"},
		"too many faults":     {share: "101%", wrong: "faults"},
	} {
		got, err := Parse(c.latency, c.rates, c.share)
		if (err != nil) != (c.wrong != "") || err != nil && !strings.Contains(err.Error(), c.wrong) {
			t.Errorf("%s: error %v", sentence, err)
		}
		if err == nil && (got.Latency != c.want.Latency || got.Share != c.want.Share || len(got.Rates) != len(c.want.Rates)) {
			t.Errorf("%s: %+v", sentence, got)
		}
	}
}
