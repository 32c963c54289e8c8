package dnsserver

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"
	"github.com/miekg/dns"
	"pgregory.net/rapid"

	"certloop/internal/sandbox/gateway"
	"certloop/internal/sandbox/moto"
	"certloop/providers/route53/fake"
)

// world is a server whose gateway reports changes to it.
type world struct {
	*Server
	// through changes zones through the gateway, direct reads them from the emulator.
	through, direct *route53.Client
	// read counts the requests of the server to Route 53, failed those that failed since the last query, broken is how
	// many of the next ones fail.
	read, failed, broken atomic.Int32
	// slow, if set, is received from before each request of the server.
	slow atomic.Pointer[chan struct{}]
}

func newWorld(t *testing.T, emulator string) *world {
	t.Helper()
	w := &world{direct: clientOf(emulator, nil)}
	var err error
	if w.Server, err = Start(clientOf(emulator, w)); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(w.Close)
	front, err := gateway.Start(gateway.Config{Emulator: emulator, Changed: w.Changed})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(front.Close)
	w.through = clientOf(front.URL, nil)
	return w
}

func clientOf(url string, transport aws.HTTPClient) *route53.Client {
	return route53.New(route53.Options{
		Region: "us-east-1", BaseEndpoint: aws.String(url), HTTPClient: transport, RetryMaxAttempts: 1,
		Credentials: credentials.NewStaticCredentialsProvider("test", "test", ""),
	})
}

// Do sends a request of the server, or fails.
func (w *world) Do(r *http.Request) (*http.Response, error) {
	w.read.Add(1)
	if slow := w.slow.Load(); slow != nil {
		<-*slow
	}
	if w.broken.Load() > 0 {
		w.broken.Add(-1)
		w.failed.Add(1)
		return nil, errors.New("the emulator does not answer")
	}
	return http.DefaultClient.Do(r)
}

// The names are chosen so that zones lie in zones, aliases lead from one to another, and records hide empty names.
var (
	zoneNames = []string{"example.com", "sub.example.com", "example.org"}
	setNames  = []string{"example.com", "a.example.com", "b.a.example.com", "sub.example.com", "c.sub.example.com", "*.sub.example.com", "d.example.org"}
	askable   = append(slices.Clone(setNames), "none.example.com", "example.net", ".")
)

// change makes one change that Route 53 may refuse.
func (w *world) change(t *rapid.T, ids []string) {
	name, kind := rapid.SampledFrom(setNames).Draw(t, "name"), rapid.SampledFrom([]types.RRType{types.RRTypeTxt, types.RRTypeCname}).Draw(t, "type")
	value := rapid.SampledFrom([]string{`"one"`, `"two"`}).Draw(t, "value")
	if kind == types.RRTypeCname {
		value = rapid.SampledFrom(setNames[:6]).Draw(t, "target")
	}
	id := rapid.SampledFrom(ids).Draw(t, "zone")
	_, _ = w.through.ChangeResourceRecordSets(context.Background(), &route53.ChangeResourceRecordSetsInput{
		HostedZoneId: &id, ChangeBatch: &types.ChangeBatch{Changes: []types.Change{{
			Action: rapid.SampledFrom(types.ChangeAction("").Values()).Draw(t, "action"),
			ResourceRecordSet: &types.ResourceRecordSet{Name: &name, Type: kind, TTL: aws.Int64(60),
				ResourceRecords: []types.ResourceRecord{{Value: &value}}},
		}}},
	})
}

// compare compares a reply of the server with what Route 53 has at this moment.
func (w *world) compare(t *rapid.T, name string, qtype uint16) {
	question := dns.Question{Name: dns.Fqdn(name), Qtype: qtype, Qclass: dns.ClassINET}
	now := &Server{zones: newZones(w.direct)}
	got, want := reply(w.Server, question), reply(now, question)
	if failed := w.failed.Swap(0); failed > 0 && strings.HasPrefix(got, "SERVFAIL") {
		w.broken.Store(0)
		got = reply(w.Server, question)
	}
	if got != want {
		t.Fatalf("%s %s is answered with\n%s, Route 53 has\n%s", name, dns.TypeToString[qtype], got, want)
	}
}

func reply(s *Server, q dns.Question) string {
	out := new(dns.Msg)
	s.answer(context.Background(), out, q)
	return fmt.Sprint(dns.RcodeToString[out.Rcode], out.Answer, out.Ns)
}

func TestServer_AnswersAsIfItReadRoute53AtEachQuery(t *testing.T) {
	service := fake.New(fake.Config{PageSize: 2})
	emulator := httptest.NewServer(service)
	t.Cleanup(emulator.Close)
	w := newWorld(t, emulator.URL)
	rapid.Check(t, func(t *rapid.T) {
		var ids []string
		remove := func(i int) {
			service.RemoveZone(ids[i])
			ids = slices.Delete(ids, i, i+1)
			w.Changed(everyZone)
		}
		t.Repeat(map[string]func(*rapid.T){
			"": func(t *rapid.T) {
				w.compare(t, rapid.SampledFrom(askable).Draw(t, "query"), rapid.SampledFrom([]uint16{dns.TypeTXT, dns.TypeCNAME, dns.TypeNS, dns.TypeSOA}).Draw(t, "type"))
			},
			"create a zone": func(t *rapid.T) {
				ids = append(ids, service.AddZone(fake.Zone{Name: rapid.SampledFrom(zoneNames).Draw(t, "name"), Private: rapid.Bool().Draw(t, "private")}))
				w.Changed(everyZone)
			},
			"delete a zone": func(t *rapid.T) {
				if len(ids) > 0 {
					remove(rapid.IntRange(0, len(ids)-1).Draw(t, "zone"))
				}
			},
			"change a zone": func(t *rapid.T) {
				if len(ids) > 0 {
					w.change(t, ids)
				}
			},
			"the emulator does not answer the server": func(t *rapid.T) {
				w.broken.Store(int32(rapid.IntRange(1, 3).Draw(t, "requests")))
			},
		})
		w.broken.Store(0)
		for len(ids) > 0 {
			remove(0)
		}
	})
}

// Each of many clients sees its own change in the first query after the reply, whatever the others change meanwhile.
func TestServer_AClientSeesItsOwnChange(t *testing.T) {
	w := newWorld(t, moto.ForTest(t).URL)
	zones := []string{makeZone(t, w.through, "example.com"), makeZone(t, w.through, "example.org")}
	var all sync.WaitGroup
	for i := range 6 {
		zone, name := zones[i%2], fmt.Sprintf("n%d.%s", i, []string{"example.com", "example.org"}[i%2])
		all.Go(func() {
			for n := range 15 {
				value := fmt.Sprintf(`"%d"`, n)
				if _, err := w.through.ChangeResourceRecordSets(t.Context(), upsert(zone, name, value)); err != nil {
					t.Error(err)
					return
				}
				question := dns.Question{Name: name + ".", Qtype: dns.TypeTXT, Qclass: dns.ClassINET}
				if got := reply(w.Server, question); !strings.Contains(got, value) {
					t.Errorf("%s is %s after the reply to its change to %s", name, got, value)
				}
			}
		})
	}
	all.Wait()
}

// A CA queries three times for each name, and gives up a query after two seconds.
func TestServer_AQuerySendsNoRequestToRoute53(t *testing.T) {
	w := newWorld(t, moto.ForTest(t).URL)
	zone := makeZone(t, w.through, "example.com")
	makeZone(t, w.through, "example.org")
	w.read.Store(0)
	if _, err := w.through.ChangeResourceRecordSets(t.Context(), upsert(zone, "a.example.com", `"one"`)); err != nil {
		t.Fatal(err)
	}
	if n := w.read.Load(); n != 1 {
		t.Errorf("a change of one of two zones was read with %d requests, want 1", n)
	}
	w.broken.Store(1000)
	for _, name := range []string{"a.example.com.", "none.example.com.", "a.example.org.", "example.net."} {
		if got := ask(t, w.Server, "tcp", name, dns.TypeTXT); got.Rcode == dns.RcodeServerFailure {
			t.Errorf("%s: the query was answered from Route 53", name)
		}
	}
	if n := w.read.Load(); n != 1 {
		t.Errorf("four queries sent %d requests", n-1)
	}
}

// While the emulator is slow, queries are answered with what was there before the change that is under way.
func TestServer_AQueryDoesNotWaitForASlowEmulator(t *testing.T) {
	w := newWorld(t, moto.ForTest(t).URL)
	zone := makeZone(t, w.through, "example.com")
	slow, done := make(chan struct{}), make(chan error)
	w.slow.Store(&slow)
	before := w.read.Load()
	go func() {
		_, err := w.through.ChangeResourceRecordSets(t.Context(), upsert(zone, "a.example.com", `"one"`))
		done <- err
	}()
	for w.read.Load() == before {
		time.Sleep(time.Millisecond)
	}
	if got := ask(t, w.Server, "tcp", "a.example.com.", dns.TypeTXT); got.Rcode != dns.RcodeNameError {
		t.Errorf("before the client has its reply, the answer is %v", got)
	}
	select {
	case err := <-done:
		t.Errorf("the client has its reply before the copy has the change: %v", err)
	default:
	}
	close(slow)
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if got := values(ask(t, w.Server, "tcp", "a.example.com.", dns.TypeTXT)); got != "one" {
		t.Errorf("after the reply the answer is %q", got)
	}
}

func upsert(zone, name, value string) *route53.ChangeResourceRecordSetsInput {
	return &route53.ChangeResourceRecordSetsInput{HostedZoneId: &zone, ChangeBatch: &types.ChangeBatch{Changes: []types.Change{{
		Action: types.ChangeActionUpsert, ResourceRecordSet: &types.ResourceRecordSet{Name: &name, Type: types.RRTypeTxt, TTL: aws.Int64(60),
			ResourceRecords: []types.ResourceRecord{{Value: &value}}},
	}}}}
}
