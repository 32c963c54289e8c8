package api

import "slices"

// written are the kinds that users and administrators write; controlled are those of the controller.
var (
	written    = []Kind{KindCertificate, KindAccount, KindPolicy}
	controlled = []Kind{
		KindCertificateStatus, KindAccountStatus, KindIssuance, KindClaim, KindControllerStatus, KindPolicyStatus,
		KindPolicySet, KindPolicyUsage, KindServedStatus, KindLedger,
	}
)

// IsKnownKind reports whether the controller uses items of that kind.
func IsKnownKind(k Kind) bool { return slices.Contains(written, k) || slices.Contains(controlled, k) }

// NearestKind returns the kind of record that k was most likely meant to be, or "".
func NearestKind(k Kind) Kind {
	names := make([]string, len(written))
	for i, w := range written {
		names[i] = string(w)
	}
	return Kind(Nearest(string(k), names))
}
