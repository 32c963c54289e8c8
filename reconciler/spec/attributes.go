package spec

import (
	"slices"

	"certloop/reconciler/api"
)

// Attributes returns the attributes of a kind of record, in the order of docs/reference/records.md; nil for a kind that
// users do not write.
func Attributes(kind api.Kind) []string {
	switch kind {
	case api.KindCertificate:
		return slices.Clone(certificateAttributes)
	case api.KindAccount:
		return slices.Clone(accountAttributes)
	case api.KindPolicy:
		return slices.Clone(policyAttributes)
	}
	return nil
}

// AttributesWithin returns the attributes of the maps in an attribute, in the same order; nil if it has none, or any.
func AttributesWithin(attribute string) []string {
	switch attribute {
	case "dns":
		return slices.Clone(roleAttributes)
	case "targets":
		return slices.Clone(targetAttributes)
	case "roles":
		return slices.Clone(policyRoleAttributes)
	case "rollout":
		return slices.Clone(rolloutAttributes)
	case "probe":
		return slices.Clone(probeAttributes)
	case "endpoints":
		return slices.Clone(endpointAttributes)
	}
	return nil
}

// Check returns the problems of a record of any kind that users write.
func Check(record map[string]any, d Defaults) []*Problem {
	var err error
	switch kind, _ := record["kind"].(string); api.Kind(kind) {
	case api.KindAccount:
		_, err = DecodeAccount(record)
	case api.KindPolicy:
		_, err = DecodePolicy(record)
	default:
		_, err = DecodeCertificate(record, d)
	}
	return Problems(err)
}
