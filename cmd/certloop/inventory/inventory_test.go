package inventory

import (
	"context"
	"fmt"
	"maps"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"

	"certloop/internal/testca"
	"certloop/providers/acm/fake"
	"certloop/reconciler/api"
)

const (
	table   = "arn:aws:dynamodb:us-east-1:111111111111:table/certloop"
	another = "arn:aws:dynamodb:us-east-1:111111111111:table/staging"
)

// accounts are three AWS accounts: the operator's own, and two that are reached through roles.
var accounts = []string{"111111111111", "222222222222", "333333333333"}

func roles() []api.Role {
	list := []api.Role{{}}
	for _, account := range accounts[1:] {
		list = append(list, api.Role{RoleARN: "arn:aws:iam::" + account + ":role/discover"})
	}
	return list
}

// counter counts requests by account and region.
type counter struct {
	mu       sync.Mutex
	requests map[string]int
	throttle int
}

func (c *counter) fault(call fake.Call) *fake.Fault {
	if call.Operation == "AssumeRole" {
		return nil
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	at := call.Account + " " + call.Region
	c.requests[at]++
	if c.requests[at] <= c.throttle {
		return &fake.Fault{Code: "ThrottlingException", Message: "Rate exceeded"}
	}
	return nil
}

// start serves ACM over HTTP, and returns the operator's configuration.
func start(t *testing.T, c *counter) (*fake.Service, aws.Config) {
	t.Helper()
	c.requests = map[string]int{}
	service := fake.New(fake.Config{Accounts: map[string]string{"operator": accounts[0]}, Fault: c.fault})
	server := httptest.NewServer(service)
	t.Cleanup(server.Close)
	return service, aws.Config{Region: "us-east-1", BaseEndpoint: &server.URL,
		Credentials: credentials.NewStaticCredentialsProvider("operator", "secret", "")}
}

var leaves = sync.OnceValue(func() (all []string) {
	ca := testca.New(testca.Options{Name: "CA"})
	for _, k := range []api.KeyType{api.RSA2048, api.EC256, api.RSA4096, api.EC384} {
		all = append(all, ca.Issue(testca.Leaf{Names: []string{"www.example.com", "example.com"}, KeyType: k}).Leaf)
	}
	return all
})

// fill puts n certificates into each account and region. describe returns the type and the tags of the i-th.
func fill(s *fake.Service, n int, describe func(i int) (kind string, tags map[string]string)) (arns []string) {
	for _, account := range accounts {
		for _, region := range regions {
			for i := range n {
				kind, tags := describe(i)
				arns = append(arns, s.PutIssued(fake.Issued{Account: account, Region: region, Type: kind, Leaf: leaves()[i%4], Tags: tags}))
			}
		}
	}
	return arns
}

var regions = []string{"us-east-1", "ap-northeast-1"}

func owned(i int) map[string]string {
	return map[string]string{api.TagOwner: fmt.Sprintf("%s/record-%d", table, i), api.TagTarget: "x"}
}

func byTool(int) map[string]string { return map[string]string{"managed-by": "terraform"} }

// TestFind_TakesFewerThanTenRequestsFor1200Certificates counts the requests over HTTP, whatever part of the certificates
// has tags, and whoever manages them.
func TestFind_TakesFewerThanTenRequestsFor1200Certificates(t *testing.T) {
	const each = 1200
	for sentence, c := range map[string]struct {
		describe func(i int) (string, map[string]string)
		known    bool
		want     map[Kind]int
	}{
		"all are imported and nothing has a tag": {
			func(int) (string, map[string]string) { return "IMPORTED", nil }, false, map[Kind]int{Unmanaged: each}},
		"all are Amazon's": {
			func(i int) (string, map[string]string) { return "AMAZON_ISSUED", byTool(i) }, false, map[Kind]int{Amazon: each}},
		"all belong to records of the table, which is read": {
			func(i int) (string, map[string]string) { return "IMPORTED", owned(i) }, true, map[Kind]int{Record: each}},
		"half belong to records, a quarter to a tool, the others to nobody": {
			func(i int) (string, map[string]string) {
				return "IMPORTED", []map[string]string{owned(i), owned(i), byTool(i), nil}[i%4]
			}, true, map[Kind]int{Record: each / 2, Tool: each / 4, Unmanaged: each / 4}},
		"Amazon's have tags too": {
			func(i int) (string, map[string]string) {
				if i%2 == 0 {
					return "AMAZON_ISSUED", byTool(i)
				}
				return "IMPORTED", byTool(i)
			}, false, map[Kind]int{Amazon: each / 2, Tool: each / 2}},
	} {
		t.Run(sentence, func(t *testing.T) {
			var count counter
			service, config := start(t, &count)
			arns := fill(service, each, c.describe)
			scope := Scope{Regions: regions, Roles: roles(), Known: map[string]string{}}
			for i, arn := range arns {
				if kind, tags := c.describe(i % each); c.known && kind == "IMPORTED" && tags[api.TagOwner] != "" {
					scope.Known[arn] = fmt.Sprintf("record-%d", i)
				}
			}
			found := Find(t.Context(), config, scope)
			check(t, found, c.want)
			count.fewerThanTen(t)
		})
	}
}

func (c *counter) fewerThanTen(t *testing.T) {
	t.Helper()
	if len(c.requests) != len(accounts)*len(regions) {
		t.Errorf("requests went to %d accounts and regions, want %d", len(c.requests), len(accounts)*len(regions))
	}
	for at, n := range c.requests {
		if n >= 10 {
			t.Errorf("%s took %d requests, want fewer than 10", at, n)
		}
	}
	t.Log(c.requests)
}

// check compares the kinds of each account and region.
func check(t *testing.T, found Found, want map[Kind]int) {
	t.Helper()
	for _, f := range found.Failures {
		t.Errorf("%s %s: %v", f.Role.RoleARN, f.Region, f.Err)
	}
	got := map[string]map[Kind]int{}
	for _, c := range found.Certificates {
		at := c.Account() + " " + c.Region
		if got[at] == nil {
			got[at] = map[Kind]int{}
		}
		got[at][c.Manager.Kind]++
	}
	if len(got) != len(accounts)*len(regions) {
		t.Errorf("there are certificates of %d accounts and regions", len(got))
	}
	for at, kinds := range got {
		if !maps.Equal(kinds, want) {
			t.Errorf("%s: %v, want %v", at, kinds, want)
		}
	}
	if !slices.IsSortedFunc(found.Certificates, compare) {
		t.Error("the certificates are not sorted")
	}
}

// A certificate with the tag of another tool is never shown as unmanaged: where the requests do not suffice to read its
// tags, it is Unread, and AllTags reads them.
func TestFind_NeverTakesATaggedCertificateForUnmanaged(t *testing.T) {
	for _, tagged := range []int{650, 1200} {
		var count counter
		service, config := start(t, &count)
		fill(service, 1200, func(i int) (string, map[string]string) {
			if i < tagged {
				return "IMPORTED", byTool(i)
			}
			return "IMPORTED", nil
		})
		scope := Scope{Regions: regions, Roles: roles()}
		for _, c := range Find(t.Context(), config, scope).Certificates {
			if got, _ := service.Certificate(c.Region, c.ARN); c.Manager.Kind == Unmanaged && len(got.Tags) > 0 {
				t.Fatalf("%s has the tags %v and is shown as unmanaged", c.ARN, got.Tags)
			}
		}
		count.fewerThanTen(t)
		scope.AllTags = true
		want := map[Kind]int{Tool: tagged, Unmanaged: 1200 - tagged}
		maps.DeleteFunc(want, func(_ Kind, n int) bool { return n == 0 })
		check(t, Find(t.Context(), config, scope), want)
	}
}

func TestFind_RepeatsThrottledRequests(t *testing.T) {
	count := counter{throttle: 2}
	service, config := start(t, &count)
	fill(service, 3, func(i int) (string, map[string]string) { return "IMPORTED", owned(i) })
	check(t, Find(t.Context(), config, Scope{Regions: regions, Roles: roles()}), map[Kind]int{Tagged: 3})
}

func TestFind_APlaceThatFailsKeepsNoOtherBack(t *testing.T) {
	var count counter
	service, config := start(t, &count)
	fill(service, 2, func(int) (string, map[string]string) { return "IMPORTED", nil })
	list := append(roles(), api.Role{RoleARN: "not a role"})
	found := Find(t.Context(), config, Scope{Regions: regions, Roles: list})
	if len(found.Certificates) != 12 || len(found.Failures) != 2 || found.Failures[0].Role.RoleARN != "not a role" {
		t.Errorf("%d certificates, failures %v", len(found.Certificates), found.Failures)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if found := Find(ctx, config, Scope{Regions: regions, Roles: roles()}); len(found.Failures) != 6 || len(found.Certificates) != 0 {
		t.Errorf("cancelled: %d certificates, %d failures", len(found.Certificates), len(found.Failures))
	}
}

// Two ways to one account list each certificate once, with the operator's own credentials.
func TestFind_ListsEachCertificateOnce(t *testing.T) {
	var count counter
	service, config := start(t, &count)
	fill(service, 2, func(int) (string, map[string]string) { return "IMPORTED", nil })
	own := api.Role{RoleARN: "arn:aws:iam::" + accounts[0] + ":role/own"}
	found := Find(t.Context(), config, Scope{Regions: regions, Roles: []api.Role{own, {}, own}})
	if len(found.Certificates) != 4 || found.Certificates[0].Role.RoleARN != "" {
		t.Errorf("%d certificates were found, the first with %q", len(found.Certificates), found.Certificates[0].Role.RoleARN)
	}
}

func TestFind_Users(t *testing.T) {
	var count counter
	service, config := start(t, &count)
	arn := service.PutIssued(fake.Issued{Account: accounts[0], Region: "us-east-1", Type: "IMPORTED", Leaf: leaves()[1]})
	service.UseBy(arn, "arn:aws:cloudfront::111111111111:distribution/E1")
	found := Find(t.Context(), config, Scope{Regions: regions[:1], Roles: roles()[:1], Users: true})
	c := found.Certificates[0]
	if !c.InUse || len(c.Users) != 1 || c.KeyType != api.EC256 || !slices.Contains(c.Names, "www.example.com") || c.MoreNames {
		t.Errorf("found is %+v", c)
	}
}

func TestManager(t *testing.T) {
	s := Scope{Known: map[string]string{"known": "www"}}
	for sentence, c := range map[string]struct {
		certificate Certificate
		want        Manager
	}{
		"the table knows it":             {Certificate{ARN: "known", Type: "IMPORTED"}, Manager{Record, "www"}},
		"our tag":                        {tagged(api.TagOwner, table+"/www"), Manager{Tagged, "certloop/www"}},
		"another table":                  {tagged(api.TagOwner, another+"/www"), Manager{Tagged, "staging/www"}},
		"a tag that certloop writes not": {tagged(api.TagOwner, "me"), Manager{Tagged, "me"}},
		"Terraform":                      {tagged("ManagedBy", "terraform"), Manager{Tool, "terraform"}},
		"CloudFormation":                 {tagged("aws:cloudformation:stack-name", "web"), Manager{Tool, "CloudFormation"}},
		"a tag of an operator":           {tagged("Team", "web"), Manager{Kind: Unmanaged}},
		"Amazon":                         {Certificate{Type: "AMAZON_ISSUED"}, Manager{Kind: Amazon}},
		"a private CA":                   {Certificate{Type: "PRIVATE"}, Manager{Kind: PrivateCA}},
		"CloudFront":                     {Certificate{Type: "AMAZON_ISSUED", service: "CLOUDFRONT"}, Manager{Service, "CLOUDFRONT"}},
	} {
		if got := s.manager(c.certificate, true); got != c.want {
			t.Errorf("%s: %+v, want %+v", sentence, got, c.want)
		}
	}
	if got := s.manager(Certificate{Type: "IMPORTED"}, false); got.Kind != Unread {
		t.Errorf("tags that were not read: %+v", got)
	}
}

func tagged(key, value string) Certificate {
	return Certificate{Type: "IMPORTED", Tags: map[string]string{key: value}}
}
