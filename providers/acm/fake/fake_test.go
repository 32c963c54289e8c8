package fake_test

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/acm/types"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	smithy "github.com/aws/smithy-go"

	"certloop/internal/testca"
	"certloop/providers/acm/fake"
	"certloop/providers/internal/awsfake"
	"certloop/reconciler/api"
)

var ca = testca.New(testca.Options{Intermediates: 1})

// client is the SDK's client of the service for an access key.
func client(t *testing.T, s *fake.Service, key string) (*acm.Client, aws.Config) {
	t.Helper()
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	config := aws.Config{Region: "eu-west-1", BaseEndpoint: aws.String(server.URL),
		Credentials: credentials.NewStaticCredentialsProvider(key, "secret", ""), Retryer: func() aws.Retryer { return aws.NopRetryer{} }}
	return acm.NewFromConfig(config), config
}

func input(i testca.Issued) *acm.ImportCertificateInput {
	return &acm.ImportCertificateInput{Certificate: []byte(i.Leaf), PrivateKey: []byte(i.Key), CertificateChain: []byte(i.Chain)}
}

func imported(t *testing.T, c *acm.Client, i testca.Issued, tags ...types.Tag) string {
	t.Helper()
	in := input(i)
	in.Tags = tags
	out, err := c.ImportCertificate(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return *out.CertificateArn
}

func wantCode(t *testing.T, err error, code string) {
	t.Helper()
	var e smithy.APIError
	if !errors.As(err, &e) || e.ErrorCode() != code {
		t.Errorf("error %v, want %s", err, code)
	}
}

// TestServicesGetWhatIsImported: a load balancer serves what ACM accepted last, with a key that nobody can read from ACM.
func TestServicesGetWhatIsImported(t *testing.T) {
	var got []string
	s := fake.New(fake.Config{Imported: func(arn string, m fake.Material) {
		got = append(got, arn, string(m.Leaf), string(m.Chain), string(m.Key))
	}})
	c, _ := client(t, s, "AKID")
	first, second := ca.Issue(testca.Leaf{Names: []string{"www.example.com"}}), ca.Issue(testca.Leaf{Names: []string{"www.example.com"}})
	arn := imported(t, c, first)
	refused, again := input(first), input(second)
	refused.PrivateKey, again.CertificateArn = []byte(second.Key), &arn
	if _, err := c.ImportCertificate(t.Context(), refused); err == nil {
		t.Error("a key of another certificate was accepted")
	}
	if _, err := c.ImportCertificate(t.Context(), again); err != nil {
		t.Fatal(err)
	}
	if want := []string{arn, first.Leaf, first.Chain, first.Key, arn, second.Leaf, second.Chain, second.Key}; !slices.Equal(got, want) {
		t.Errorf("services got %v, want %v", got, want)
	}
	before, _ := s.Certificate("eu-west-1", arn)
	if !s.Backdate(arn, time.Hour) {
		t.Error("there is no certificate to backdate")
	}
	if after, _ := s.Certificate("eu-west-1", arn); !after.ImportedAt.Equal(before.ImportedAt.Add(-time.Hour)) {
		t.Errorf("imported at %s, want an hour before %s", after.ImportedAt, before.ImportedAt)
	}
}

func TestADescriptionIsInTheFormsOfACM(t *testing.T) {
	c, _ := client(t, fake.New(fake.Config{}), "AKID")
	leaf := ca.Issue(testca.Leaf{Names: []string{"www.example.com", "example.com"}, KeyType: api.RSA2048})
	arn := imported(t, c, leaf)
	out, err := c.DescribeCertificate(t.Context(), &acm.DescribeCertificateInput{CertificateArn: &arn})
	if err != nil {
		t.Fatal(err)
	}
	d := out.Certificate
	switch {
	case d.KeyAlgorithm != "RSA-2048":
		t.Errorf("key algorithm is %s", d.KeyAlgorithm)
	case strings.ReplaceAll(*d.Serial, ":", "") == *d.Serial || strings.TrimLeft(strings.ReplaceAll(*d.Serial, ":", ""), "0") != leaf.Certificate.SerialNumber.Text(16):
		t.Errorf("serial is %s", *d.Serial)
	case !d.NotAfter.Equal(leaf.Certificate.NotAfter) || d.ImportedAt == nil || d.Type != "IMPORTED" || d.Status != "ISSUED":
		t.Errorf("it is %+v", d)
	case len(d.KeyUsages) != 2 || d.KeyUsages[0].Name != types.KeyUsageNameDigitalSignature || d.KeyUsages[1].Name != types.KeyUsageNameKeyEncipherment:
		t.Errorf("key usages are %v", d.KeyUsages)
	case len(d.ExtendedKeyUsages) != 1 || d.ExtendedKeyUsages[0].Name != types.ExtendedKeyUsageNameTlsWebServerAuthentication || *d.ExtendedKeyUsages[0].OID != "1.3.6.1.5.5.7.3.1":
		t.Errorf("extended key usages are %v", d.ExtendedKeyUsages)
	case d.InUseBy == nil || !slices.Equal(d.SubjectAlternativeNames, []string{"www.example.com", "example.com"}) || *d.DomainName != "www.example.com":
		t.Errorf("users %v, names %v, domain %s", d.InUseBy, d.SubjectAlternativeNames, *d.DomainName)
	}
}

func TestTheChainComesBackAsItWasImported(t *testing.T) {
	c, _ := client(t, fake.New(fake.Config{}), "AKID")
	leaf := ca.Issue(testca.Leaf{Names: []string{"www.example.com"}})
	arn := imported(t, c, leaf)
	out, err := c.GetCertificate(t.Context(), &acm.GetCertificateInput{CertificateArn: &arn})
	if err != nil || *out.Certificate != leaf.Leaf || *out.CertificateChain != leaf.Chain {
		t.Errorf("it came back otherwise: %v", err)
	}
}

func TestAListingWithoutKeyTypesShowsSmallRSAOnly(t *testing.T) {
	c, _ := client(t, fake.New(fake.Config{}), "AKID")
	want := []string{}
	for _, keyType := range []api.KeyType{testca.RSA1024, api.RSA2048, api.RSA3072, api.EC256} {
		arn := imported(t, c, ca.Issue(testca.Leaf{Names: []string{"www.example.com"}, KeyType: keyType}))
		if keyType == testca.RSA1024 || keyType == api.RSA2048 {
			want = append(want, arn)
		}
	}
	out, err := c.ListCertificates(t.Context(), &acm.ListCertificatesInput{})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, s := range out.CertificateSummaryList {
		got = append(got, *s.CertificateArn)
	}
	if !slices.Equal(got, want) {
		t.Errorf("listed are %v, want %v", got, want)
	}
}

func TestTagsOnAReimportAreRefused(t *testing.T) {
	s := fake.New(fake.Config{})
	c, _ := client(t, s, "AKID")
	leaf := ca.Issue(testca.Leaf{Names: []string{"www.example.com"}})
	in := input(leaf)
	in.CertificateArn = aws.String(imported(t, c, leaf))
	in.Tags = []types.Tag{{Key: aws.String("a"), Value: aws.String("b")}}
	_, err := c.ImportCertificate(t.Context(), in)
	wantCode(t, err, "ValidationException")
	if len(s.Imports()) != 1 {
		t.Errorf("%d imports took effect", len(s.Imports()))
	}
}

func TestTagsAreRemovedByKeyOrByKeyAndValue(t *testing.T) {
	s := fake.New(fake.Config{})
	c, _ := client(t, s, "AKID")
	tag := func(k, v string) types.Tag { return types.Tag{Key: aws.String(k), Value: aws.String(v)} }
	arn := imported(t, c, ca.Issue(testca.Leaf{Names: []string{"www.example.com"}}), tag("a", "1"), tag("b", "2"), tag("c", "3"))
	_, err := c.RemoveTagsFromCertificate(t.Context(), &acm.RemoveTagsFromCertificateInput{CertificateArn: &arn,
		Tags: []types.Tag{{Key: aws.String("a")}, tag("b", "2"), tag("c", "other")}})
	if err != nil {
		t.Fatal(err)
	}
	if found, _ := s.Certificate("eu-west-1", arn); len(found.Tags) != 1 || found.Tags["c"] != "3" {
		t.Errorf("tags are %v", found.Tags)
	}
}

func TestTagErrorsHaveTheirCodes(t *testing.T) {
	c, _ := client(t, fake.New(fake.Config{}), "AKID")
	arn := imported(t, c, ca.Issue(testca.Leaf{Names: []string{"www.example.com"}}))
	many := []types.Tag{}
	for i := range 51 {
		many = append(many, types.Tag{Key: aws.String(strings.Repeat("k", i+1)), Value: aws.String("v")})
	}
	for sentence, tc := range map[string]struct {
		code string
		tags []types.Tag
	}{
		"51 tags":                {"TooManyTagsException", many},
		"a key of 129":           {"InvalidTagException", []types.Tag{{Key: aws.String(strings.Repeat("k", 129))}}},
		"a value of 257":         {"InvalidTagException", []types.Tag{{Key: aws.String("k"), Value: aws.String(strings.Repeat("ü", 257))}}},
		"the reserved prefix":    {"InvalidTagException", []types.Tag{{Key: aws.String("AWS:k")}}},
		"a character of no tags": {"InvalidTagException", []types.Tag{{Key: aws.String("k"), Value: aws.String("*.example.com")}}},
		"one key twice":          {"InvalidTagException", []types.Tag{{Key: aws.String("k")}, {Key: aws.String("k")}}},
	} {
		t.Run(sentence, func(t *testing.T) {
			_, err := c.AddTagsToCertificate(t.Context(), &acm.AddTagsToCertificateInput{CertificateArn: &arn, Tags: tc.tags})
			wantCode(t, err, tc.code)
		})
	}
}

func TestTheSearchShowsTagsAfterItsLag(t *testing.T) {
	now := time.Now()
	s := fake.New(fake.Config{TagLag: 40 * time.Second, Now: func() time.Time { return now }})
	c, config := client(t, s, "AKID")
	search := resourcegroupstaggingapi.NewFromConfig(config)
	arn := imported(t, c, ca.Issue(testca.Leaf{Names: []string{"www.example.com"}}), types.Tag{Key: aws.String("a"), Value: aws.String("1")})
	for _, want := range []int{0, 1} {
		out, err := search.GetResources(t.Context(), &resourcegroupstaggingapi.GetResourcesInput{ResourceTypeFilters: []string{"acm:certificate"}})
		if err != nil || len(out.ResourceTagMappingList) != want {
			t.Errorf("%d found after the lag of %d: %v", len(out.ResourceTagMappingList), want, err)
		}
		if want == 1 && *out.ResourceTagMappingList[0].ResourceARN != arn {
			t.Errorf("found is %s", *out.ResourceTagMappingList[0].ResourceARN)
		}
		now = now.Add(40 * time.Second)
	}
}

func TestAnAccountSeesItsOwnCertificatesInItsOwnRegion(t *testing.T) {
	s := fake.New(fake.Config{Accounts: map[string]string{"OTHER": "111111111111"}})
	c, _ := client(t, s, "AKID")
	arn := imported(t, c, ca.Issue(testca.Leaf{Names: []string{"www.example.com"}}))
	other, _ := client(t, s, "OTHER")
	_, err := other.DescribeCertificate(t.Context(), &acm.DescribeCertificateInput{CertificateArn: &arn})
	wantCode(t, err, "ResourceNotFoundException")
	_, err = c.DescribeCertificate(t.Context(), &acm.DescribeCertificateInput{CertificateArn: &arn}, func(o *acm.Options) { o.Region = "us-east-1" })
	wantCode(t, err, "ResourceNotFoundException")
	if mine := imported(t, other, ca.Issue(testca.Leaf{Names: []string{"www.example.com"}})); !strings.Contains(mine, ":111111111111:") {
		t.Errorf("the other account imported %s", mine)
	}
	if _, ok := s.Certificate("us-east-1", arn); ok || len(s.All()) != 2 {
		t.Errorf("%d certificates, and the first in another region: %v", len(s.All()), ok)
	}
}

func TestTheYearlyQuotaForgetsAfter365Days(t *testing.T) {
	now := time.Now()
	s := fake.New(fake.Config{MaxImportsPerYear: 1, Now: func() time.Time { return now }})
	c, _ := client(t, s, "AKID")
	leaf := ca.Issue(testca.Leaf{Names: []string{"www.example.com"}, NotAfter: now.Add(500 * 24 * time.Hour)})
	s.Remove(imported(t, c, leaf))
	_, err := c.ImportCertificate(t.Context(), input(leaf))
	wantCode(t, err, "LimitExceededException")
	now = now.Add(365 * 24 * time.Hour)
	imported(t, c, leaf)
}

func TestAFaultIsAskedForWithTheCallsOwnWords(t *testing.T) {
	var asked fake.Call
	s := fake.New(fake.Config{Fault: func(c fake.Call) *fake.Fault {
		asked = c
		f := awsfake.Throttling()
		return &f
	}})
	c, _ := client(t, s, "AKID")
	arn := "arn:aws:acm:eu-west-1:123456789012:certificate/x"
	_, err := c.DeleteCertificate(t.Context(), &acm.DeleteCertificateInput{CertificateArn: &arn})
	wantCode(t, err, "ThrottlingException")
	if want := (fake.Call{Operation: "DeleteCertificate", Account: fake.DefaultAccount, Region: "eu-west-1", ARN: arn}); asked != want {
		t.Errorf("asked was %+v, want %+v", asked, want)
	}
}

func TestWhatIsNoCallOfACMIsRefused(t *testing.T) {
	server := httptest.NewServer(fake.New(fake.Config{}))
	t.Cleanup(server.Close)
	const signed = "AWS4-HMAC-SHA256 Credential=AKID/20261124/eu-west-1/acm/aws4_request, SignedHeaders=host, Signature=0"
	for sentence, tc := range map[string]struct{ authorization, target, body, code string }{
		"without a signature":  {"", "CertificateManager.ListCertificates", "{}", "MissingAuthenticationTokenException"},
		"of an unknown action": {signed, "CertificateManager.RenewCertificate", "{}", "UnknownOperationException"},
		"of another service":   {signed, "DynamoDB_20120810.GetItem", "{}", "UnknownOperationException"},
		"without JSON":         {signed, "CertificateManager.ListCertificates", "{", "SerializationException"},
	} {
		t.Run(sentence, func(t *testing.T) {
			request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, server.URL, strings.NewReader(tc.body))
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Authorization", tc.authorization)
			request.Header.Set("X-Amz-Target", tc.target)
			reply, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer reply.Body.Close()
			text, _ := io.ReadAll(reply.Body)
			var said struct {
				Type string `json:"__type"`
			}
			if json.Unmarshal(text, &said) != nil || said.Type != tc.code || reply.StatusCode < 400 {
				t.Errorf("%d %s", reply.StatusCode, text)
			}
		})
	}
}

// GetResources accepts a list of ARNs alone, and at most 100 of them or results a page.
func TestGetResources_RefusesWhatTheTaggingAPIRefuses(t *testing.T) {
	s := fake.New(fake.Config{})
	c, config := client(t, s, "a")
	arn := imported(t, c, ca.Issue(testca.Leaf{Names: []string{"a.example.com"}}), types.Tag{Key: aws.String("team"), Value: aws.String("web")})
	tagging := resourcegroupstaggingapi.NewFromConfig(config)
	out, err := tagging.GetResources(t.Context(), &resourcegroupstaggingapi.GetResourcesInput{ResourceARNList: []string{arn, arn + "0"}})
	if err != nil || len(out.ResourceTagMappingList) != 1 || aws.ToString(out.ResourceTagMappingList[0].ResourceARN) != arn {
		t.Fatalf("by ARN: %+v %v", out, err)
	}
	for _, in := range []resourcegroupstaggingapi.GetResourcesInput{
		{ResourceARNList: slices.Repeat([]string{arn}, 101)},
		{ResourceARNList: []string{arn}, ResourceTypeFilters: []string{"acm:certificate"}},
		{ResourceARNList: []string{arn}, ResourcesPerPage: aws.Int32(10)},
		{ResourcesPerPage: aws.Int32(101)},
	} {
		_, err := tagging.GetResources(t.Context(), &in)
		wantCode(t, err, "InvalidParameterException")
	}
}
