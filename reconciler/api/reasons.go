package api

// Reason is why a condition has its status, in one CamelCase word. This file is user documentation: docs/reference/reasons.md
// says for each what to do, and a test holds that none is missing there.
type Reason string

// Reasons of Accepted.
const (
	// ReasonAccepted: the spec is valid and everything it names was found.
	ReasonAccepted Reason = "Accepted"
	// ReasonInvalidSpec: one or more attributes are wrong; the message names each, with its value and the remedy.
	ReasonInvalidSpec Reason = "InvalidSpec"
	// ReasonPolicyDenied: no policy allows the record; the message names the policies and what each does not allow.
	ReasonPolicyDenied Reason = "PolicyDenied"
	// ReasonAccountNotFound: there is no Account record of that name.
	ReasonAccountNotFound Reason = "AccountNotFound"
	// ReasonZoneNotFound: no public hosted zone matches a domain.
	ReasonZoneNotFound Reason = "ZoneNotFound"
	// ReasonZoneNotDelegated: a hosted zone matches, but the public DNS does not point to its name servers.
	ReasonZoneNotDelegated Reason = "ZoneNotDelegated"
	// ReasonPrivateZoneSeen: the resolver shows a private hosted zone in place of the public one.
	ReasonPrivateZoneSeen Reason = "PrivateZoneSeen"
	// ReasonDNSAccessDenied: the role may not read or change the zone.
	ReasonDNSAccessDenied Reason = "DNSAccessDenied"
	// ReasonTargetNotFound: the acm_arn named does not exist.
	ReasonTargetNotFound Reason = "TargetNotFound"
	// ReasonTargetNotImported: the acm_arn named is not an imported certificate, so ACM lets nobody re-import it.
	ReasonTargetNotImported Reason = "TargetNotImported"
	// ReasonTargetAccessDenied: the role may not be assumed, or may not use ACM there.
	ReasonTargetAccessDenied Reason = "TargetAccessDenied"
	// ReasonKeyTypeIncompatible: the certificate at acm_arn has another key type, which ACM does not let change.
	ReasonKeyTypeIncompatible Reason = "KeyTypeIncompatible"
	// ReasonTakeoverRefused: the certificate at acm_arn may not be tagged as the record's, so it is not replaced either.
	ReasonTakeoverRefused Reason = "TakeoverRefused"
	// ReasonOwnedByAnother: another record owns the ARN.
	ReasonOwnedByAnother Reason = "OwnedByAnother"
	// ReasonPolicyTooLarge: of a Policy: all policies together are more than certloop keeps.
	ReasonPolicyTooLarge Reason = "PolicyTooLarge"
)

// RejectsRecord reports whether the reason is one for which nothing is done with a record, until somebody changes the
// record or what it names.
func (r Reason) RejectsRecord() bool {
	switch r {
	case ReasonInvalidSpec, ReasonPolicyDenied, ReasonAccountNotFound, ReasonTargetNotFound, ReasonTargetNotImported, ReasonOwnedByAnother,
		ReasonKeyTypeIncompatible, ReasonTakeoverRefused:
		return true
	}
	return false
}

// Reasons of Issuing.
const (
	// ReasonBlocked: nothing is issued or renewed before the record is accepted; Accepted says why it is not.
	ReasonBlocked Reason = "Blocked"
	// ReasonNotNeeded: nothing is being issued and nothing is due.
	ReasonNotNeeded Reason = "NotNeeded"
	// ReasonMakingKey: a private key is made and sealed.
	ReasonMakingKey Reason = "MakingKey"
	// ReasonOrdering: the order is placed with the CA.
	ReasonOrdering Reason = "Ordering"
	// ReasonPublishingDNS: the TXT records are written.
	ReasonPublishingDNS Reason = "PublishingDNS"
	// ReasonWaitingForDNS: Route 53 is carrying the TXT records to its name servers.
	ReasonWaitingForDNS Reason = "WaitingForDNS"
	// ReasonValidating: the CA is looking at the TXT records.
	ReasonValidating Reason = "Validating"
	// ReasonFinalizing: the certificate signing request is sent.
	ReasonFinalizing Reason = "Finalizing"
	// ReasonProcessing: the CA is signing.
	ReasonProcessing Reason = "Processing"
	// ReasonDownloading: the certificate is fetched and checked.
	ReasonDownloading Reason = "Downloading"
	// ReasonImporting: the certificate is imported into ACM.
	ReasonImporting Reason = "Importing"
	// ReasonCleaningUp: the certificate is in place; key, chain and TXT records are removed.
	ReasonCleaningUp Reason = "CleaningUp"
	// ReasonNotYetValid: the certificate's NotBefore lies a little ahead; it is imported then.
	ReasonNotYetValid Reason = "NotYetValid"
	// ReasonAccountNotReady: the Account is not registered yet; the certificate is queued when it is.
	ReasonAccountNotReady Reason = "AccountNotReady"
	// ReasonOrderFailed: the CA refused the order.
	ReasonOrderFailed Reason = "OrderFailed"
	// ReasonValidationFailed: the CA did not find the TXT records, or a CAA record forbids it.
	ReasonValidationFailed Reason = "ValidationFailed"
	// ReasonChainRejected: the certificate that came back is not the one that was asked for.
	ReasonChainRejected Reason = "ChainRejected"
	// ReasonLifetimeTooShort: the certificate that came back ends before a successor could be put in its place.
	ReasonLifetimeTooShort Reason = "LifetimeTooShort"
	// ReasonMinimumInterval: a certificate of the record was obtained a short time ago; the next one waits.
	ReasonMinimumInterval Reason = "MinimumInterval"
	// ReasonWindowIgnored: the CA's renewal information asks again and again for a new certificate at once; it is ignored.
	ReasonWindowIgnored Reason = "WindowIgnored"
	// ReasonUsagesIncompatible: ACM takes no certificate that lacks a key usage of its predecessor; it is held.
	ReasonUsagesIncompatible Reason = "UsagesIncompatible"
	// ReasonRateLimited: a service asked to come again later.
	ReasonRateLimited Reason = "RateLimited"
	// ReasonCAUnavailable: the CA did not answer, or with a fault of its own.
	ReasonCAUnavailable Reason = "CAUnavailable"
	// ReasonDNSFailed: Route 53 refused the change or did not answer.
	ReasonDNSFailed Reason = "DNSFailed"
	// ReasonKeyUnavailable: KMS cannot seal or open a key at the moment (the KMS key is disabled or scheduled for deletion,
	// or access is denied).
	ReasonKeyUnavailable Reason = "KeyUnavailable"
	// ReasonKeyLost: the sealed key cannot be opened any more; the issuance starts again.
	ReasonKeyLost Reason = "KeyLost"
	// ReasonCALimits: the CA sent more than certloop reads: an answer that is too long or too deep, a chain or a key that is
	// too large.
	ReasonCALimits Reason = "CALimits"
	// ReasonNetworkDenied: the CA's server has an address that the Account's network does not include, or it redirects to
	// another host.
	ReasonNetworkDenied Reason = "NetworkDenied"
	// ReasonIdentifierPaused: the CA has paused issuance for a name until a person unpauses it.
	ReasonIdentifierPaused Reason = "IdentifierPaused"
	// ReasonInternalError: an error nobody foresaw; please report it.
	ReasonInternalError Reason = "InternalError"
)

// Reasons of Ready, and of single targets.
const (
	// ReasonReady: every target holds a valid certificate that satisfies the spec.
	ReasonReady Reason = "Ready"
	// ReasonNotIssued: no certificate yet.
	ReasonNotIssued Reason = "NotIssued"
	// ReasonMissing: the certificate is gone from ACM.
	ReasonMissing Reason = "Missing"
	// ReasonExpired: the certificate in ACM has expired.
	ReasonExpired Reason = "Expired"
	// ReasonDomainsDiffer: the certificate in ACM has other names.
	ReasonDomainsDiffer Reason = "DomainsDiffer"
	// ReasonKeyTypeDiffers: the certificate in ACM has another key type.
	ReasonKeyTypeDiffers Reason = "KeyTypeDiffers"
	// ReasonSelfSigned: the certificate in ACM is self-signed.
	ReasonSelfSigned Reason = "SelfSigned"
	// ReasonPlaceholder: the self-signed placeholder is still in place.
	ReasonPlaceholder Reason = "Placeholder"
	// ReasonIssuerDiffers: the certificate in ACM was issued by another account or profile than the spec names.
	ReasonIssuerDiffers Reason = "IssuerDiffers"
	// ReasonTargetUnknown: ACM could not be looked at.
	ReasonTargetUnknown Reason = "TargetUnknown"
	// ReasonImportFailed: ACM refused the import, or did not answer.
	ReasonImportFailed Reason = "ImportFailed"
	// ReasonOwnershipUnproven: only the status calls the certificate this record's; neither its owner tag nor a claim does.
	ReasonOwnershipUnproven Reason = "OwnershipUnproven"
	// ReasonImportPending: an import's reply was lost; certloop looks for its certificate before it imports again.
	ReasonImportPending Reason = "ImportPending"
	// ReasonQuotaExceeded: ACM's quota of imported certificates is used up.
	ReasonQuotaExceeded Reason = "QuotaExceeded"
	// ReasonSuspended: the record says suspend.
	ReasonSuspended Reason = "Suspended"
)

// Reasons of an Account's conditions.
const (
	// ReasonRegistered: the CA knows the account and its key.
	ReasonRegistered Reason = "Registered"
	// ReasonRegistering: the account key is made, looked up or registered.
	ReasonRegistering Reason = "Registering"
	// ReasonEABUnavailable: the EAB secret cannot be read, or is not {"kid","hmac_key"}.
	ReasonEABUnavailable Reason = "EABUnavailable"
	// ReasonEABRequired: the CA asks for an EAB credential and the record names none.
	ReasonEABRequired Reason = "EABRequired"
	// ReasonRegistrationRefused: the CA refused the registration.
	ReasonRegistrationRefused Reason = "RegistrationRefused"
	// ReasonAccountKeyLost: the account was registered and its key is gone from Secrets Manager. Never a silent new one.
	ReasonAccountKeyLost Reason = "AccountKeyLost"
	// ReasonAccountUnknown: the CA no longer knows an account that it knew, or has deactivated it.
	ReasonAccountUnknown Reason = "AccountUnknown"
	// ReasonSecretUnavailable: Secrets Manager refused or did not answer.
	ReasonSecretUnavailable Reason = "SecretUnavailable"
)

// Reasons of the history, of notices and of passes.
const (
	// ReasonIssued: a first certificate was issued.
	ReasonIssued Reason = "Issued"
	// ReasonDigest: one mail stands for the notices of an hour that were not mailed one by one.
	ReasonDigest Reason = "Digest"
	// ReasonRecovered: Ready is True again after it was not.
	ReasonRecovered Reason = "Recovered"
	// ReasonRenewalDue: the renewal time has come.
	ReasonRenewalDue Reason = "RenewalDue"
	// ReasonSpecChanged: the issuance digest changed.
	ReasonSpecChanged Reason = "SpecChanged"
	// ReasonForced: a new renew_token or a direct invocation asked for a new certificate, and nothing else did.
	ReasonForced Reason = "Forced"
	// ReasonRepair: a target lost the certificate that the record asks for.
	ReasonRepair Reason = "Repair"
	// ReasonImported: the certificate was imported into a target.
	ReasonImported Reason = "Imported"
	// ReasonAdopted: an existing certificate is now kept by the record.
	ReasonAdopted Reason = "Adopted"
	// ReasonSplitDelegation: a domain is served at two providers at once, which may fail its validation.
	ReasonSplitDelegation Reason = "SplitDelegation"
	// ReasonRetired: a predecessor of another key type was left behind.
	ReasonRetired Reason = "Retired"
	// ReasonDuplicate: a second certificate of a target, which an import that arrived late left behind.
	ReasonDuplicate Reason = "Duplicate"
	// ReasonTagging: the tags of a certificate are brought in line.
	ReasonTagging Reason = "Tagging"
	// ReasonTargetDropped: a target left the spec.
	ReasonTargetDropped Reason = "TargetDropped"
	// ReasonDeleting: the record is gone and is cleaned up after.
	ReasonDeleting Reason = "Deleting"
	// ReasonDeleted: the ACM certificate was deleted, as the policy says.
	ReasonDeleted Reason = "Deleted"
	// ReasonRetained: the record is gone and the ACM certificate was left in place, as the policy says.
	ReasonRetained Reason = "Retained"
	// ReasonInUse: the ACM certificate is in use and is not deleted.
	ReasonInUse Reason = "InUse"
	// ReasonGaveUp: cleaning up failed for seven days and was given up.
	ReasonGaveUp Reason = "GaveUp"
	// ReasonOrderDropped: an order nobody wants any more was given up.
	ReasonOrderDropped Reason = "OrderDropped"
	// ReasonLeased: another invocation is at work on the record.
	ReasonLeased Reason = "Leased"
	// ReasonBackingOff: after a failure; the next attempt has its time.
	ReasonBackingOff Reason = "BackingOff"
	// ReasonNotifying: notices are sent.
	ReasonNotifying Reason = "Notifying"
	// ReasonUnknownKind: an item has a kind that nobody knows, or is a Policy elsewhere than policies lie, and is ignored.
	ReasonUnknownKind Reason = "UnknownKind"
	// ReasonGone: there is neither a record nor a status of that name.
	ReasonGone Reason = "Gone"
)
