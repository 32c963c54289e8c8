package api

// Reason is why a condition has its status, in one CamelCase word. This file is user documentation:
// docs/reference/reasons.md has each reason with what to do, and a test holds that none is missing there.
type Reason string

// These are reasons of Accepted.
const (
	// ReasonAccepted: the spec is valid and everything to which it refers was found.
	ReasonAccepted Reason = "Accepted"
	// ReasonInvalidSpec: one or more attributes are wrong; the message has each, with its value and the remedy.
	ReasonInvalidSpec Reason = "InvalidSpec"
	// ReasonPolicyDenied: no policy allows the record; the message has the policies and what each does not allow.
	ReasonPolicyDenied Reason = "PolicyDenied"
	// ReasonAccountNotFound: there is no Account record with that name.
	ReasonAccountNotFound Reason = "AccountNotFound"
	// ReasonZoneNotFound: no public hosted zone matches a domain.
	ReasonZoneNotFound Reason = "ZoneNotFound"
	// ReasonZoneNotDelegated: a hosted zone matches, but the public DNS does not point to its name servers.
	ReasonZoneNotDelegated Reason = "ZoneNotDelegated"
	// ReasonPrivateZoneSeen: the resolver shows a private hosted zone in place of the public one.
	ReasonPrivateZoneSeen Reason = "PrivateZoneSeen"
	// ReasonDNSAccessDenied: the role may not read or change the zone.
	ReasonDNSAccessDenied Reason = "DNSAccessDenied"
	// ReasonTargetNotFound: the certificate at acm_arn does not exist.
	ReasonTargetNotFound Reason = "TargetNotFound"
	// ReasonTargetNotImported: the certificate at acm_arn is not an imported one, so ACM does not allow re-importing
	// it.
	ReasonTargetNotImported Reason = "TargetNotImported"
	// ReasonTargetAccessDenied: the role may not be assumed, or may not use ACM there.
	ReasonTargetAccessDenied Reason = "TargetAccessDenied"
	// ReasonKeyTypeIncompatible: the certificate at acm_arn has another key type, which ACM does not allow changing.
	ReasonKeyTypeIncompatible Reason = "KeyTypeIncompatible"
	// ReasonTakeoverRefused: the certificate at acm_arn cannot be tagged as the record's, so it is not replaced.
	ReasonTakeoverRefused Reason = "TakeoverRefused"
	// ReasonOwnedByAnother: another record owns the ARN.
	ReasonOwnedByAnother Reason = "OwnedByAnother"
	// ReasonPolicyTooLarge: of a Policy: all policies together exceed certloop's limit.
	ReasonPolicyTooLarge Reason = "PolicyTooLarge"
)

// RejectsRecord reports whether nothing is done with a record for this reason, until a user changes the record or what
// it refers to.
func (r Reason) RejectsRecord() bool {
	switch r {
	case ReasonInvalidSpec, ReasonPolicyDenied, ReasonAccountNotFound, ReasonTargetNotFound, ReasonTargetNotImported, ReasonOwnedByAnother,
		ReasonKeyTypeIncompatible, ReasonTakeoverRefused:
		return true
	}
	return false
}

// These are reasons of Issuing.
const (
	// ReasonBlocked: nothing is issued or renewed before the record is accepted; Accepted has the reason.
	ReasonBlocked Reason = "Blocked"
	// ReasonNotNeeded: nothing is being issued and nothing is due.
	ReasonNotNeeded Reason = "NotNeeded"
	// ReasonMakingKey: a private key is being generated and sealed.
	ReasonMakingKey Reason = "MakingKey"
	// ReasonOrdering: the order is being placed at the CA.
	ReasonOrdering Reason = "Ordering"
	// ReasonPublishingDNS: the TXT records are being written.
	ReasonPublishingDNS Reason = "PublishingDNS"
	// ReasonWaitingForDNS: Route 53 is distributing the TXT records to its name servers.
	ReasonWaitingForDNS Reason = "WaitingForDNS"
	// ReasonValidating: the CA is checking the TXT records.
	ReasonValidating Reason = "Validating"
	// ReasonFinalizing: the certificate signing request is being sent.
	ReasonFinalizing Reason = "Finalizing"
	// ReasonProcessing: the CA is signing.
	ReasonProcessing Reason = "Processing"
	// ReasonDownloading: the certificate is being downloaded and checked.
	ReasonDownloading Reason = "Downloading"
	// ReasonImporting: the certificate is being imported into ACM.
	ReasonImporting Reason = "Importing"
	// ReasonCleaningUp: the certificate is installed; key, chain and TXT records are being removed.
	ReasonCleaningUp Reason = "CleaningUp"
	// ReasonNotYetValid: the certificate's NotBefore is shortly in the future; it is imported then.
	ReasonNotYetValid Reason = "NotYetValid"
	// ReasonAccountNotReady: the Account is not registered yet; the certificate is queued when it is.
	ReasonAccountNotReady Reason = "AccountNotReady"
	// ReasonOrderFailed: the CA refused the order.
	ReasonOrderFailed Reason = "OrderFailed"
	// ReasonValidationFailed: the CA did not find the TXT records, or a CAA record forbids issuance.
	ReasonValidationFailed Reason = "ValidationFailed"
	// ReasonChainRejected: the CA returned a certificate that was not ordered.
	ReasonChainRejected Reason = "ChainRejected"
	// ReasonLifetimeTooShort: the CA returned a certificate that ends before a successor could replace it.
	ReasonLifetimeTooShort Reason = "LifetimeTooShort"
	// ReasonMinimumInterval: a certificate of the record was obtained a short time ago; the next one waits.
	ReasonMinimumInterval Reason = "MinimumInterval"
	// ReasonIssuanceBudget: a limit of the CA leaves no order at present; the record waits before the CA refuses it.
	ReasonIssuanceBudget Reason = "IssuanceBudget"
	// ReasonWindowIgnored: the CA's renewal information asks for a new certificate at once again and again; it is
	// ignored.
	ReasonWindowIgnored Reason = "WindowIgnored"
	// ReasonUsagesIncompatible: ACM does not accept a certificate without a key usage of its predecessor; it is held.
	ReasonUsagesIncompatible Reason = "UsagesIncompatible"
	// ReasonRollingOut: the certificate is installed in waves; the next wave waits until the present one is proved.
	ReasonRollingOut Reason = "RollingOut"
	// ReasonRolloutStopped: the endpoints of a wave do not serve the new certificate; the next waves keep theirs.
	ReasonRolloutStopped Reason = "RolloutStopped"
	// ReasonRollingBack: the certificate before is put back in place of the new one.
	ReasonRollingBack Reason = "RollingBack"
	// ReasonRolledBack: the certificate before is back in place. The new one is kept and waits.
	ReasonRolledBack Reason = "RolledBack"
	// ReasonRateLimited: a service asked to retry later.
	ReasonRateLimited Reason = "RateLimited"
	// ReasonCAUnavailable: the CA did not respond, or responded with an internal error.
	ReasonCAUnavailable Reason = "CAUnavailable"
	// ReasonDNSFailed: Route 53 refused the change or did not respond.
	ReasonDNSFailed Reason = "DNSFailed"
	// ReasonDNSSECBogus: the DNSSEC signatures of a name do not validate, so no CA accepts an answer about it.
	ReasonDNSSECBogus Reason = "DNSSECBogus"
	// ReasonNameServersDiffer: a name server of a zone does not have the TXT record that the others have, or does not answer.
	ReasonNameServersDiffer Reason = "NameServersDiffer"
	// ReasonCAAForbids: the CAA records of a name do not allow the CA to issue; no order is placed.
	ReasonCAAForbids Reason = "CAAForbids"
	// ReasonKeyUnavailable: KMS cannot encrypt or decrypt a key at the moment (the KMS key is disabled or scheduled for
	// deletion, or access is denied).
	ReasonKeyUnavailable Reason = "KeyUnavailable"
	// ReasonKeyLost: the sealed key can no longer be decrypted; the issuance starts again.
	ReasonKeyLost Reason = "KeyLost"
	// ReasonCALimits: the CA's answer exceeds a limit of certloop: it is too long or too deep, or a chain or a key is
	// too large.
	ReasonCALimits Reason = "CALimits"
	// ReasonNetworkDenied: the CA's server has an address outside the Account's network, or it redirects to another
	// host.
	ReasonNetworkDenied Reason = "NetworkDenied"
	// ReasonIdentifierPaused: the CA has paused issuance for a name until its owner unpauses it.
	ReasonIdentifierPaused Reason = "IdentifierPaused"
	// ReasonInternalError: an unexpected error; please report it.
	ReasonInternalError Reason = "InternalError"
)

// These are reasons of Ready, and of single targets.
const (
	// ReasonReady: every target holds a valid certificate that satisfies the spec.
	ReasonReady Reason = "Ready"
	// ReasonNotIssued: there is no certificate yet.
	ReasonNotIssued Reason = "NotIssued"
	// ReasonMissing: the certificate was deleted from ACM.
	ReasonMissing Reason = "Missing"
	// ReasonRevoked: the CA revoked the certificate in ACM.
	ReasonRevoked Reason = "Revoked"
	// ReasonExpired: the certificate in ACM has expired.
	ReasonExpired Reason = "Expired"
	// ReasonDomainsDiffer: the certificate in ACM has other names.
	ReasonDomainsDiffer Reason = "DomainsDiffer"
	// ReasonKeyTypeDiffers: the certificate in ACM has another key type.
	ReasonKeyTypeDiffers Reason = "KeyTypeDiffers"
	// ReasonSelfSigned: the certificate in ACM is self-signed.
	ReasonSelfSigned Reason = "SelfSigned"
	// ReasonPlaceholder: the self-signed placeholder is still installed.
	ReasonPlaceholder Reason = "Placeholder"
	// ReasonIssuerDiffers: the certificate in ACM was issued by another account or profile than the spec's.
	ReasonIssuerDiffers Reason = "IssuerDiffers"
	// ReasonTargetUnknown: the certificate could not be read from ACM.
	ReasonTargetUnknown Reason = "TargetUnknown"
	// ReasonImportFailed: ACM refused the import, or did not respond.
	ReasonImportFailed Reason = "ImportFailed"
	// ReasonOwnershipUnproven: only the status assigns the certificate to this record; neither its owner tag nor a
	// claim does.
	ReasonOwnershipUnproven Reason = "OwnershipUnproven"
	// ReasonImportPending: an import's reply was lost; certloop searches for its certificate before it imports again.
	ReasonImportPending Reason = "ImportPending"
	// ReasonQuotaExceeded: ACM's quota of imported certificates is used up.
	ReasonQuotaExceeded Reason = "QuotaExceeded"
	// ReasonSuspended: the record sets suspend.
	ReasonSuspended Reason = "Suspended"
)

// These are reasons of an Account's conditions.
const (
	// ReasonRegistered: the CA knows the account and its key.
	ReasonRegistered Reason = "Registered"
	// ReasonRegistering: the account key is being created, or the account looked up or registered.
	ReasonRegistering Reason = "Registering"
	// ReasonEABUnavailable: the EAB secret cannot be read, or is not {"kid","hmac_key"}.
	ReasonEABUnavailable Reason = "EABUnavailable"
	// ReasonEABRequired: the CA requires an EAB credential and the record has none.
	ReasonEABRequired Reason = "EABRequired"
	// ReasonRegistrationRefused: the CA refused the registration.
	ReasonRegistrationRefused Reason = "RegistrationRefused"
	// ReasonAccountKeyLost: the account was registered and its key is missing in Secrets Manager. A new one is never
	// registered without a report.
	ReasonAccountKeyLost Reason = "AccountKeyLost"
	// ReasonAccountUnknown: the CA no longer knows an account that it knew, or has deactivated it.
	ReasonAccountUnknown Reason = "AccountUnknown"
	// ReasonSecretUnavailable: Secrets Manager refused or did not respond.
	ReasonSecretUnavailable Reason = "SecretUnavailable"
)

// These are reasons of Served.
const (
	// ReasonServed: every endpoint that answers serves the certificate that was imported.
	ReasonServed Reason = "Served"
	// ReasonNotProbed: no endpoint has been probed since the import.
	ReasonNotProbed Reason = "NotProbed"
	// ReasonPropagating: the certificate was imported a short time ago, and an endpoint does not serve it yet.
	ReasonPropagating Reason = "Propagating"
	// ReasonPreviousServed: an endpoint still serves the certificate before.
	ReasonPreviousServed Reason = "PreviousServed"
	// ReasonAnotherServed: an endpoint serves a certificate that certloop did not import for the record.
	ReasonAnotherServed Reason = "AnotherServed"
	// ReasonUnreachable: no endpoint answers with a certificate.
	ReasonUnreachable Reason = "Unreachable"
)

// These are reasons of the history, of notices and of passes.
const (
	// ReasonIssued: a first certificate was issued.
	ReasonIssued Reason = "Issued"
	// ReasonDigest: one mail replaces the notices of an hour that were not mailed one by one.
	ReasonDigest Reason = "Digest"
	// ReasonRecovered: Ready is True again.
	ReasonRecovered Reason = "Recovered"
	// ReasonRenewalDue: the renewal time has come.
	ReasonRenewalDue Reason = "RenewalDue"
	// ReasonSpecChanged: the issuance digest changed.
	ReasonSpecChanged Reason = "SpecChanged"
	// ReasonForced: a new renew_token or a direct invocation asked for a new certificate, and nothing else did.
	ReasonForced Reason = "Forced"
	// ReasonRepair: a target no longer has the certificate that the record declares.
	ReasonRepair Reason = "Repair"
	// ReasonImported: the certificate was imported into a target.
	ReasonImported Reason = "Imported"
	// ReasonAdopted: the record now manages an existing certificate.
	ReasonAdopted Reason = "Adopted"
	// ReasonSplitDelegation: a domain has name servers of two providers, so its validation may fail.
	ReasonSplitDelegation Reason = "SplitDelegation"
	// ReasonRetired: a predecessor of another key type is no longer managed.
	ReasonRetired Reason = "Retired"
	// ReasonDuplicate: a second certificate of a target, left by an import that arrived late.
	ReasonDuplicate Reason = "Duplicate"
	// ReasonTagging: the tags of a certificate are being updated.
	ReasonTagging Reason = "Tagging"
	// ReasonTargetDropped: a target left the spec.
	ReasonTargetDropped Reason = "TargetDropped"
	// ReasonDeleting: the record is deleted and is being cleaned up.
	ReasonDeleting Reason = "Deleting"
	// ReasonDeleted: the ACM certificate was deleted, as the deletion policy requires.
	ReasonDeleted Reason = "Deleted"
	// ReasonRetained: the record is deleted and the ACM certificate stays, as the deletion policy requires.
	ReasonRetained Reason = "Retained"
	// ReasonInUse: the ACM certificate is in use and is not deleted.
	ReasonInUse Reason = "InUse"
	// ReasonGaveUp: cleaning up failed for seven days and was abandoned.
	ReasonGaveUp Reason = "GaveUp"
	// ReasonOrderDropped: an order that is no longer needed was abandoned.
	ReasonOrderDropped Reason = "OrderDropped"
	// ReasonLeased: another invocation works on the record.
	ReasonLeased Reason = "Leased"
	// ReasonBackingOff: after a failure, until the next attempt is due.
	ReasonBackingOff Reason = "BackingOff"
	// ReasonNotifying: notices are being sent.
	ReasonNotifying Reason = "Notifying"
	// ReasonUnknownKind: an item has an unknown kind, or is a Policy outside the partitions of policies, and is
	// ignored.
	ReasonUnknownKind Reason = "UnknownKind"
	// ReasonGone: there is neither a record nor a status of that name.
	ReasonGone Reason = "Gone"
)
