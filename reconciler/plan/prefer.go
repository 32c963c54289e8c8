package plan

import "certloop/reconciler/api"

// Prefer says which of two certificates with our ownership tag is the target's: the one on hold, whose import's reply
// was lost; else the one in use; else the one at the known ARN (empty: none); else the newest.
func Prefer(in Input, known string, a, b *api.Installed) bool {
	if in.Issuance != nil && in.Issuance.Chain != "" {
		held := in.Issuance.FingerprintSHA256
		if (a.FingerprintSHA256 == held) != (b.FingerprintSHA256 == held) {
			return a.FingerprintSHA256 == held
		}
	}
	if (len(a.InUseBy) > 0) != (len(b.InUseBy) > 0) {
		return len(a.InUseBy) > 0
	}
	if a.ARN != b.ARN && (a.ARN == known || b.ARN == known) {
		return a.ARN == known
	}
	if !a.ImportedAt.Equal(b.ImportedAt) {
		return a.ImportedAt.After(b.ImportedAt)
	}
	return a.ARN > b.ARN
}
