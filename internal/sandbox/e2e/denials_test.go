//go:build e2e

package e2e

import (
	"strings"
	"testing"

	"certloop/internal/sandbox/iam"
)

// request returns a request for the policies to decide.
func request(action, resource string, context ...string) iam.Request {
	r := iam.Request{Action: action, Resource: resource, Context: map[string][]string{}}
	for i := 0; i+1 < len(context); i += 2 {
		r.Context[context[i]] = append(r.Context[context[i]], context[i+1])
	}
	return r
}

// denials checks what the deployed policy must deny, and for each the nearest request that it must allow: a policy that
// denies everything must not pass.
func denials(t *testing.T, b *box) {
	const (
		change  = "route53:ChangeResourceRecordSets"
		account = "arn:aws:iam::123456789012:"
		secrets = "arn:aws:secretsmanager:us-east-1:123456789012:secret:"
		someone = "arn:aws:dynamodb:us-east-1:123456789012:table/other/www"
		table   = "arn:aws:dynamodb:us-east-1:123456789012:table/certloop"
		ours    = table + "/www"
		cert    = "arn:aws:acm:eu-west-1:123456789012:certificate/1"
	)
	zone := "arn:aws:route53:::hostedzone/" + b.ZoneIDs["example.com"]
	other := "arn:aws:route53:::hostedzone/" + b.ZoneIDs["example.net"]
	out := b.tf.outputs(t)
	key := out.KMSKeyARN
	txt := func(zone, action, kind, name string) iam.Request {
		return request(change, zone, change+"Actions", action, change+"RecordTypes", kind, change+"NormalizedRecordNames", name)
	}
	two := txt(zone, "CREATE", "TXT", "_acme-challenge.www.example.com")
	two.Context[change+"NormalizedRecordNames"] = append(two.Context[change+"NormalizedRecordNames"], "www.example.com")
	cases := map[string]decision{
		"a TXT value of a challenge":                       {true, txt(zone, "CREATE", "TXT", "_acme-challenge.www.example.com")},
		"its deletion":                                     {true, txt(zone, "DELETE", "TXT", "_acme-challenge.www.example.com")},
		"one in another zone":                              {false, txt(other, "CREATE", "TXT", "_acme-challenge.www.example.net")},
		"one that overwrites":                              {false, txt(zone, "UPSERT", "TXT", "_acme-challenge.www.example.com")},
		"an A record":                                      {false, txt(zone, "CREATE", "A", "_acme-challenge.www.example.com")},
		"another name":                                     {false, txt(zone, "CREATE", "TXT", "www.example.com")},
		"a name that only ends like a challenge's":         {false, txt(zone, "CREATE", "TXT", "www._acme-challenge.example.com")},
		"another name beside one":                          {false, two},
		"a change without condition keys":                  {false, request(change, zone)},
		"re-import of ours":                                {true, request("acm:ImportCertificate", cert, "aws:ResourceTag/certloop:owner", ours)},
		"re-import of an unmanaged one":                    {false, request("acm:ImportCertificate", cert)},
		"re-import of another deployment's":                {false, request("acm:ImportCertificate", cert, "aws:ResourceTag/certloop:owner", someone)},
		"import without tags":                              {false, request("acm:ImportCertificate", "arn:aws:acm:eu-west-1:123456789012:certificate/*")},
		"deletion of ours":                                 {true, request("acm:DeleteCertificate", cert, "aws:ResourceTag/certloop:owner", ours)},
		"deletion of an unmanaged one":                     {false, request("acm:DeleteCertificate", cert)},
		"deletion of one that was adopted":                 {false, request("acm:DeleteCertificate", b.adoptable, "aws:ResourceTag/certloop:owner", ours, "aws:ResourceTag/certloop:adopted", "true")},
		"tags on an unowned one, which IAM cannot prevent": {true, request("acm:AddTagsToCertificate", cert, "aws:RequestTag/certloop:owner", ours)},
		"deletion of a listed one not yet ours":            {false, request("acm:DeleteCertificate", b.adoptable)},
		"adoption of a listed one":                         {true, request("acm:AddTagsToCertificate", b.adoptable, "aws:RequestTag/certloop:owner", ours, "aws:RequestTag/certloop:adopted", "true")},
		"adoption of one that is not":                      {false, request("acm:AddTagsToCertificate", b.unmanaged, "aws:RequestTag/certloop:owner", ours, "aws:RequestTag/certloop:adopted", "true")},
		"adoption for another deployment":                  {false, request("acm:AddTagsToCertificate", b.adoptable, "aws:RequestTag/certloop:owner", someone)},
		"tags on an unmanaged one":                         {false, request("acm:AddTagsToCertificate", cert, "aws:RequestTag/a", "1")},
		"fewer tags on an unmanaged one":                   {false, request("acm:RemoveTagsFromCertificate", cert, "aws:RequestTag/a", "1")},
		"export of a private key":                          {false, request("acm:ExportCertificate", cert, "aws:ResourceTag/certloop:owner", ours)},
		"an account's key":                                 {true, request("secretsmanager:GetSecretValue", secrets+"certloop/accounts/default/1-AbCdEf")},
		"an EAB credential":                                {true, request("secretsmanager:GetSecretValue", secrets+"certloop/eab/sandbox-AbCdEf")},
		"an EAB credential of its own making":              {false, request("secretsmanager:CreateSecret", secrets+"certloop/eab/sandbox-AbCdEf")},
		"another secret":                                   {false, request("secretsmanager:GetSecretValue", secrets+"database-AbCdEf")},
		"a secret that only begins like one":               {false, request("secretsmanager:GetSecretValue", secrets+"certloop-other/accounts/1-AbCdEf")},
		"another value of an account's key":                {false, request("secretsmanager:PutSecretValue", secrets+"certloop/accounts/default/1-AbCdEf")},
		"deletion of an account's key":                     {false, request("secretsmanager:DeleteSecret", secrets+"certloop/accounts/default/1-AbCdEf")},
		"a role of the list":                               {true, request("sts:AssumeRole", dnsRole)},
		"another role":                                     {false, request("sts:AssumeRole", account+"role/admin")},
		"a role that begins like one":                      {false, request("sts:AssumeRole", dnsRole+"-admin")},
		"encryption for a record":                          {true, request("kms:Encrypt", key, "kms:EncryptionContext:certloop:record", "www", "kms:EncryptionContextKeys", "certloop:record")},
		"decryption without a record":                      {false, request("kms:Decrypt", key)},
		"decryption for another service":                   {false, request("kms:Decrypt", key, "kms:EncryptionContext:aws:sns:topicArn", "x", "kms:EncryptionContextKeys", "aws:sns:topicArn")},
		"decryption with another key":                      {false, request("kms:Decrypt", strings.Replace(key, "key/", "key/0", 1), "kms:EncryptionContext:certloop:record", "www", "kms:EncryptionContextKeys", "certloop:record")},
		"deletion of the key":                              {false, request("kms:ScheduleKeyDeletion", key)},
		"writing a status":                                 {true, request("dynamodb:PutItem", table, "dynamodb:LeadingKeys", "status#www")},
		"writing the set of policies":                      {true, request("dynamodb:PutItem", table, "dynamodb:LeadingKeys", "policyset#")},
		"taking a place under a policy":                    {true, request("dynamodb:UpdateItem", table, "dynamodb:LeadingKeys", "policyset#team-a")},
		"writing a policy":                                 {false, request("dynamodb:PutItem", table, "dynamodb:LeadingKeys", "policy#team-a")},
		"changing a policy":                                {false, request("dynamodb:UpdateItem", table, "dynamodb:LeadingKeys", "policy#team-a")},
		"deleting a policy":                                {false, request("dynamodb:DeleteItem", table, "dynamodb:LeadingKeys", "policy#team-a")},
		"reading a policy":                                 {true, request("dynamodb:GetItem", table, "dynamodb:LeadingKeys", "policy#team-a")},
		"writing to another table":                         {false, request("dynamodb:PutItem", table+"-other")},
		"deletion of the table":                            {false, request("dynamodb:DeleteTable", table)},
		"a message to the work queue":                      {true, request("sqs:SendMessage", "arn:aws:sqs:us-east-1:123456789012:certloop")},
		"a message to another queue":                       {false, request("sqs:SendMessage", "arn:aws:sqs:us-east-1:123456789012:certloop-dead-letters")},
		"a notice to SNS":                                  {true, request("sns:Publish", out.TopicARN)},
		"a message to another topic":                       {false, request("sns:Publish", "arn:aws:sns:us-east-1:123456789012:other")},
		"an event on another bus":                          {false, request("events:PutEvents", "arn:aws:events:us-east-1:123456789012:event-bus/other")},
		"an invocation":                                    {false, request("lambda:InvokeFunction", "arn:aws:lambda:us-east-1:123456789012:function:certloop")},
		"a policy of its own":                              {false, request("iam:PutRolePolicy", account+"role/certloop")},
	}
	decide(t, b.policy(t), cases)
	users, err := iam.Parse(out.UsersPolicy)
	if err != nil {
		t.Fatal(err)
	}
	decide(t, []iam.Policy{users}, map[string]decision{
		"users write a record":           {true, request("dynamodb:PutItem", table, "dynamodb:LeadingKeys", "www")},
		"users read a status":            {true, request("dynamodb:GetItem", table, "dynamodb:LeadingKeys", "status#www")},
		"users write a status":           {false, request("dynamodb:PutItem", table, "dynamodb:LeadingKeys", "status#www")},
		"users delete a status":          {false, request("dynamodb:DeleteItem", table, "dynamodb:LeadingKeys", "status#www")},
		"users change a status":          {false, request("dynamodb:UpdateItem", table, "dynamodb:LeadingKeys", "status#www")},
		"users write one in a batch":     {false, request("dynamodb:BatchWriteItem", table, "dynamodb:LeadingKeys", "www", "dynamodb:LeadingKeys", "status#www")},
		"users write a policy":           {false, request("dynamodb:PutItem", table, "dynamodb:LeadingKeys", "policy#www")},
		"users write a set of policies":  {false, request("dynamodb:PutItem", table, "dynamodb:LeadingKeys", "policyset#www")},
		"users touch what is in flight":  {false, request("dynamodb:PutItem", table, "dynamodb:LeadingKeys", "issuance#www")},
		"users read what is in flight":   {false, request("dynamodb:Query", table, "dynamodb:LeadingKeys", "issuance#www")},
		"users touch a claim":            {false, request("dynamodb:DeleteItem", table, "dynamodb:LeadingKeys", "arn#"+b.adoptable)},
		"users read the whole table":     {false, request("dynamodb:Scan", table)},
		"users invoke a reconcile":       {true, request("lambda:InvokeFunction", "arn:aws:lambda:us-east-1:123456789012:function:certloop")},
		"users decrypt a key in flight":  {false, request("kms:Decrypt", key, "kms:EncryptionContext:certloop:record", "www", "kms:EncryptionContextKeys", "certloop:record")},
		"users read the encrypted table": {true, request("kms:Decrypt", key, "kms:ViaService", "dynamodb.us-east-1.amazonaws.com")},
	})
}

// decision is what a policy must decide about a request.
type decision struct {
	allowed bool
	request iam.Request
}

func decide(t *testing.T, policies []iam.Policy, cases map[string]decision) {
	t.Helper()
	for sentence, c := range cases {
		c.request.Context["aws:SecureTransport"] = []string{"true"}
		got, err := iam.Allows(policies, c.request, false)
		if err != nil || got != c.allowed {
			t.Errorf("%s: allowed %v, want %v (%v): %s", sentence, got, c.allowed, err, c.request)
		}
	}
	t.Logf("%d requests", len(cases))
}
