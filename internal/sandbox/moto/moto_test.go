package moto

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/sqs"
	"github.com/aws/aws-sdk-go-v2/service/sqs/types"
)

func TestServer_AnswersOnItsOwnPort(t *testing.T) {
	a, b := ForTest(t), ForTest(t)
	if a.URL == b.URL {
		t.Fatalf("two servers share %s", a.URL)
	}
	for _, s := range []*Server{a, b} {
		resp, err := http.Get(s.URL + "/moto-api/data.json")
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
	}
}

// Terraform must read what it wrote, or each of its plans shows changes.
func TestServer_ReadsWhatWasWritten(t *testing.T) {
	server := ForTest(t)
	clients := aws.Config{Region: "us-east-1", BaseEndpoint: aws.String(server.URL),
		Credentials: credentials.NewStaticCredentialsProvider("user", "user", "")}
	t.Run("a queue's policies", func(t *testing.T) {
		client := sqs.NewFromConfig(clients)
		const arn = "arn:aws:sqs:us-east-1:123456789012:"
		allow := `{"redrivePermission":"byQueue","sourceQueueArns":["` + arn + `work"]}`
		redrive := `{"deadLetterTargetArn":"` + arn + `dead","maxReceiveCount":5}`
		for _, q := range []struct{ name, attribute, value string }{{"dead", "RedriveAllowPolicy", allow}, {"work", "RedrivePolicy", redrive}} {
			made, err := client.CreateQueue(t.Context(), &sqs.CreateQueueInput{QueueName: aws.String(q.name),
				Attributes: map[string]string{q.attribute: q.value}})
			if err != nil {
				t.Fatal(err)
			}
			got, err := client.GetQueueAttributes(t.Context(), &sqs.GetQueueAttributesInput{QueueUrl: made.QueueUrl,
				AttributeNames: []types.QueueAttributeName{types.QueueAttributeNameAll}})
			if err != nil || got.Attributes[q.attribute] != q.value {
				t.Errorf("%s: %s, want %s (%v)", q.attribute, got.Attributes[q.attribute], q.value, err)
			}
		}
	})
	t.Run("a zone's ID", func(t *testing.T) {
		made, err := route53.NewFromConfig(clients).CreateHostedZone(t.Context(),
			&route53.CreateHostedZoneInput{Name: aws.String("example.com"), CallerReference: aws.String("1")})
		if err != nil || !strings.HasPrefix(aws.ToString(made.HostedZone.Id), "/hostedzone/Z") {
			t.Errorf("%+v, %v", made, err)
		}
	})
	t.Run("a function's logging and dead letters", func(t *testing.T) {
		body := `{"FunctionName":"f","Role":"arn:aws:iam::123456789012:role/r","Runtime":"provided.al2023","Handler":"bootstrap",
			"Code":{"ZipFile":"UEsFBgAAAAAAAAAAAAAAAAAAAAAAAA=="},"LoggingConfig":{"LogFormat":"JSON","LogGroup":"g"},
			"DeadLetterConfig":{"TargetArn":"arn:aws:sqs:us-east-1:123456789012:dead"}}`
		trust := url.QueryEscape(`{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}`)
		ask(t, server, "iam", http.MethodPost, "/", "Action=CreateRole&Version=2010-05-08&RoleName=r&AssumeRolePolicyDocument="+trust)
		ask(t, server, "lambda", http.MethodPost, "/2015-03-31/functions", body)
		ask(t, server, "lambda", http.MethodPut, "/2015-03-31/functions/f/configuration", `{"LoggingConfig":{"LogFormat":"Text","LogGroup":"h"}}`)
		var got struct {
			LoggingConfig, DeadLetterConfig map[string]string
		}
		if err := json.Unmarshal(ask(t, server, "lambda", http.MethodGet, "/2015-03-31/functions/f/configuration", ""), &got); err != nil {
			t.Fatal(err)
		}
		want := "{map[LogFormat:Text LogGroup:h] map[TargetArn:arn:aws:sqs:us-east-1:123456789012:dead]}"
		if fmt.Sprint(got) != want {
			t.Errorf("%v, want %s", got, want)
		}
	})
}

func ask(t *testing.T, server *Server, service, method, path, body string) []byte {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, server.URL+path, bytes.NewReader([]byte(body)))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=user/20260101/us-east-1/"+service+"/aws4_request, SignedHeaders=host, Signature=0")
	if service == "iam" {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	resp, err := http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode >= 300 {
		t.Fatalf("%s %s: %s %s %v", method, path, resp.Status, answer, err)
	}
	return answer
}
