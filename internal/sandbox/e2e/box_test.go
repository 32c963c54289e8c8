//go:build e2e

package e2e

import (
	"fmt"
	"net/http"
	"runtime"
	"strings"
	"testing"
	"time"

	"certloop/internal/sandbox"
	"certloop/internal/sandbox/fronts"
	"certloop/internal/sandbox/progress"
	"certloop/internal/sandbox/setup"
	"certloop/reconciler/api"
)

// box is the sandbox of the test.
type box struct {
	*sandbox.Sandbox
	tf  *terraform
	log *setup.Output
	// sent are the private keys that were sent to KMS and ACM, notices the notices that were sent.
	sent    *sent
	notices *notices
	// teams are the teams that IAM limits to their records.
	teams *teams
	// distribution is what visitors of one certificate reach.
	distribution *fronts.Front
	// waves are what visitors of the certificates with a rollout reach, wave by wave.
	waves map[string][]*fronts.Front
	// before is the status of a certificate before it is reissued.
	before *api.CertificateStatus
	// untouched is the status of another certificate at that time, in JSON.
	untouched string
	// adoptable and unmanaged are certificates that users imported. The module lists only the first as adoptable.
	adoptable, unmanaged string
	// values are the current values of the configuration's variables.
	values variables
}

// start starts a sandbox in which nothing is deployed. tick replaces the rate of every schedule.
func start(t *testing.T, tick time.Duration) *box {
	t.Helper()
	b := &box{log: &setup.Output{}, sent: &sent{}, notices: &notices{}, teams: newTeams(), waves: map[string][]*fronts.Front{}}
	zip, err := setup.Archive("../../..")
	if err != nil {
		t.Fatal(err)
	}
	s, err := sandbox.Start(t.Context(), sandbox.Options{
		Zip: zip, Bare: true, Zones: []string{"example.com", "example.net"}, Tick: tick, Log: b.log,
		Enforce: true, Intercept: func(next http.Handler) http.Handler {
			return b.teams.intercept(b.notices.intercept(b.sent.intercept(next)))
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	b.Sandbox = s
	t.Cleanup(func() {
		_ = b.Close()
		if t.Failed() {
			t.Log(tail(b.log.String(), 20000))
		}
	})
	b.tf = newTerraform(t, s.URL)
	b.adoptable, b.unmanaged = b.importUnmanaged(t, "adopted.example.com"), b.importUnmanaged(t, "unmanaged.example.com")
	b.values = variables{
		Package: zip, Architecture: map[string]string{"amd64": "x86_64"}[runtime.GOARCH], Environment: resolvers(s),
		DeletionProtection: true,
		// The function's account does not own the zone example.net; it uses a role.
		HostedZones:              map[string][]string{s.ZoneIDs["example.com"]: {"_acme-challenge.*", "*.validation.example.com"}},
		AdoptableCertificateARNs: []string{b.adoptable}, AssumeRoleARNs: []string{dnsRole},
		Policies: map[string]policy{}, MinForceInterval: map[string]string{}, MaxCertificates: map[string]int{}, FixedExternalID: map[string]map[string]string{},
	}
	if b.values.Architecture == "" {
		b.values.Architecture = runtime.GOARCH
	}
	return b
}

func tail(text string, n int) string { return text[max(0, len(text)-n):] }

// eventually waits until holds returns "", for as long as there is progress: what it returns otherwise changes.
func eventually(t *testing.T, what string, holds func() string) {
	t.Helper()
	if err := progress.Default.Until(t.Context(), holds); err != nil {
		t.Fatalf("%s: %v", what, err)
	}
}

func (b *box) status(t *testing.T, name string) *api.CertificateStatus {
	t.Helper()
	s, err := b.Status(t.Context(), name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// item returns a certificate's status as it is in the table, in JSON.
func (b *box) item(t *testing.T, name string) string {
	t.Helper()
	body, err := b.Item(t.Context(), name, api.KindCertificateStatus)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// probed waits until the schedule of the module has let the function probe the certificate's endpoints, a minute after the
// import. Its name has no address.
func (b *box) probed(t *testing.T, name string) {
	t.Helper()
	eventually(t, name+" is probed", func() string {
		c, had := api.GetCondition(b.status(t, name).Conditions, api.ConditionServed)
		if had && c.Status == api.ConditionUnknown && c.Reason == api.ReasonUnreachable {
			return ""
		}
		return fmt.Sprintf("the condition Served is %+v", c)
	})
}

// ready waits until the certificate is Ready for these names and nothing is in progress. It checks that ACM holds what
// the CA issued last under the status's ARN.
func (b *box) ready(t *testing.T, name string, issued func(...string) []string, domains ...string) *api.CertificateStatus {
	t.Helper()
	var s *api.CertificateStatus
	eventually(t, name+" becomes Ready", func() string {
		s = b.status(t, name)
		if s != nil && api.IsTrue(s.Conditions, api.ConditionReady) && s.ObservedGeneration == s.Generation &&
			!api.IsTrue(s.Conditions, api.ConditionIssuing) && len(s.Domains) == len(domains) && len(s.Outbox) == 0 {
			return ""
		}
		return explain(s)
	})
	serials := issued(domains...)
	if len(serials) != 1 {
		t.Fatalf("the CA issued %d certificates for %v, want 1", len(serials), domains)
	}
	held, ok := b.ACM.Certificate(sandbox.Region, s.ACMARN)
	if !ok || held.X509.SerialNumber.Text(16) != serials[0] || s.Serial != serials[0] {
		t.Errorf("ACM holds %v under %s and the status has serial %s, want %s", held.X509, s.ACMARN, s.Serial, serials[0])
	}
	return s
}

// forgotten waits until the record has no status.
func (b *box) forgotten(t *testing.T, name string) {
	t.Helper()
	eventually(t, "nothing of "+name+" is left", func() string {
		if s := b.status(t, name); s != nil {
			return explain(s)
		}
		return ""
	})
}

func explain(s *api.CertificateStatus) string {
	if s == nil {
		return "no status"
	}
	parts := []string{fmt.Sprintf("names %v, %d notices", s.Domains, len(s.Outbox))}
	for _, c := range s.Conditions {
		parts = append(parts, fmt.Sprintf("%s=%s (%s: %s)", c.Type, c.Status, c.Reason, c.Message))
	}
	return strings.Join(parts, " ")
}
