package store

import (
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"certloop/reconciler/api"
)

// These are the attributes of the policy set.
const (
	attrPolicies = "policies"
	attrDigest   = "digest"
	attrRecord   = "record"
	attrToWake   = "to_wake"
)

// encodePolicySet keeps the records of the policies as they were written. In a decoded policy, an empty list (nothing
// is allowed) and an absent one (everything is) would be encoded the same.
func encodePolicySet(set api.PolicySet) (item, error) {
	if err := set.Check(); err != nil {
		return nil, err
	}
	policies := make([]types.AttributeValue, len(set.Policies))
	for i, e := range set.Policies {
		entry := item{attrName: stringValue(e.Name), attrDigest: stringValue(e.Digest)}
		if e.Record != nil {
			record, err := encodeRecord(e.Record)
			if err != nil {
				return nil, &api.Error{Kind: api.Terminal, Message: "policy " + e.Name + ": " + err.Error()}
			}
			entry[attrRecord] = &types.AttributeValueMemberM{Value: record}
		}
		policies[i] = &types.AttributeValueMemberM{Value: entry}
	}
	it := itemKey(api.PolicySetPartition, api.KindPolicySet)
	it[attrVersion] = &types.AttributeValueMemberN{Value: strconv.FormatInt(set.Version, 10)}
	it[attrPolicies] = &types.AttributeValueMemberL{Value: policies}
	if len(set.ToWake) > 0 {
		it[attrToWake] = textList(set.ToWake)
	}
	return it, nil
}

func textList(list []string) types.AttributeValue {
	values := make([]types.AttributeValue, len(list))
	for i, s := range list {
		values[i] = stringValue(s)
	}
	return &types.AttributeValueMemberL{Value: values}
}

// decodePolicySet reads the set and never fails: an unreadable policy allows nothing. So damage to the set can deny but
// not allow, until a resync repairs it.
func decodePolicySet(it item) api.PolicySet {
	if it == nil {
		return api.PolicySet{}
	}
	set := api.PolicySet{Version: versionOf(it[attrVersion], api.DamagedPolicySet)}
	policies, ok := it[attrPolicies].(*types.AttributeValueMemberL)
	if !ok {
		return api.UnreadablePolicySet()
	}
	for _, v := range policies.Value {
		set.Policies = append(set.Policies, decodePolicyEntry(v))
	}
	if waking, ok := it[attrToWake].(*types.AttributeValueMemberL); ok {
		for _, v := range waking.Value {
			if s, ok := v.(*types.AttributeValueMemberS); ok {
				set.ToWake = append(set.ToWake, s.Value)
			}
		}
	}
	return set
}

// decodePolicyEntry computes the digest again, so that a changed entry does not have the digest of its policy.
func decodePolicyEntry(v types.AttributeValue) api.PolicyEntry {
	m, ok := v.(*types.AttributeValueMemberM)
	if !ok {
		return api.PolicyEntry{}
	}
	record, ok := m.Value[attrRecord].(*types.AttributeValueMemberM)
	if !ok {
		return api.PolicyEntry{Name: text(m.Value, attrName), Digest: text(m.Value, attrDigest)}
	}
	return api.NewPolicyEntry(text(m.Value, attrName), decodeMap(record.Value))
}

// versionOf returns the version in v, or damaged if that is none.
func versionOf(v types.AttributeValue, damaged int64) int64 {
	n, ok := v.(*types.AttributeValueMemberN)
	if !ok {
		return damaged
	}
	version, err := strconv.ParseInt(n.Value, 10, 64)
	if err != nil || version < 1 || version > api.MaxVersion {
		return damaged
	}
	return version
}
