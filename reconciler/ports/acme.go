package ports

import (
	"context"

	"certloop/reconciler/api"
)

// CA is an ACME certificate authority, step by step. Every method is one step that can be repeated.
type CA interface {
	// NewOrder places an order. It is not idempotent: a lost reply leaves an order that is never finalized.
	NewOrder(ctx context.Context, a api.ACMEAccount, r api.OrderRequest) (api.Order, error)
	// GetOrder reads an order, with its authorizations while they matter. NotFound if the CA does not have it, or does
	// not return it to the account, as a replica that lags behind.
	GetOrder(ctx context.Context, a api.ACMEAccount, url string) (api.Order, error)
	// Accept asks the CA to validate these challenges. A challenge that is already processing or valid is no error.
	Accept(ctx context.Context, a api.ACMEAccount, challengeURLs []string) error
	// Finalize sends the CSR (DER). An order that is already processing or valid is no error.
	Finalize(ctx context.Context, a api.ACMEAccount, orderURL, finalizeURL string, csr []byte) error
	// Download fetches the chain, leaf first, in PEM: the alternate whose topmost certificate names preferredChain
	// as its issuer, else the default, with a note. NotFound if the CA does not have the certificate, which it may
	// report for some minutes after it named the certificate. An answer that exceeds a limit is never Terminal.
	Download(ctx context.Context, a api.ACMEAccount, certificateURL, preferredChain string) (api.Chain, error)
}

// RenewalInformer asks a CA when a certificate should be renewed (RFC 9773).
type RenewalInformer interface {
	// RenewalInfo asks about the certificate certID. NotFound if the directory has no renewalInfo.
	RenewalInfo(ctx context.Context, a api.ACMEAccount, certID string) (api.RenewalInfo, error)
}

// DirectoryReader reads what a CA says about itself.
type DirectoryReader interface {
	// ReadDirectory reads the account's directory from the CA, and needs neither its key nor its URI. The identities in it are
	// those that IssuerNames keeps. An error is that of any method that needs the directory.
	ReadDirectory(ctx context.Context, a api.ACMEAccount) (api.Directory, error)
}

// Registrar manages accounts at a CA.
type Registrar interface {
	// Lookup sends newAccount with onlyReturnExisting and returns the account URL; NotFound if no account has that key.
	// Terminal with ReasonAccountUnknown if the account was deactivated.
	Lookup(ctx context.Context, a api.ACMEAccount) (uri string, err error)
	// Register sends newAccount, with EAB if eab is set. Terminal with ReasonEABRequired if the CA requires one
	// and eab is nil.
	Register(ctx context.Context, a api.ACMEAccount, email string, eab *api.EAB) (uri string, err error)
	// UpdateContact sets the account's contact to email; an empty one removes the contact.
	UpdateContact(ctx context.Context, a api.ACMEAccount, email string) error
}
