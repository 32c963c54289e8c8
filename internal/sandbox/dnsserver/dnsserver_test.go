package dnsserver

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"
	"github.com/miekg/dns"

	"certloop/internal/sandbox/moto"
)

func TestServer(t *testing.T) {
	client := route53.New(route53.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(moto.ForTest(t).URL),
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
	outer, inner := makeZone(t, client, "example.com"), makeZone(t, client, "sub.example.com")
	put(t, client, outer, "txt.example.com", types.RRTypeTxt, `"one"`, `"two"`)
	put(t, client, outer, "alias.example.com", types.RRTypeCname, "target.sub.example.com")
	put(t, client, outer, "ring.example.com", types.RRTypeCname, "ring.example.com")
	put(t, client, inner, "target.sub.example.com", types.RRTypeTxt, `"there"`)
	put(t, client, inner, "deep.below.sub.example.com", types.RRTypeTxt, `"deep"`)
	s, err := Start(client)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	for sentence, c := range map[string]struct {
		name  string
		qtype uint16
		rcode int
		want  string
	}{
		"all values of a set are returned":         {"txt.example.com.", dns.TypeTXT, 0, "one two"},
		"names are compared without case":          {"TXT.Example.COM.", dns.TypeTXT, 0, "one two"},
		"an alias is followed into another zone":   {"alias.example.com.", dns.TypeTXT, 0, "target.sub.example.com. there"},
		"an alias itself can be queried":           {"alias.example.com.", dns.TypeCNAME, 0, "target.sub.example.com."},
		"a loop of aliases ends":                   {"ring.example.com.", dns.TypeTXT, dns.RcodeServerFailure, ""},
		"an unknown name is NXDOMAIN":              {"none.example.com.", dns.TypeTXT, dns.RcodeNameError, ""},
		"a name above others exists, and is empty": {"below.sub.example.com.", dns.TypeTXT, 0, ""},
		"an unknown type is an empty reply":        {"txt.example.com.", dns.TypeA, 0, ""},
		"a name of no zone is NXDOMAIN":            {"example.org.", dns.TypeTXT, dns.RcodeNameError, ""},
	} {
		for _, network := range []string{"udp", "tcp"} {
			t.Run(sentence+" over "+network, func(t *testing.T) {
				reply := ask(t, s, network, c.name, c.qtype)
				if got := values(reply); reply.Rcode != c.rcode || c.rcode == 0 && got != c.want {
					t.Errorf("%s %q, want %s %q", dns.RcodeToString[reply.Rcode], got, dns.RcodeToString[c.rcode], c.want)
				}
			})
		}
	}
	t.Run("a zone is delegated to its own name servers", func(t *testing.T) {
		got, err := client.GetHostedZone(t.Context(), &route53.GetHostedZoneInput{Id: aws.String(inner)})
		if err != nil {
			t.Fatal(err)
		}
		want := strings.Join(got.DelegationSet.NameServers, ". ") + "."
		if reply := ask(t, s, "udp", "sub.example.com.", dns.TypeNS); values(reply) != want {
			t.Errorf("%q, want %q", values(reply), want)
		}
	})
}

// A resolver's client finds the zone of a name in the SOA of a negative answer, and its name servers with an NS query.
func TestServer_AZoneIsFoundByItsAuthority(t *testing.T) {
	client := route53.New(route53.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(moto.ForTest(t).URL),
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
	outer, inner := makeZone(t, client, "example.com"), makeZone(t, client, "sub.example.com")
	put(t, client, outer, "alias.example.com", types.RRTypeCname, "none.sub.example.com")
	put(t, client, inner, "deep.below.sub.example.com", types.RRTypeTxt, `"deep"`)
	s, err := Start(client)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	for sentence, c := range map[string]struct {
		name  string
		qtype uint16
		zone  string
	}{
		"a name that is not there":             {"none.example.com.", dns.TypeTXT, "example.com."},
		"a name that is not there, farther in": {"none.sub.example.com.", dns.TypeCNAME, "sub.example.com."},
		"a name that is empty":                 {"below.sub.example.com.", dns.TypeNS, "sub.example.com."},
		"a type that is not at the zone":       {"example.com.", dns.TypeTXT, "example.com."},
		"the end of an alias":                  {"alias.example.com.", dns.TypeTXT, "sub.example.com."},
		"a name of no zone":                    {"example.org.", dns.TypeTXT, "."},
	} {
		t.Run(sentence, func(t *testing.T) {
			reply := ask(t, s, "udp", c.name, c.qtype)
			if len(reply.Ns) != 1 || reply.Ns[0].Header().Rrtype != dns.TypeSOA || reply.Ns[0].Header().Name != c.zone {
				t.Errorf("the authority is %v, want %s", reply.Ns, c.zone)
			}
		})
	}
	for _, c := range []struct{ zone, server string }{{"example.com.", "ns-2048.awsdns-64.com."}, {".", rootServer}} {
		servers, soa := ask(t, s, "udp", c.zone, dns.TypeNS), ask(t, s, "udp", c.zone, dns.TypeSOA)
		if got := strings.Fields(values(servers)); len(got) == 0 || got[0] != c.server {
			t.Errorf("the name servers of %s are %v, want %s first", c.zone, got, c.server)
		}
		if len(soa.Answer) != 1 || soa.Answer[0].(*dns.SOA).Ns != c.server || len(soa.Ns) != 0 {
			t.Errorf("the SOA of %s is %v", c.zone, soa.Answer)
		}
	}
}

func ask(t *testing.T, s *Server, network, name string, qtype uint16) *dns.Msg {
	t.Helper()
	query := new(dns.Msg)
	query.SetQuestion(name, qtype)
	reply, _, err := (&dns.Client{Net: network, Timeout: 20 * time.Second}).Exchange(query, s.Addr)
	if err != nil {
		t.Fatal(err)
	}
	return reply
}

func values(reply *dns.Msg) string {
	var out []string
	for _, rr := range reply.Answer {
		switch rr := rr.(type) {
		case *dns.TXT:
			out = append(out, strings.Join(rr.Txt, ""))
		case *dns.CNAME:
			out = append(out, rr.Target)
		case *dns.NS:
			out = append(out, rr.Ns)
		}
	}
	return strings.Join(out, " ")
}

func makeZone(t *testing.T, client *route53.Client, name string) string {
	t.Helper()
	got, err := client.CreateHostedZone(t.Context(), &route53.CreateHostedZoneInput{
		Name: &name, CallerReference: aws.String(fmt.Sprintf("%s-%s", t.Name(), name)),
	})
	if err != nil {
		t.Fatal(err)
	}
	return *got.HostedZone.Id
}

func put(t *testing.T, client *route53.Client, zone, name string, kind types.RRType, values ...string) {
	t.Helper()
	var records []types.ResourceRecord
	for _, v := range values {
		records = append(records, types.ResourceRecord{Value: &v})
	}
	_, err := client.ChangeResourceRecordSets(t.Context(), &route53.ChangeResourceRecordSetsInput{
		HostedZoneId: &zone, ChangeBatch: &types.ChangeBatch{Changes: []types.Change{{
			Action: types.ChangeActionCreate, ResourceRecordSet: &types.ResourceRecordSet{
				Name: &name, Type: kind, TTL: aws.Int64(60), ResourceRecords: records,
			},
		}}},
	})
	if err != nil {
		t.Fatal(err)
	}
}
