package ports

import (
	"context"

	"certloop/reconciler/api"
)

// RevocationChecker asks CAs whether certificates are revoked (OCSP, CRL).
type RevocationChecker interface {
	// CheckRevocation asks the certificate's CA. RevocationGood and RevocationRevoked are verified: signed by the
	// certificate's issuer or by a responder that the issuer named, about this certificate, and up to date. Everything
	// else is RevocationUnknown with the cause in Message. It is an error only if the context ended. The address is
	// the choice of whoever issued the certificate: the requests are bounded in addresses, number, size and time.
	CheckRevocation(ctx context.Context, q api.RevocationQuery) (api.Revocation, error)
}
