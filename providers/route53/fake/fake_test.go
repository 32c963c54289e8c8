package fake_test

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"
	smithy "github.com/aws/smithy-go"

	"certloop/providers/route53/fake"
)

// client is the SDK's client of the service for an access key.
func client(t *testing.T, s *fake.Service, key string) *route53.Client {
	t.Helper()
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return route53.New(route53.Options{Region: "us-east-1", BaseEndpoint: aws.String(server.URL),
		Credentials: credentials.NewStaticCredentialsProvider(key, "secret", ""), Retryer: aws.NopRetryer{}})
}

func set(name string, ttl int64, values ...string) *types.ResourceRecordSet {
	out := &types.ResourceRecordSet{Name: &name, Type: types.RRTypeTxt, TTL: &ttl}
	for _, v := range values {
		out.ResourceRecords = append(out.ResourceRecords, types.ResourceRecord{Value: aws.String(v)})
	}
	return out
}

func with(s *types.ResourceRecordSet, f func(*types.ResourceRecordSet)) *types.ResourceRecordSet {
	f(s)
	return s
}

type step struct {
	action types.ChangeAction
	set    *types.ResourceRecordSet
}

const (
	create = types.ChangeActionCreate
	upsert = types.ChangeActionUpsert
	remove = types.ChangeActionDelete
)

func change(t *testing.T, c *route53.Client, zone string, steps ...step) (*types.ChangeInfo, error) {
	t.Helper()
	batch := &types.ChangeBatch{}
	for _, s := range steps {
		batch.Changes = append(batch.Changes, types.Change{Action: s.action, ResourceRecordSet: s.set})
	}
	out, err := c.ChangeResourceRecordSets(t.Context(), &route53.ChangeResourceRecordSetsInput{HostedZoneId: &zone, ChangeBatch: batch})
	if err != nil {
		return nil, err
	}
	return out.ChangeInfo, nil
}

func wantCode(t *testing.T, err error, code, said string) {
	t.Helper()
	var e smithy.APIError
	if !errors.As(err, &e) || e.ErrorCode() != code || !strings.Contains(e.ErrorMessage(), said) {
		t.Errorf("error %v, want %s: %s", err, code, said)
	}
}

func TestABatchIsTakenOnlyWhereItFits(t *testing.T) {
	there := []fake.Set{
		{Name: "txt.example.com", Type: "TXT", TTL: fake.TTL(60), Values: []string{`"one"`, `"two"`}},
		{Name: "alias.example.com", Type: "CNAME", TTL: fake.TTL(60), Values: []string{"other.example.com"}},
		{Name: "split.example.com", Type: "TXT", TTL: fake.TTL(60), SetIdentifier: "blue", Weight: fake.TTL(1), Values: []string{`"blue"`}},
	}
	many := func(n int, format string) (values []string) {
		for i := range n {
			values = append(values, fmt.Sprintf(format, i))
		}
		return values
	}
	for sentence, c := range map[string]struct {
		steps []step
		// refused is what Route 53 says; empty: it takes the batch.
		refused string
	}{
		"a set is created":                       {[]step{{create, set("new.example.com", 60, `"a"`)}}, ""},
		"a set is not created twice":             {[]step{{create, set("TXT.example.com.", 60, `"a"`)}}, "Tried to create resource record set [name='txt.example.com.', type='TXT'] but it already exists"},
		"a set is not created twice in a batch":  {[]step{{create, set("new.example.com", 60, `"a"`)}, {create, set("new.example.com", 60, `"b"`)}}, "already exists"},
		"a set is deleted as it is":              {[]step{{remove, set("txt.example.com", 60, `"two"`, `"one"`)}}, ""},
		"a set is not deleted by other values":   {[]step{{remove, set("txt.example.com", 60, `"one"`)}}, "Tried to delete resource record set [name='txt.example.com.', type='TXT'] but the values provided do not match the current values"},
		"a set is not deleted by another TTL":    {[]step{{remove, set("txt.example.com", 61, `"one"`, `"two"`)}}, "do not match the current values"},
		"a set that is not there is not deleted": {[]step{{remove, set("none.example.com", 60, `"one"`)}}, "Tried to delete resource record set [name='none.example.com.', type='TXT'] but it was not found"},
		"a set is not deleted twice":             {[]step{{remove, set("txt.example.com", 60, `"one"`, `"two"`)}, {remove, set("txt.example.com", 60, `"one"`, `"two"`)}}, "was not found"},
		"a set is deleted and created anew":      {[]step{{remove, set("txt.example.com", 60, `"one"`, `"two"`)}, {create, set("txt.example.com", 60, `"one"`, `"two"`)}}, ""},
		"a set is put over what is there":        {[]step{{upsert, set("txt.example.com", 5, `"a"`)}}, ""},
		"a name outside the zone is refused":     {[]step{{create, set("example.org", 60, `"a"`)}}, "RRSet with DNS name example.org. is not permitted in zone example.com."},
		"a name beside the zone's is refused":    {[]step{{create, set("notexample.com", 60, `"a"`)}}, "is not permitted in zone"},
		"nothing goes beside a CNAME":            {[]step{{create, set("alias.example.com", 60, `"a"`)}}, "conflicting RRSet of type CNAME"},
		"a CNAME goes beside nothing": {[]step{{create, with(set("txt.example.com", 60, "x.example.com"), func(s *types.ResourceRecordSet) { s.Type = types.RRTypeCname })}},
			"conflicting RRSet of type TXT"},
		"no simple set goes beside a weighted one": {[]step{{create, set("split.example.com", 60, `"a"`)}}, "cannot be created"},
		"a weighted set goes beside another": {[]step{{create, with(set("split.example.com", 60, `"a"`), func(s *types.ResourceRecordSet) {
			s.SetIdentifier, s.Weight = aws.String("green"), aws.Int64(1)
		})}}, ""},
		"a weighted set is not deleted without its name": {[]step{{remove, set("split.example.com", 60, `"blue"`)}}, "was not found"},
		"a value without quotation marks is refused":     {[]step{{create, set("new.example.com", 60, "bare")}}, "enclosed in quotation marks"},
		"a value that does not end is refused":           {[]step{{create, set("new.example.com", 60, `"open`)}}, "enclosed in quotation marks"},
		"a value of 255 characters is taken":             {[]step{{create, set("new.example.com", 60, `"`+strings.Repeat("x", 255)+`"`)}}, ""},
		"a value of 256 characters is refused":           {[]step{{create, set("new.example.com", 60, `"`+strings.Repeat("x", 256)+`"`)}}, "CharacterStringTooLong"},
		"a value of several strings is taken":            {[]step{{create, set("new.example.com", 60, `"`+strings.Repeat("x", 255)+`" "more" "\"quoted\" \052"`)}}, ""},
		"a value twice is refused":                       {[]step{{create, set("new.example.com", 60, `"a"`, `"a"`)}}, `Duplicate Resource Record: '"a"'`},
		"a set without values is refused":                {[]step{{create, set("new.example.com", 60)}}, "Expected exactly one of"},
		"400 values at a name are taken":                 {[]step{{create, set("new.example.com", 60, many(400, `"%d"`)...)}}, ""},
		"401 values at a name are refused":               {[]step{{create, set("new.example.com", 60, many(401, `"%d"`)...)}}, "limit of 400"},
		"1,001 values in a batch are refused": {[]step{{create, set("a.example.com", 60, many(400, `"%d"`)...)}, {create, set("b.example.com", 60, many(400, `"%d"`)...)},
			{create, set("c.example.com", 60, many(201, `"%d"`)...)}}, "Number of records limit of 1000 exceeded"},
		"an UPSERT counts twice":                   {[]step{{upsert, set("a.example.com", 60, many(400, `"%d"`)...)}, {upsert, set("b.example.com", 60, many(101, `"%d"`)...)}}, "limit of 1000"},
		"32,001 characters in a batch are refused": {[]step{{create, set("a.example.com", 60, many(131, `"%0243d"`)...)}}, "Number of characters limit of 32000 exceeded"},
		"the zone keeps its name servers": {[]step{{remove, with(set("example.com", 172800, "ns-4.awsdns-01.com.", "ns-5.awsdns-01.net.", "ns-6.awsdns-01.org.", "ns-7.awsdns-01.co.uk."),
			func(s *types.ResourceRecordSet) { s.Type = types.RRTypeNs })}}, "must contain at least one NS record"},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := fake.New(fake.Config{})
			zone := s.AddZone(fake.Zone{Name: "example.com"})
			s.Put(zone, there...)
			before := s.Sets(zone, "")
			info, err := change(t, client(t, s, "AKID"), zone, c.steps...)
			if c.refused != "" {
				wantCode(t, err, "InvalidChangeBatch", c.refused)
				if after := s.Sets(zone, ""); fmt.Sprint(len(after)) != fmt.Sprint(len(before)) {
					t.Errorf("there were %d sets, now %d", len(before), len(after))
				}
				return
			}
			if err != nil || info.Status != types.ChangeStatusPending || !strings.HasPrefix(*info.Id, "/change/") {
				t.Errorf("%+v, %v", info, err)
			}
		})
	}
}

func TestARefusedBatchChangesNothingAndSaysAll(t *testing.T) {
	s := fake.New(fake.Config{})
	zone := s.AddZone(fake.Zone{Name: "example.com"})
	s.Put(zone, fake.Set{Name: "a.example.com", Type: "TXT", TTL: fake.TTL(60), Values: []string{`"one"`}})
	_, err := change(t, client(t, s, "AKID"), zone, step{remove, set("a.example.com", 60, `"one"`)}, step{create, set("b.example.com", 60, `"b"`)},
		step{remove, set("c.example.com", 60, `"c"`)}, step{remove, set("d.example.com", 60, `"d"`)})
	wantCode(t, err, "InvalidChangeBatch", "[Tried to delete resource record set [name='c.example.com.', type='TXT'] but it was not found, "+
		"Tried to delete resource record set [name='d.example.com.', type='TXT'] but it was not found]")
	if len(s.Sets(zone, "a.example.com")) != 1 || len(s.Sets(zone, "b.example.com")) != 0 {
		t.Errorf("there is %v", s.Sets(zone, ""))
	}
}

func TestAChangeIsPendingForItsTimeAndItsPolls(t *testing.T) {
	now := time.Now()
	s := fake.New(fake.Config{SyncAfter: time.Minute, SyncPolls: 2, Now: func() time.Time { return now }})
	zone := s.AddZone(fake.Zone{Name: "example.com"})
	c := client(t, s, "AKID")
	info, err := change(t, c, zone, step{create, set("a.example.com", 60, `"a"`)})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []types.ChangeStatus{types.ChangeStatusPending, types.ChangeStatusPending, types.ChangeStatusInsync} {
		out, err := c.GetChange(t.Context(), &route53.GetChangeInput{Id: info.Id})
		if err != nil || out.ChangeInfo.Status != want {
			t.Errorf("it is %+v, want %s: %v", out, want, err)
		}
		now = now.Add(time.Minute)
	}
	_, err = c.GetChange(t.Context(), &route53.GetChangeInput{Id: aws.String("CNONE")})
	wantCode(t, err, "NoSuchChange", "CNONE")
}

func TestRecordSetsAreListedInTheirOrderPageByPage(t *testing.T) {
	s := fake.New(fake.Config{PageSize: 2})
	zone := s.AddZone(fake.Zone{Name: "example.com"})
	for _, name := range []string{"*.example.com", "a-b.example.com", "a.example.com", "_x.a.example.com", "b.example.com", "0.example.com"} {
		s.Put(zone, fake.Set{Name: name, Type: "TXT", TTL: fake.TTL(60), Values: []string{`"x"`}})
	}
	s.Put(zone, fake.Set{Name: "a.example.com", Type: "A", TTL: fake.TTL(60), Values: []string{"192.0.2.1"}})
	for _, identifier := range []string{"green", "blue", "red"} {
		s.Put(zone, fake.Set{Name: "w.example.com", Type: "TXT", SetIdentifier: identifier, Weight: fake.TTL(1), TTL: fake.TTL(60), Values: []string{`"x"`}})
	}
	listed := func(in *route53.ListResourceRecordSetsInput) (got []string) {
		in.HostedZoneId = &zone
		pages := route53.NewListResourceRecordSetsPaginator(client(t, s, "AKID"), in)
		for pages.HasMorePages() {
			page, err := pages.NextPage(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			for _, set := range page.ResourceRecordSets {
				got = append(got, strings.TrimSuffix(strings.TrimSuffix(*set.Name, "example.com."), ".")+" "+string(set.Type)+aws.ToString(set.SetIdentifier))
			}
		}
		return got
	}
	want := []string{" NS", " SOA", "0 TXT", `\052 TXT`, "a-b TXT", "a A", "a TXT", "_x.a TXT", "b TXT", "w TXTblue", "w TXTgreen", "w TXTred"}
	if got := listed(&route53.ListResourceRecordSetsInput{}); !slices.Equal(got, want) {
		t.Errorf("listed are %q, want %q", got, want)
	}
	if got := listed(&route53.ListResourceRecordSetsInput{StartRecordName: aws.String("A.example.com"), StartRecordType: types.RRTypeTxt}); !slices.Equal(got, want[6:]) {
		t.Errorf("from a's TXT on %q, want %q", got, want[6:])
	}
	_, err := client(t, s, "AKID").ListResourceRecordSets(t.Context(), &route53.ListResourceRecordSetsInput{HostedZoneId: &zone, StartRecordType: types.RRTypeTxt})
	wantCode(t, err, "InvalidInput", "")
}

func TestZonesAreListedFromANameOn(t *testing.T) {
	s := fake.New(fake.Config{PageSize: 2})
	var ids []string
	for _, name := range []string{"a.example.com", "example.com", "example.com", "example.org", "b.a.example.com"} {
		ids = append(ids, s.AddZone(fake.Zone{Name: name, Private: len(ids) == 2}))
	}
	s.AddZone(fake.Zone{Name: "example.com", Account: "111111111111"})
	c := client(t, s, "AKID")
	var got []string
	in := &route53.ListHostedZonesByNameInput{DNSName: aws.String("Example.com")}
	for {
		page, err := c.ListHostedZonesByName(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		for _, z := range page.HostedZones {
			got = append(got, strings.TrimPrefix(*z.Id, "/hostedzone/"))
			if want := *z.Id == "/hostedzone/"+ids[2]; z.Config.PrivateZone != want {
				t.Errorf("%s is private: %v", *z.Id, z.Config.PrivateZone)
			}
		}
		if !page.IsTruncated {
			break
		}
		in = &route53.ListHostedZonesByNameInput{DNSName: page.NextDNSName, HostedZoneId: page.NextHostedZoneId}
	}
	if want := []string{ids[1], ids[2], ids[0], ids[4], ids[3]}; !slices.Equal(got, want) {
		t.Errorf("listed are %v, want %v", got, want)
	}
	n := 0
	for pages := route53.NewListHostedZonesPaginator(c, &route53.ListHostedZonesInput{}); pages.HasMorePages(); {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		n += len(page.HostedZones)
	}
	if n != 5 {
		t.Errorf("%d zones are listed", n)
	}
	_, err := c.ListHostedZonesByName(t.Context(), &route53.ListHostedZonesByNameInput{HostedZoneId: &ids[0]})
	wantCode(t, err, "InvalidInput", "")
}

func TestAZoneShowsItsNameServersToItsAccount(t *testing.T) {
	s := fake.New(fake.Config{Accounts: map[string]string{"OTHER": "111111111111"}})
	zone, private := s.AddZone(fake.Zone{Name: "example.com"}), s.AddZone(fake.Zone{Name: "example.com", Private: true})
	c := client(t, s, "AKID")
	out, err := c.GetHostedZone(t.Context(), &route53.GetHostedZoneInput{Id: &zone})
	if err != nil || !slices.Equal(out.DelegationSet.NameServers, s.NameServers(zone)) || len(s.NameServers(zone)) != 4 {
		t.Errorf("%+v, %v", out, err)
	}
	if out, err := c.GetHostedZone(t.Context(), &route53.GetHostedZoneInput{Id: &private}); err != nil || out.DelegationSet != nil {
		t.Errorf("%+v, %v", out, err)
	}
	_, err = client(t, s, "OTHER").GetHostedZone(t.Context(), &route53.GetHostedZoneInput{Id: &zone})
	wantCode(t, err, "AccessDenied", "not authorized to access this resource")
	s.RemoveZone(zone)
	_, err = c.GetHostedZone(t.Context(), &route53.GetHostedZoneInput{Id: &zone})
	wantCode(t, err, "NoSuchHostedZone", zone)
}

func TestAFaultIsAskedForWithTheCallsOwnWords(t *testing.T) {
	var asked fake.Call
	s := fake.New(fake.Config{Fault: func(c fake.Call) *fake.Fault {
		asked = c
		f := fake.Throttling()
		return &f
	}})
	zone := s.AddZone(fake.Zone{Name: "example.com"})
	_, err := change(t, client(t, s, "AKID"), zone, step{create, set("a.example.com", 60, `"a"`)})
	wantCode(t, err, "Throttling", "Rate exceeded")
	if want := (fake.Call{Operation: "ChangeResourceRecordSets", Account: fake.DefaultAccount, ID: zone}); asked != want {
		t.Errorf("asked was %+v, want %+v", asked, want)
	}
	if len(s.Sets(zone, "a.example.com")) != 0 || s.Calls("ChangeResourceRecordSets") != 1 {
		t.Errorf("%d calls, there is %v", s.Calls("ChangeResourceRecordSets"), s.Sets(zone, ""))
	}
}

func TestWhatIsNoCallOfRoute53IsRefused(t *testing.T) {
	s := fake.New(fake.Config{})
	zone := s.AddZone(fake.Zone{Name: "example.com"})
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	const signed = "AWS4-HMAC-SHA256 Credential=AKID/20261124/us-east-1/route53/aws4_request, SignedHeaders=host, Signature=0"
	for sentence, tc := range map[string]struct{ authorization, method, path, body, code string }{
		"without a signature":     {"", http.MethodGet, "/2013-04-01/hostedzone", "", "MissingAuthenticationToken"},
		"of an unknown action":    {signed, http.MethodGet, "/2013-04-01/healthcheck", "", "UnknownOperationException"},
		"with another method":     {signed, http.MethodDelete, "/2013-04-01/hostedzone/" + zone, "", "UnknownOperationException"},
		"without XML":             {signed, http.MethodPost, "/2013-04-01/hostedzone/" + zone + "/rrset/", "{}", "InvalidInput"},
		"without a change":        {signed, http.MethodPost, "/2013-04-01/hostedzone/" + zone + "/rrset/", "<ChangeResourceRecordSetsRequest/>", "InvalidInput"},
		"with an odd page size":   {signed, http.MethodGet, "/2013-04-01/hostedzone/" + zone + "/rrset?maxitems=0", "", "InvalidInput"},
		"of another STS action":   {signed, http.MethodPost, "/", "Action=GetCallerIdentity&Version=2011-06-15", "UnknownOperationException"},
		"of a role that is none":  {signed, http.MethodPost, "/", "Action=AssumeRole&RoleArn=x&Version=2011-06-15", "ValidationError"},
		"of a zone that is none":  {signed, http.MethodGet, "/2013-04-01/hostedzone/ZNONE/rrset", "", "NoSuchHostedZone"},
		"with a zone in the path": {signed, http.MethodGet, "/2013-04-01/hostedzone/a/b", "", "UnknownOperationException"},
	} {
		t.Run(sentence, func(t *testing.T) {
			request, err := http.NewRequestWithContext(t.Context(), tc.method, server.URL+tc.path, strings.NewReader(tc.body))
			if err != nil {
				t.Fatal(err)
			}
			request.Header.Set("Authorization", tc.authorization)
			reply, err := http.DefaultClient.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			defer reply.Body.Close()
			text, _ := io.ReadAll(reply.Body)
			if reply.StatusCode < 400 || !strings.Contains(string(text), "<Code>"+tc.code+"</Code>") {
				t.Errorf("%d %s", reply.StatusCode, text)
			}
		})
	}
}
