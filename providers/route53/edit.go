package route53

import (
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"

	"certloop/reconciler/api"
)

// newTTL is the TTL in seconds of a set that we make. Resolvers of a CA keep what they saw for that long, so that a
// second attempt with another value would meet the first one; a set that others made keeps its own.
const newTTL = 10

// edit is what to do to the sets that are there: a set is deleted as it was read and created changed, so that Route 53
// refuses the batch where it has changed in between.
type edit func(now sets) ([]types.Change, error)

// adding adds values. renew also deletes and re-creates sets that have all their values, to get a change that reports when
// they are served.
func adding(zone string, values map[string][]string, renew bool) edit {
	return func(now sets) ([]types.Change, error) {
		var changes []types.Change
		for _, name := range inOrder(values) {
			if len(now[name]) == 0 {
				changes = append(changes, created(name, values[name]))
				continue
			}
			if !simple(now[name]) {
				return nil, routed(zone, name)
			}
			old := now[name][0]
			records := slices.Clone(old.ResourceRecords)
			for _, v := range values[name] {
				if !holds(old, v) {
					records = append(records, types.ResourceRecord{Value: aws.String(quote(v))})
				}
			}
			if renew || len(records) > len(old.ResourceRecords) {
				changes = append(changes, replaced(old, records)...)
			}
		}
		return changes, nil
	}
}

// removing removes values, and the set with the last one.
func removing(zone string, values map[string][]string) edit {
	return func(now sets) ([]types.Change, error) {
		var changes []types.Change
		for _, name := range inOrder(values) {
			for _, old := range now[name] {
				kept := slices.DeleteFunc(slices.Clone(old.ResourceRecords), func(r types.ResourceRecord) bool {
					return slices.Contains(values[name], unquote(aws.ToString(r.Value)))
				})
				if len(kept) == len(old.ResourceRecords) {
					continue
				}
				if !simple(now[name]) {
					return nil, routed(zone, name)
				}
				changes = append(changes, replaced(old, kept)...)
			}
		}
		return changes, nil
	}
}

func created(name string, values []string) types.Change {
	set := types.ResourceRecordSet{Name: aws.String(escaped(name) + "."), Type: types.RRTypeTxt, TTL: aws.Int64(newTTL)}
	for _, v := range values {
		set.ResourceRecords = append(set.ResourceRecords, types.ResourceRecord{Value: aws.String(quote(v))})
	}
	return types.Change{Action: types.ChangeActionCreate, ResourceRecordSet: &set}
}

// replaced deletes old exactly as it was read, and creates it again with records where there are any.
func replaced(old types.ResourceRecordSet, records []types.ResourceRecord) []types.Change {
	changes := []types.Change{{Action: types.ChangeActionDelete, ResourceRecordSet: &old}}
	if len(records) == 0 {
		return changes
	}
	set := old
	set.ResourceRecords = records
	return append(changes, types.Change{Action: types.ChangeActionCreate, ResourceRecordSet: &set})
}

// simple reports whether the only set is one without a routing policy and no alias.
func simple(at []types.ResourceRecordSet) bool {
	return len(at) == 1 && at[0].SetIdentifier == nil && at[0].AliasTarget == nil && at[0].TrafficPolicyInstanceId == nil
}

func routed(zone, name string) error {
	return &api.Error{Kind: api.Terminal, Reason: api.ReasonDNSFailed, Message: fmt.Sprintf(
		"the TXT record set %s in hosted zone %s is an alias or has a routing policy: replace it with a simple one, or remove it", name, zone)}
}

func holds(set types.ResourceRecordSet, value string) bool {
	return slices.ContainsFunc(set.ResourceRecords, func(r types.ResourceRecord) bool { return unquote(aws.ToString(r.Value)) == value })
}
