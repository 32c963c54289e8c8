package api

import (
	"encoding/json"
	"reflect"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// The estimate decides that a status fits, so it must never be below the true size.
func TestMostBytes_IsNeverBelowTheJSON(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(rapid.String(), rapid.Just(strings.Repeat("<&\u2028", 40)), rapid.Just("\xff\xfe"))
		at := time.Date(rapid.IntRange(0, 9999).Draw(t, "year"), 12, 31, 23, 59, 59, rapid.IntRange(0, 999999999).Draw(t, "ns"), time.FixedZone("", 12345*60))
		texts := rapid.SliceOfN(text, 0, 4)
		s := CertificateStatus{
			Domains: texts.Draw(t, "domains"), Version: rapid.Int64().Draw(t, "version"), LeaseUntil: at,
			History:    []HistoryEntry{{Time: at, Message: text.Draw(t, "message")}},
			Targets:    []TargetStatus{{Key: text.Draw(t, "key"), TagKeys: texts.Draw(t, "tags")}},
			Conditions: []Condition{{Type: ConditionReady, Message: text.Draw(t, "condition"), LastTransitionTime: at}},
			Outbox:     []OutboxEntry{{Notice: Notice{Domains: texts.Draw(t, "names"), Message: text.Draw(t, "notice")}}},
		}
		encoded, err := json.Marshal(&s)
		if most := mostBytes(reflect.ValueOf(&s)); err == nil && most < len(encoded) {
			t.Fatalf("estimate %d, JSON %d", most, len(encoded))
		}
	})
}
