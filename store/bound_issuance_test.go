package store

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"certloop/reconciler/api"
)

// largest returns the issuance of 100 names of the greatest length (253 bytes with _acme-challenge.), with the longest
// role, an external ID of 1,024 bytes, and values in that many zones.
func largest(zones int) *api.Issuance {
	role := api.Role{RoleARN: "arn:aws:iam::123456789012:role/" + strings.Repeat("r", 576), ExternalID: strings.Repeat("e", 1024)}
	at := time.Date(2026, 11, 27, 12, 0, 0, 123456789, time.UTC)
	i := &api.Issuance{
		Digest: strings.Repeat("d", 64), SealedKey: make([]byte, 6<<10), Chain: strings.Repeat("c", 64<<10), OrderURL: strings.Repeat("o", 2048),
		GivenUpOrder: strings.Repeat("g", 2048), Issuer: strings.Repeat("i", 1024), ResolvedDNS: &role, FinalizedAt: at, CreatedAt: at,
		Imports: map[string]time.Time{},
	}
	for n := range 100 {
		name := fmt.Sprintf("%0237d", n)
		i.Domains = append(i.Domains, name)
		i.Zones = append(i.Zones, api.ChallengeZone{Domain: name, FQDN: "_acme-challenge." + name, Zone: strings.Repeat("Z", 32)})
	}
	for z := range zones {
		for _, name := range i.Domains {
			i.Published = append(i.Published, api.PublishedTXT{
				TXT: api.TXT{FQDN: "_acme-challenge." + name, Value: fmt.Sprintf("%043d", z)}, Zone: fmt.Sprintf("Z%031d", z), Role: role,
				Submitted: true, ChangeID: strings.Repeat("C", 32), ServedFrom: at, RespondedAt: at,
			})
		}
	}
	for n := range 20 {
		i.Imports[fmt.Sprintf("us-east-1 %s %d", role.RoleARN, n)] = at
	}
	return i
}

func TestIssuance_TheLargestFitsCompletely(t *testing.T) {
	i := largest(1)
	if n := i.Bound(); n != 0 || len(i.Published) != 100 || len(i.Zones) != 100 {
		t.Fatalf("%d values are dropped", n)
	}
	isStorable(t, i)
}

func TestIssuance_OfManyZonesTheLatestAreKept(t *testing.T) {
	for _, zones := range []int{2, 5, 20} {
		i := largest(zones)
		kept := largest(zones)
		if n := kept.Bound(); n == 0 || len(kept.Published) < 100 || len(kept.Zones) != 100 {
			t.Errorf("%d zones: %d values are dropped, %d are kept", zones, n, len(kept.Published))
		}
		if last := kept.Published[len(kept.Published)-1]; last != i.Published[len(i.Published)-1] {
			t.Errorf("%d zones: the last value is %+v", zones, last)
		}
		isStorable(t, i)
	}
}

func isStorable(t *testing.T, i *api.Issuance) {
	t.Helper()
	it, err := encodeIssuance("www", i, 1)
	if err != nil {
		t.Fatal(err)
	}
	if n := sizeOf(t, it); n > 400<<10 {
		t.Errorf("%d bytes", n)
	}
}
