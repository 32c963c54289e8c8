package route53_test

import (
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"
	"github.com/miekg/dns"

	"certloop/internal/sandbox/cloud"
	"certloop/internal/sandbox/dnsserver"
	"certloop/internal/sandbox/gateway"
	"certloop/internal/sandbox/moto"
	"certloop/providers/route53"
	"certloop/providers/route53/contract"
)

// notEnforcedByMoto are the parts of the contract that moto 5.2.1 does not pass, each with the reason. All of them run
// on the strict fake.
var notEnforcedByMoto = map[string]string{
	"a zone that the record names must be the delegated one of its name": noIdleZone,
	"a zone to which nothing leads is passed over for the delegated one": noIdleZone,
	"a zone to which nothing leads is reported with its name servers":    noIdleZone,
	"of two zones of one name the delegated one is taken":                "moto gives all zones the same name servers",
	"a change that nobody made is not known":                             "moto says INSYNC of every change",
}

const noIdleZone = "the sandbox's DNS server leads to every public zone"

// emulator is moto's Route 53, and the sandbox's DNS server that answers from it.
type emulator struct {
	api *sdk.Client
	dns string
}

func TestContractOnMoto(t *testing.T) {
	behind := moto.ForTest(t).URL
	server, err := dnsserver.Start(sdk.NewFromConfig(configFor(behind)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	front, err := gateway.Start(gateway.Config{Emulator: behind, Changed: server.Changed})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(front.Close)
	contractAt(t, front.URL, server.Addr, notEnforcedByMoto)
}

// TestContractOnTheSandboxsOwnCloud uses the zones through the API only, and the DNS server that answers from them.
func TestContractOnTheSandboxsOwnCloud(t *testing.T) {
	account, url := cloud.ForTest(t, "us-east-1")
	server, err := dnsserver.StartHosted(account.Route53)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Close)
	notEnforced := maps.Clone(notEnforcedByMoto)
	delete(notEnforced, "a change that nobody made is not known")
	contractAt(t, url, server.Addr, notEnforced)
}

func contractAt(t *testing.T, url, resolver string, notEnforced map[string]string) {
	config := configFor(url)
	e := emulator{api: sdk.NewFromConfig(config), dns: resolver}
	contract.Run(t, contract.Subject{
		DNS:         route53.New(route53.Config{AWS: config, Resolvers: []string{resolver}}),
		Zone:        func(t *testing.T, name string) string { return e.zone(t, name, false) },
		PrivateZone: func(t *testing.T, name string) string { return e.zone(t, name, true) },
		IdleZone: func(t *testing.T, _ string) string {
			t.Fatal(noIdleZone)
			return ""
		},
		Put: func(t *testing.T, zone string, s contract.Set) { e.change(t, zone, types.ChangeActionCreate, s) },
		Replace: func(t *testing.T, zone string, _, s contract.Set) {
			e.change(t, zone, types.ChangeActionUpsert, s)
		},
		Sets: e.sets, TXT: e.txt, NotEnforced: notEnforced,
	})
}

func (e emulator) zone(t *testing.T, name string, private bool) (id string) {
	t.Helper()
	in := &sdk.CreateHostedZoneInput{Name: &name, CallerReference: aws.String(fmt.Sprint(t.Name(), name, private))}
	if private {
		in.HostedZoneConfig = &types.HostedZoneConfig{PrivateZone: true}
		in.VPC = &types.VPC{VPCId: aws.String("vpc-1"), VPCRegion: types.VPCRegionEuWest1}
	}
	out, err := e.api.CreateHostedZone(t.Context(), in)
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimPrefix(*out.HostedZone.Id, "/hostedzone/")
}

func (e emulator) change(t *testing.T, zone string, action types.ChangeAction, s contract.Set) {
	t.Helper()
	set := &types.ResourceRecordSet{Name: &s.Name, Type: types.RRType(s.Type), TTL: &s.TTL}
	for _, v := range s.Values {
		set.ResourceRecords = append(set.ResourceRecords, types.ResourceRecord{Value: aws.String(v)})
	}
	_, err := e.api.ChangeResourceRecordSets(t.Context(), &sdk.ChangeResourceRecordSetsInput{
		HostedZoneId: &zone, ChangeBatch: &types.ChangeBatch{Changes: []types.Change{{Action: action, ResourceRecordSet: set}}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func (e emulator) sets(t *testing.T, zone, name string) (sets []contract.Set) {
	t.Helper()
	pages := sdk.NewListResourceRecordSetsPaginator(e.api, &sdk.ListResourceRecordSetsInput{HostedZoneId: &zone})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, set := range page.ResourceRecordSets {
			found := strings.ReplaceAll(strings.TrimSuffix(strings.ToLower(*set.Name), "."), `\052`, "*")
			if set.Type != types.RRTypeTxt || found != name {
				continue
			}
			s := contract.Set{Name: found, Type: "TXT", TTL: aws.ToInt64(set.TTL)}
			for _, r := range set.ResourceRecords {
				s.Values = append(s.Values, *r.Value)
			}
			sets = append(sets, s)
		}
	}
	return sets
}

// fromZoneFile: the DNS library holds character strings as a zone file has them.
var fromZoneFile = strings.NewReplacer(`\\`, `\`, `\"`, `"`)

func (e emulator) txt(t *testing.T, name string) (values []string) {
	t.Helper()
	query := new(dns.Msg)
	query.SetQuestion(dns.Fqdn(name), dns.TypeTXT)
	reply, _, err := (&dns.Client{Net: "tcp"}).ExchangeContext(t.Context(), query, e.dns)
	if err != nil {
		t.Fatal(err)
	}
	for _, rr := range reply.Answer {
		if txt, ok := rr.(*dns.TXT); ok {
			values = append(values, fromZoneFile.Replace(strings.Join(txt.Txt, "")))
		}
	}
	return slices.Sorted(slices.Values(values))
}
