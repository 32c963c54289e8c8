package plan

import "certloop/reconciler/api"

// Prefer says which of two certificates with our ownership tag is the target's: the one on hold, whose import's reply
// was lost; else the one in use; else the newest.
func Prefer(in Input, a, b *api.Installed) bool {
	if in.Issuance != nil && in.Issuance.Serial != "" && (a.Serial == in.Issuance.Serial) != (b.Serial == in.Issuance.Serial) {
		return a.Serial == in.Issuance.Serial
	}
	if (len(a.InUseBy) > 0) != (len(b.InUseBy) > 0) {
		return len(a.InUseBy) > 0
	}
	if !a.ImportedAt.Equal(b.ImportedAt) {
		return a.ImportedAt.After(b.ImportedAt)
	}
	return a.ARN > b.ARN
}
