// Package metrics writes what an operator watches as lines of CloudWatch's embedded metric format: CloudWatch makes
// metrics of them where they are written to a log group
// (https://docs.aws.amazon.com/AmazonCloudWatch/latest/monitoring/CloudWatch_Embedded_Metric_Format_Specification.html).
// No API is called and no permission needed, and a metric is lost only with its log line.
//
// It deliberately knows no name of a record: a metric with a dimension of its own for each of 10,000 certificates
// would cost 3,000 dollars a month. docs/reference/metrics-and-alarms.md describes the metrics.
//
// The lines are made here, in emf.go, rather than by a library: what there is for Go takes the metrics of one set of
// dimensions and one value each, so that gathering the values of an invocation, which is most of this package, would be
// left to do; and the format itself is one object.
package metrics

import (
	"io"
	"sync"
	"time"

	"certloop/reconciler/api"
	"certloop/reconciler/ports"
)

// Namespace is that of all metrics.
const Namespace = "certloop"

// Config is what a Meter is made of.
type Config struct {
	// Table is the value of the dimension Table of every metric: the name of the table of records.
	Table string
	// Out is where the lines go, standard output in Lambda.
	Out io.Writer
	// Now is time.Now where nil.
	Now func() time.Time
}

var (
	_ ports.Meter           = (*Meter)(nil)
	_ ports.RevocationMeter = (*Meter)(nil)
	_ ports.ProbeMeter      = (*Meter)(nil)
)

// Meter implements ports.Meter, ports.RevocationMeter and ports.ProbeMeter. It gathers what happens during one invocation, and Flush
// writes it. It is safe for concurrent use.
type Meter struct {
	Config
	mu   sync.Mutex
	seen map[series][]float64
}

// New makes a Meter; it writes nothing yet.
func New(c Config) *Meter {
	if c.Now == nil {
		c.Now = time.Now
	}
	return &Meter{Config: c, seen: map[series][]float64{}}
}

// Reconciled implements ports.Meter.
func (m *Meter) Reconciled(result api.PassResult) { m.count(series{reconciles, string(result)}) }

// Failed implements ports.Meter.
func (m *Meter) Failed(reason string) { m.count(series{failures, reason}) }

// Issued implements ports.Meter.
func (m *Meter) Issued(stage api.IssuanceStage, took time.Duration) {
	if stage == api.StageObtained {
		m.count(series{metric: certificatesIssued})
		return
	}
	m.mu.Lock()
	defer m.mu.Unlock()
	s := series{metric: issuanceDuration}
	m.seen[s] = append(m.seen[s], max(took, 0).Seconds())
}

// Revoked implements ports.RevocationMeter.
func (m *Meter) Revoked() { m.count(series{metric: certificatesRevoked}) }

// Counted implements ports.Meter. A second census of an invocation replaces the first.
func (m *Meter) Counted(c api.Census) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.set(certificatesReady, float64(c.Ready))
	m.set(certificatesNotReady, float64(c.NotReady))
	m.set(certificatesSuspended, float64(c.Suspended))
	m.set(longestNotReady, c.LongestNotReady.Seconds())
	m.set(oldestOverdue, c.OldestOverdue.Seconds())
	m.set(unknownKinds, float64(c.UnknownKinds))
	if c.Installed {
		m.set(minimumDaysToExpiry, c.LeastLife.Hours()/24)
	}
	m.countedServed(c.Served)
}

func (m *Meter) countedServed(c api.ServedCensus) {
	if !c.Probed {
		return
	}
	m.set(endpointsNotCurrent, float64(c.NotCurrent))
	m.set(endpointsUnreachable, float64(c.Unreachable))
	m.set(oldestOverdueProbe, c.OldestOverdue.Seconds())
	if s := (series{metric: probes}); len(m.seen[s]) == 0 {
		m.seen[s] = []float64{0} // a tick without probes shows that they stopped; no data shows nothing
	}
	if c.Answered {
		m.set(minimumDaysToExpiryServed, c.LeastLife.Hours()/24)
	}
}

// Probed implements ports.ProbeMeter.
func (m *Meter) Probed() { m.count(series{metric: probes}) }

// Resynced implements ports.Meter.
func (m *Meter) Resynced() { m.count(series{metric: resyncs}) }

func (m *Meter) count(s series) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(m.seen[s]) == 0 {
		m.seen[s] = []float64{0}
	}
	m.seen[s][0]++
}

func (m *Meter) set(d definition, value float64) { m.seen[series{metric: d}] = []float64{value} }

// Flush writes what was gathered since the last time, and forgets it, whatever comes of it: it is old by the next time.
// It writes nothing where nothing happened.
func (m *Meter) Flush() error {
	m.mu.Lock()
	defer m.mu.Unlock()
	seen := m.seen
	m.seen = map[series][]float64{}
	if len(seen) == 0 {
		return nil
	}
	_, err := m.Out.Write(lines(m.Table, m.Now(), seen))
	return err
}
