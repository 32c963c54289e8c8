package inventory

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"certloop/internal/testca"
	"certloop/providers/acm/fake"
	"certloop/reconciler/api"
)

// organization answers as AWS Organizations, in two pages, STS and Route 53.
func organization(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	switch {
	case strings.HasPrefix(r.URL.Path, "/2013-04-01/hostedzonesbyname"):
		zone := ""
		for name, private := range map[string]string{"example.com.": "false", "inside.example.org.": "true"} {
			if r.URL.Query().Get("dnsname") == name {
				zone = "<HostedZone><Id>/hostedzone/Z1</Id><Name>" + name + "</Name><CallerReference>x</CallerReference><Config><PrivateZone>" +
					private + "</PrivateZone></Config></HostedZone>"
			}
		}
		_, _ = io.WriteString(w, `<ListHostedZonesByNameResponse xmlns="https://route53.amazonaws.com/doc/2013-04-01/"><HostedZones>`+zone+
			`</HostedZones><IsTruncated>false</IsTruncated><MaxItems>10</MaxItems></ListHostedZonesByNameResponse>`)
	case r.Header.Get("X-Amz-Target") == "":
		_, _ = io.WriteString(w, `<GetCallerIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><GetCallerIdentityResult>`+
			`<Arn>arn:aws:iam::111111111111:user/op</Arn><UserId>x</UserId><Account>111111111111</Account></GetCallerIdentityResult></GetCallerIdentityResponse>`)
	case strings.Contains(string(body), "NextToken"):
		_, _ = io.WriteString(w, `{"Accounts":[{"Id":"333333333333","Status":"ACTIVE"}]}`)
	default:
		_, _ = io.WriteString(w, `{"Accounts":[{"Id":"111111111111","Status":"ACTIVE"},{"Id":"222222222222","Status":"SUSPENDED"}],"NextToken":"2"}`)
	}
}

func organizationConfig(t *testing.T) aws.Config {
	server := httptest.NewServer(http.HandlerFunc(organization))
	t.Cleanup(server.Close)
	return aws.Config{Region: "us-east-1", BaseEndpoint: &server.URL, Credentials: credentials.NewStaticCredentialsProvider("a", "b", "")}
}

// The operator's own account needs no role, and a suspended account cannot be entered.
func TestOrganization(t *testing.T) {
	got, err := Organization(t.Context(), organizationConfig(t), "audit")
	want := []api.Role{{}, {RoleARN: "arn:aws:iam::333333333333:role/audit"}}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("the roles are %v %v, want %v", got, err, want)
	}
}

// A private zone proves nothing to a CA.
func TestWithoutZone(t *testing.T) {
	names := []string{"a.b.example.com", "*.example.com", "example.com", "www.inside.example.org", "example.net"}
	got, err := WithoutZone(t.Context(), organizationConfig(t), names)
	if want := names[3:]; err != nil || !slices.Equal(got, want) {
		t.Errorf("without a zone are %v %v, want %v", got, err, want)
	}
}

func TestRead(t *testing.T) {
	var count counter
	service, config := start(t, &count)
	leaf := testca.New(testca.Options{Name: "Issuing CA"}).Issue(testca.Leaf{Names: []string{"www.example.com"}, KeyType: api.RSA2048})
	arn := service.PutIssued(fake.Issued{Account: accounts[1], Region: "eu-west-1", Type: "IMPORTED", Leaf: leaf.Leaf, Tags: byTool(0)})
	service.UseBy(arn, "arn:aws:cloudfront::222222222222:distribution/E1")
	d, err := Read(t.Context(), config, arn, roles()[1], nil)
	if err != nil {
		t.Fatal(err)
	}
	if d.Manager.Kind != Tool || d.KeyType != api.RSA2048 || len(d.Users) != 1 || d.Account() != accounts[1] ||
		!slices.Equal(d.Leaf.KeyUsages, []string{"DIGITAL_SIGNATURE", "KEY_ENCIPHERMENT"}) || d.Leaf.Issuer == "" {
		t.Errorf("read is %+v", d)
	}
	for _, wrong := range []string{"", "arn:aws:iam::222222222222:server-certificate/x", arn + "0"} {
		if _, err := Read(t.Context(), config, wrong, roles()[1], nil); err == nil {
			t.Errorf("%q was read", wrong)
		}
	}
}
