package store

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"certloop/reconciler/api"
)

// sizeOf returns the size of an item as DynamoDB bills it
// (https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/CapacityUnitCalculations.html).
func sizeOf(t *testing.T, it item) (n int) {
	t.Helper()
	for name, v := range it {
		n += len(name) + sizeOfValue(t, v)
	}
	return n
}

func sizeOfValue(t *testing.T, v types.AttributeValue) (n int) {
	t.Helper()
	switch v := v.(type) {
	case *types.AttributeValueMemberS:
		return len(v.Value)
	case *types.AttributeValueMemberN:
		return 1 + (len(v.Value)+1)/2
	case *types.AttributeValueMemberB:
		return len(v.Value)
	case *types.AttributeValueMemberBOOL, *types.AttributeValueMemberNULL:
		return 1
	case *types.AttributeValueMemberL:
		n = 3
		for _, e := range v.Value {
			n += 1 + sizeOfValue(t, e)
		}
		return n
	case *types.AttributeValueMemberM:
		n = 3
		for name, e := range v.Value {
			n += 1 + len(name) + sizeOfValue(t, e)
		}
		return n
	}
	t.Fatalf("the size of %T is not known", v)
	return 0
}

// TestCost_TheSizesOfItems: docs/design/aws-and-acme.md computes with 4.4 KB for status and record.
func TestCost_TheSizesOfItems(t *testing.T) {
	for sentence, c := range map[string]struct {
		history, least, most int
	}{
		"a status in its first year": {5, 1800, 2400},
		"one with a full history":    {20, 3500, 4100},
	} {
		t.Run(sentence, func(t *testing.T) {
			s := typicalStatus(c.history)
			it, err := encodeStatus("www.example.com", &s, 1<<20)
			if err != nil {
				t.Fatal(err)
			}
			if n := sizeOf(t, it); n < c.least || n > c.most {
				t.Errorf("%d bytes, want %d to %d", n, c.least, c.most)
			} else {
				t.Logf("%d bytes", n)
			}
		})
	}
}

// TestCost_TheSizeOfWhatIsServed: docs/guides/cost.md computes with 2 KB for a name whose load balancer is probed too.
func TestCost_TheSizeOfWhatIsServed(t *testing.T) {
	s := typicalServed("www.example.com", "web-1234567890.eu-central-1.elb.amazonaws.com")
	it, err := encodeServed("www.example.com", &s, 1<<20)
	if err != nil {
		t.Fatal(err)
	}
	if n := sizeOf(t, it); n < 1100 || n > 2048 {
		t.Errorf("%d bytes, want 1100 to 2048", n)
	} else {
		t.Logf("%d bytes", n)
	}
}

// typicalServed returns what the hosts serve over IPv4 and IPv6.
func typicalServed(hosts ...string) api.ServedStatus {
	at := time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)
	fingerprint, serial := strings.Repeat("c", 64), strings.Repeat("0f", 18)
	s := api.ServedStatus{FingerprintSHA256: fingerprint, Serial: serial, ExpectedSince: at, PreviousFingerprint: fingerprint, CheckedAt: at, DueAt: at.Unix()}
	const of = "arn:aws:acm:eu-central-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
	s.FrontendsAt = at
	s.Frontends = []api.ServedFrontend{{ARN: "arn:aws:elasticloadbalancing:eu-central-1:123456789012:loadbalancer/app/web/50dc6c495c0c9188",
		Certificate: of, Host: hosts[len(hosts)-1], Ports: []int{443}}}
	for _, host := range hosts {
		for family, address := range map[api.Family]string{api.IPv4: "198.51.100.100", api.IPv6: "2001:db8:1234:5678:9abc:def0:1234:5678"} {
			s.Endpoints = append(s.Endpoints, api.ServedEndpoint{
				Endpoint: api.Endpoint{Host: host, Port: 443, SNI: "www.example.com", Protocol: api.ProtocolTLS},
				Family:   family, Address: address, State: api.ServedCurrent, Serial: serial, Issuer: "E7", NotAfter: at, Since: at, CheckedAt: at, Seen: true,
			})
		}
	}
	return s
}

// typicalStatus returns the status of a converged certificate with two names at one target.
func typicalStatus(history int) api.CertificateStatus {
	at := time.Date(2026, 11, 24, 9, 30, 0, 0, time.UTC)
	const arn = "arn:aws:acm:eu-central-1:123456789012:certificate/12345678-1234-1234-1234-123456789012"
	serial := strings.Repeat("0f", 18)
	s := api.CertificateStatus{
		Generation: 3, ObservedGeneration: 3, SpecDigest: strings.Repeat("a", 64), IssuanceDigest: strings.Repeat("b", 64),
		ACMARN: arn, Account: "default", Directory: "https://acme-v02.api.letsencrypt.org/directory",
		Domains: []string{"www.example.com", "example.com"}, Serial: serial, FingerprintSHA256: strings.Repeat("c", 64),
		Issuer: "E7", KeyType: api.EC256, NotBefore: at, NotAfter: at, RenewAt: at, RenewalSource: api.SourceARI,
		ARI: &api.ARIStatus{CertID: strings.Repeat("d", 56), WindowStart: at, WindowEnd: at, NextCheckAt: at},
		Targets: []api.TargetStatus{{Key: "eu-central-1", Location: api.Location{Region: "eu-central-1"}, ARN: arn, Imported: true,
			Serial: serial, NotAfter: at, ImportedAt: at, State: api.Satisfies}},
		DueAt: at.Unix(), DeletionPolicy: api.Retain, LastAttemptAt: at,
	}
	for _, c := range []api.ConditionType{api.ConditionAccepted, api.ConditionIssuing, api.ConditionReady} {
		s.Conditions = append(s.Conditions, api.Condition{Type: c, Status: api.ConditionTrue, Reason: api.ReasonNotNeeded, LastTransitionTime: at,
			ObservedGeneration: 3})
	}
	// A renewal adds three lines.
	lines := []api.HistoryEntry{
		{Time: at, Reason: api.ReasonRenewalDue, Message: "the renewal time has come"},
		{Time: at, Reason: api.ReasonIssued, Message: fmt.Sprintf("serial %s by E7", serial)},
		{Time: at, Reason: api.ReasonImported, Message: fmt.Sprintf("serial %s into %s", serial, arn)},
	}
	for i := range history {
		s.History = append(s.History, lines[i%len(lines)])
	}
	return s
}
