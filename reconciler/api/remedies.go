package api

// Remedy returns what users can do about a reason, as docs/reference/reasons.md has it; empty: no action is needed.
func Remedy(r Reason) string { return remedies[r] }

// remedies are the column "what to do" of docs/reference/reasons.md; a test holds that they are the same.
var remedies = map[Reason]string{
	ReasonInvalidSpec: "Correct every attribute the message names; Records has their types and limits.",
	ReasonPolicyDenied: "Change what the message names in the record, or ask an administrator to allow it in a policy. If the message " +
		"names a policy that is not valid, correct that policy.",
	ReasonAccountNotFound:  "Write the Account record, or correct account.",
	ReasonZoneNotFound:     "Create the zone, name its ID in zone, or give a role for the account it lies in as dns.",
	ReasonZoneNotDelegated: "Point the domain's NS records at the zone's name servers, or name the right zone in zone.",
	ReasonPrivateZoneSeen:  "Set CERTLOOP_RESOLVERS to public resolvers: inside the VPC the name is answered by a private hosted zone. No change at the registrar is needed.",
	ReasonSplitDelegation:  "Keep the name servers of one provider in the domain's NS records.",
	ReasonDNSAccessDenied: "Allow the role route53:ListHostedZonesByName, GetHostedZone, ListResourceRecordSets, ChangeResourceRecordSets " +
		"and GetChange; check the trust policy of dns.role_arn.",
	ReasonTargetNotFound:      "Correct the ARN, or remove it to have a new certificate imported.",
	ReasonTargetNotImported:   "Remove acm_arn to import a new certificate, and switch your listeners over to it.",
	ReasonTakeoverRefused:     "Allow the tagging that the message names: list the ARN in adoptable_certificate_arns of the Terraform module.",
	ReasonTargetAccessDenied:  "Check the trust policy and external ID of role_arn, and that it allows the ACM actions.",
	ReasonKeyTypeIncompatible: "Remove key_type to keep the old one, or remove acm_arn to have a new certificate under a new ARN.",
	ReasonOwnedByAnother:      "Remove the ARN from one of the two records.",
	ReasonPolicyTooLarge:      "Shorten the policy, put several policies together with patterns, or delete one.",
	ReasonDigest:              "Read the list in the mail, the bad news first. EventBridge has each notice.",
	ReasonBlocked:             "Read the condition Accepted, and correct what it names.",
	ReasonAccountNotReady:     "Look at the conditions of the Account.",
	ReasonOrderFailed: "Read the CA's words in the message: mostly a name it does not issue for, a profile it does not know, or a " +
		"contract that does not cover the name.",
	ReasonValidationFailed: "Check the delegation of the zone and of _acme-challenge, and allow the CA in CAA.",
	ReasonChainRejected:    "Compare the message with the profile and the contract: if the CA added a name, add it to domains; else ask the CA.",
	ReasonLifetimeTooShort: "Choose a profile whose certificates are valid for longer, or set a shorter minimum interval " +
		"(CERTLOOP_MIN_ISSUANCE_INTERVAL).",
	ReasonMinimumInterval: "No action needed; the next certificate is obtained at next_attempt_at. Set renew_token to have one more " +
		"at once, which works once per interval.",
	ReasonWindowIgnored: "Ask the CA why its renewal information asks for a new certificate at once. If it is about to revoke this one, " +
		"set renew_token.",
	ReasonUsagesIncompatible: "Choose a profile that has the usages, or remove acm_arn to have it imported under a new ARN.",
	ReasonRateLimited:        "Nothing; where a CA's limit is reached again and again, spread the certificates over more time.",
	ReasonCAUnavailable:      "Nothing; look at the CA's status page if it lasts.",
	ReasonDNSFailed:          "Read the message; nothing where it is passing.",
	ReasonKeyUnavailable: "Enable the KMS key (where it is scheduled for deletion, cancel that first), or give the controller's role " +
		"kms:Encrypt and kms:Decrypt on it.",
	ReasonKeyLost:        "Nothing, if the controller's KMS key exists; else give it one.",
	ReasonInternalError:  "Please report it, with the message; it is tried again with growing pauses.",
	ReasonNotIssued:      "Look at the condition Issuing.",
	ReasonMissing:        "Nothing; find out who deleted it.",
	ReasonExpired:        "Look at Issuing for what keeps its renewal.",
	ReasonDomainsDiffer:  "Nothing, if the names were changed on purpose; else find out who imported another certificate.",
	ReasonKeyTypeDiffers: "Switch your listeners to the ARN in the status.",
	ReasonTargetUnknown:  "Read the message: mostly the target's role.",
	ReasonImportFailed:   "Read ACM's words in the message.",
	ReasonOwnershipUnproven: "Restore the tag certloop:owner of the certificate, or delete the record's item CertificateStatus to have it " +
		"found by its tags.",
	ReasonCALimits: "Compare the bound in the message with what the CA sends. Report the message to the CA.",
	ReasonNetworkDenied: "Set network to private if the CA is in your own network. If the message names a redirect, set directory to the " +
		"URL that the CA documents.",
	ReasonIdentifierPaused: "Fix the cause of the earlier failures, then open the link in the message and unpause the names. certloop orders " +
		"once a day.",
	ReasonImportPending:       "Nothing; it takes some minutes.",
	ReasonQuotaExceeded:       "Ask Service Quotas for more, or delete certificates that nothing uses.",
	ReasonSuspended:           "Remove suspend before the certificate expires.",
	ReasonEABUnavailable:      "Correct the secret or eab_secret_arn, or allow the controller to read it.",
	ReasonEABRequired:         "Get a credential from the CA, put it into Secrets Manager, and name it in eab_secret_arn.",
	ReasonRegistrationRefused: "Read the CA's words in the message: mostly a contact it does not take, or a credential that was used before.",
	ReasonAccountKeyLost: "Restore the secret. If it is lost for good, delete the item AccountStatus under status#<name>, with a fresh credential where the CA " +
		"asks for one.",
	ReasonAccountUnknown: "Ask the CA. For a new account, write an Account record of another name, with a fresh credential where the CA " +
		"asks for one.",
	ReasonSecretUnavailable: "Allow the controller's role the secrets below its prefix; restore a secret that is scheduled for " +
		"deletion; nothing where it is passing.",
	ReasonRepair:      "Read the message; find out who changed it.",
	ReasonRetired:     "Switch what still uses it to the new ARN, then delete it.",
	ReasonDuplicate:   "No action needed, unless the message names what uses it: switch that to the ARN in the status.",
	ReasonRetained:    "Delete it when nothing uses it.",
	ReasonInUse:       "Take it from the listeners and distributions the message names; it is deleted then.",
	ReasonGaveUp:      "Remove what the message names by hand.",
	ReasonBackingOff:  "Correct what last_error names: a change of what the certificate depends on ends the pause.",
	ReasonUnknownKind: "Write the record again with the kind or name that the message gives, and delete this item.",
	ReasonGone:        "Check the name.",
}
