package fake

import (
	"errors"
	"net"
	"strings"
	"sync"
	"time"

	"github.com/miekg/dns"
)

// Silent is the fault of a name that is never answered for; see DNS.Fail.
const Silent = -1

// DNS is the public DNS as a recursive resolver shows it, on UDP and TCP. A zone is there once it is delegated: to a
// hosted zone's name servers, then that answers what it serves, or to others, then what was put there answers.
type DNS struct {
	// Addr is host:port.
	Addr    string
	service *Service
	servers []*dns.Server
	running sync.WaitGroup

	mu        sync.Mutex
	cuts      map[string][]string
	records   map[string][]dns.RR
	faults    map[string]int
	queries   int
	asked     int // at this moment
	busiest   int
	slow      time.Duration
	withoutNS bool
	overTCP   bool
}

// StartDNS listens on a free loopback port.
func StartDNS(s *Service) (*DNS, error) {
	udp, tcp, err := listen()
	if err != nil {
		return nil, err
	}
	d := &DNS{Addr: udp.LocalAddr().String(), service: s, records: map[string][]dns.RR{}, faults: map[string]int{},
		cuts: map[string][]string{".": {"a.root-servers.net."}}}
	handler := dns.HandlerFunc(d.serve)
	d.servers = []*dns.Server{{PacketConn: udp, Handler: handler}, {Listener: tcp, Handler: handler}}
	for _, server := range d.servers {
		started := make(chan struct{})
		server.NotifyStartedFunc = func() { close(started) }
		d.running.Go(func() { _ = server.ActivateAndServe() })
		<-started
	}
	return d, nil
}

// listen finds a port that is free for both protocols.
func listen() (net.PacketConn, net.Listener, error) {
	var problems error
	for range 20 {
		udp, err := net.ListenPacket("udp", "127.0.0.1:0")
		if err != nil {
			return nil, nil, err
		}
		tcp, err := net.Listen("tcp", udp.LocalAddr().String())
		if err == nil {
			return udp, tcp, nil
		}
		problems = errors.Join(problems, err, udp.Close())
	}
	return nil, nil, problems
}

// Close ends both listeners.
func (d *DNS) Close() {
	for _, server := range d.servers {
		_ = server.Shutdown()
	}
	d.running.Wait()
}

// Delegate makes a zone whose name servers are these, in place of those of before.
func (d *DNS) Delegate(zone string, nameServers ...string) {
	d.set(func() {
		d.cuts[dns.CanonicalName(zone)] = nil
		for _, server := range nameServers {
			d.cuts[dns.CanonicalName(zone)] = append(d.cuts[dns.CanonicalName(zone)], dns.CanonicalName(server))
		}
	})
}

// Put adds a record, in the form of a zone file, to a zone that is not delegated to Route 53. It panics where the line
// is no record.
func (d *DNS) Put(line string) {
	rr, err := dns.NewRR(line)
	if err != nil {
		panic("fake: " + err.Error())
	}
	name := dns.CanonicalName(rr.Header().Name)
	d.set(func() { d.records[name] = append(d.records[name], rr) })
}

// Fail makes every question about a name get this response code, or no answer at all (Silent); NOERROR ends it.
func (d *DNS) Fail(name string, rcode int) {
	d.set(func() { d.faults[dns.CanonicalName(name)] = rcode })
}

// WithoutAuthority leaves the SOA out of negative answers, as some resolvers do.
func (d *DNS) WithoutAuthority() { d.set(func() { d.withoutNS = true }) }

// OverTCP cuts every answer over UDP off.
func (d *DNS) OverTCP() { d.set(func() { d.overTCP = true }) }

// ZoneOf is the zone that answers for a name, with a dot at the end.
func (d *DNS) ZoneOf(name string) (zone string) {
	d.set(func() { zone = d.cutOf(dns.CanonicalName(name)) })
	return zone
}

// Slow makes every answer take that long.
func (d *DNS) Slow(by time.Duration) { d.set(func() { d.slow = by }) }

// Queries is how many questions were asked.
func (d *DNS) Queries() (n int) {
	d.set(func() { n = d.queries })
	return n
}

// Busiest is how many questions were asked at one time, at most.
func (d *DNS) Busiest() (n int) {
	d.set(func() { n = d.busiest })
	return n
}

// TXT are the values that a CA would see at a name, its CNAMEs followed.
func (d *DNS) TXT(name string) []string {
	query := new(dns.Msg)
	query.SetQuestion(dns.Fqdn(name), dns.TypeTXT)
	var values []string
	for _, rr := range d.answer(query).Answer {
		if txt, ok := rr.(*dns.TXT); ok {
			values = append(values, fromZoneFile.Replace(strings.Join(txt.Txt, "")))
		}
	}
	return values
}

func (d *DNS) set(f func()) {
	d.mu.Lock()
	defer d.mu.Unlock()
	f()
}
