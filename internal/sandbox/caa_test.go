package sandbox

import (
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"

	"certloop/reconciler/api"
	"certloop/reconciler/plan"
)

var _ = add(map[string]scenario{
	"CAA records that forbid the CA cost no order, and are read again": {
		put: func(b *box) {
			b.putCAA("pinned.example.com", `0 issue "other.test"`)
			b.certificate("pinned", []string{"pinned.example.com"})
		},
		check: func(b *box) {
			message := b.condition("pinned", api.ConditionIssuing, api.ConditionFalse, api.ReasonCAAForbids)
			if !strings.Contains(message, `create the record pinned.example.com. CAA 0 issue "pebble.test"`) {
				b.t.Errorf("the message is %s", message)
			}
			if got := b.orders.replacing("pinned.example.com"); len(got) != 0 {
				b.t.Errorf("%d orders were placed", len(got))
			}
			checks, err := b.Check(b.t.Context())
			if err != nil {
				b.t.Fatal(err)
			}
			if why := missing(checks, plan.AreaCAA, "pinned", "CAAForbids: "); why != "" {
				b.t.Error(why)
			}
			b.putCAA("pinned.example.com", `0 issue "other.test"`, `0 issue "pebble.test"`)
			b.mustInvoke(`{"action":"reconcile","names":["pinned"],"wait":"1m","require":"Ready","force":"caa"}`)
			b.installed("pinned", b.CA, "pinned.example.com")
		},
	},
})

// putCAA creates or replaces a CAA record set in the first zone.
func (b *box) putCAA(name string, values ...string) {
	b.t.Helper()
	var records []types.ResourceRecord
	for _, value := range values {
		records = append(records, types.ResourceRecord{Value: &value})
	}
	err := b.ChangeRecords(b.t.Context(), b.ZoneIDs["example.com"], types.Change{Action: types.ChangeActionUpsert,
		ResourceRecordSet: &types.ResourceRecordSet{Name: &name, Type: types.RRTypeCaa, TTL: aws.Int64(60), ResourceRecords: records}})
	if err != nil {
		b.t.Fatal(err)
	}
}
