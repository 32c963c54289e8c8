package route53

import (
	"cmp"
	"context"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"

	"certloop/reconciler/api"
)

// pageSize is the most that Route 53 lists at once (API Reference, ListResourceRecordSets).
const pageSize = 300

// sets are the TXT record sets at some names, by canonical name. More than one at a name have routing policies.
type sets map[string][]types.ResourceRecordSet

// byName groups values by canonical name, each once.
func byName(values []api.TXT) map[string][]string {
	out := map[string][]string{}
	for _, v := range values {
		name := canonical(v.FQDN)
		if !slices.Contains(out[name], v.Value) {
			out[name] = append(out[name], v.Value)
		}
	}
	return out
}

// inOrder are the names in the order of Route 53's listings.
func inOrder(values map[string][]string) []string {
	return slices.SortedFunc(maps.Keys(values), func(a, b string) int { return cmp.Compare(position(a), position(b)) })
}

// zoneRecords is one zone's record sets.
type zoneRecords struct {
	*account
	zone string
}

// read reads the TXT sets at names, which are in order. A page begins at a name and answers for all names up to its end:
// the next one begins at the first name beyond it. alone asks for each name by itself instead, which relies on nothing
// about the order of the listing.
func (z zoneRecords) read(ctx context.Context, names []string, alone bool) (sets, error) {
	found := sets{}
	for len(names) > 0 {
		page, err := z.list(ctx, names[0])
		if err != nil {
			return nil, err
		}
		here := sets{}
		for _, set := range page.ResourceRecordSets {
			name := canonical(aws.ToString(set.Name))
			if set.Type == types.RRTypeTxt && (name == names[0] || !alone && slices.Contains(names, name)) {
				here[name] = append(here[name], set)
			}
		}
		maps.Copy(found, here) // in place of what an earlier page showed of the same name
		names = names[1:]
		if !alone {
			names = names[len(covered(names, page)):]
		}
	}
	return found, nil
}

// covered returns the first of names, those that page answers for, whether they exist or not.
func covered(names []string, page *route53.ListResourceRecordSetsOutput) []string {
	if !page.IsTruncated {
		return names
	}
	next := position(canonical(aws.ToString(page.NextRecordName)))
	for i, name := range names {
		if position(name) >= next {
			return names[:i]
		}
	}
	return names
}

func (z zoneRecords) list(ctx context.Context, name string) (*route53.ListResourceRecordSetsOutput, error) {
	page, err := z.api.ListResourceRecordSets(ctx, &route53.ListResourceRecordSetsInput{
		HostedZoneId: &z.zone, StartRecordName: aws.String(escaped(name) + "."), StartRecordType: types.RRTypeTxt,
		MaxItems: aws.Int32(pageSize),
	})
	if err != nil {
		return nil, call{action: "route53:ListResourceRecordSets", role: z.role, zone: z.zone}.classify(err)
	}
	return page, nil
}
