package plan

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"certloop/reconciler/api"
)

// Values that cannot be removed pile up where the record goes from zone to zone. The oldest are forgotten, and the history
// says so: an issuance that the table refuses would stop the record for ever.
func TestSettle_ValuesThatPileUpAreForgottenAloud(t *testing.T) {
	in := kept(issuing(func(i *api.Issuance) {
		for n := range 2000 {
			i.Published = append(i.Published, api.PublishedTXT{
				TXT: api.TXT{FQDN: fmt.Sprintf("%0253d", n), Value: strings.Repeat("v", 43)}, Zone: "ZOLD", Submitted: true,
			})
		}
	}))
	s := Settle(in, Plan{Action: Wait}, Outcome{})
	if n := len(s.Issuance.Published); n == 0 || n >= 2000 || s.Issuance.Published[n-1].FQDN != in.Issuance.Published[1999].FQDN {
		t.Errorf("%d values stay", n)
	}
	if !slices.ContainsFunc(s.Status.History, func(h api.HistoryEntry) bool { return h.Reason == api.ReasonGaveUp }) {
		t.Errorf("the history does not say so: %+v", s.Status.History)
	}
}
