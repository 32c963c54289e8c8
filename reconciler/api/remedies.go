package api

// Remedy returns what an operator can do about a reason, as docs/reference/reasons.md has it; empty: no action is needed.
func Remedy(r Reason) string { return remedies[r] }

// remedies are the column "what to do" of docs/reference/reasons.md; a test holds that they are the same.
var remedies = map[Reason]string{
	ReasonInvalidSpec: "Correct every attribute in the message. See docs/reference/records.md for types and " +
		"limits.",
	ReasonPolicyDenied: "Change the values in the message, or ask an administrator to allow them in a policy. If " +
		"the message names a policy that is not valid, correct that policy.",
	ReasonAccountNotFound: "Create the Account record, or set account to an existing one.",
	ReasonZoneNotFound: "Create the hosted zone, set zone to its ID, or set dns to a role of the AWS account that " +
		"has it.",
	ReasonPrivateZoneSeen: "Set CERTLOOP_RESOLVERS to public resolvers: inside the VPC a private hosted zone " +
		"answers for the name. Do not change anything at the registrar.",
	ReasonZoneNotDelegated: "Set the domain's NS records to the name servers of the zone, or set zone to the ID " +
		"of the right zone.",
	ReasonDNSAccessDenied: "Allow the role route53:ListHostedZonesByName, GetHostedZone, ListResourceRecordSets, " +
		"ChangeResourceRecordSets and GetChange. Check the trust policy of dns.role_arn.",
	ReasonTargetNotFound:    "Set acm_arn to an existing certificate, or remove it to import a new one.",
	ReasonTargetNotImported: "Remove acm_arn to import a new certificate, and switch your listeners to its ARN.",
	ReasonKeyTypeIncompatible: "Remove key_type to keep the key type, or remove acm_arn to import a new " +
		"certificate under a new ARN.",
	ReasonTakeoverRefused: "Allow the tagging in the message: add the ARN to adoptable_certificate_arns of the " +
		"Terraform module.",
	ReasonOwnedByAnother:  "Remove acm_arn from one of the two records.",
	ReasonPolicyTooLarge:  "Shorten the policy, combine several policies with patterns, or delete one.",
	ReasonBlocked:         "Read the condition Accepted, and correct what it names.",
	ReasonAccountNotReady: "Read the conditions of the Account.",
	ReasonOrderFailed: "Read the CA's error in the message. Usual causes: the CA does not issue for a name, does " +
		"not know the profile, or the contract does not include the name.",
	ReasonValidationFailed: "Check the delegation of the zone and of _acme-challenge, and allow the CA in CAA.",
	ReasonChainRejected: "Compare the message with the profile and the contract. If the CA added a name, add it " +
		"to domains. Otherwise ask the CA.",
	ReasonLifetimeTooShort: "Set profile to one with longer lifetimes, or set a shorter minimum interval " +
		"(CERTLOOP_MIN_ISSUANCE_INTERVAL).",
	ReasonIssuanceBudget: "No action needed: certloop places the order at next_attempt_at. If the CA raised the limit for your account, set it in limits of the Account record. Otherwise put names of one domain into fewer certificates.",
	ReasonMinimumInterval: "No action needed: certloop obtains the next certificate at next_attempt_at. For one " +
		"at once, set a new renew_token; this works once per interval.",
	ReasonWindowIgnored: "Ask the CA why its renewal information asks for a new certificate at once. If it is " +
		"about to revoke this one, set a new renew_token.",
	ReasonUsagesIncompatible: "Set profile to one that has the key usage, or remove acm_arn to import the " +
		"certificate under a new ARN.",
	ReasonRolloutStopped: "Read which endpoints in the message, and correct them: the rollout continues when they serve the " +
		"certificate. Or put the certificate before back with certloop rollback.",
	ReasonRolledBack: "Correct the cause in the message. Then run certloop rollback --undo to roll the new certificate out again, or " +
		"set a new renew_token for another one.",
	ReasonRateLimited: "No action needed. If a limit of the CA is reached often, spread the certificates over " +
		"more time.",
	ReasonCAUnavailable: "No action needed. If it lasts, check the status page of the CA.",
	ReasonDNSFailed:     "Read the message. If the error is transient, no action is needed.",
	ReasonDNSSECBogus:   "Correct the DS record at the registrar or the zone's signatures, or remove the DS record.",
	ReasonNameServersDiffer: "Correct the name servers that the message names, or remove them from the NS records of the zone and from its " +
		"delegation in the parent zone.",
	ReasonCAAForbids: "Create the CAA record in the message, or remove the critical property that it names. certloop reads CAA again at " +
		"next_attempt_at.",
	ReasonKeyUnavailable: "Enable the KMS key (if it is scheduled for deletion, cancel that first), or allow the " +
		"controller's role kms:Encrypt and kms:Decrypt on it.",
	ReasonKeyLost: "If the controller's KMS key exists, no action is needed. Otherwise set CERTLOOP_KMS_KEY_ID to " +
		"an existing key.",
	ReasonCALimits: "Compare the limit in the message with what the CA sends. Report the message to the CA.",
	ReasonNetworkDenied: "Set network to private if the CA is in your own network. If the message names a " +
		"redirect, set directory to the URL that the CA documents.",
	ReasonIdentifierPaused: "Fix the cause of the earlier failures, then open the link in the message and unpause " +
		"the names. certloop orders once a day.",
	ReasonInternalError: "Report the message to the maintainers of certloop.",
	ReasonNotIssued:     "Read the condition Issuing.",
	ReasonMissing:       "Find out who deleted it.",
	ReasonRevoked: "Read the condition Issuing: certloop obtains a new certificate. Ask the CA why it revoked this one, in " +
		"particular if you did not request it.",
	ReasonExpired: "Read the condition Issuing, and correct what it names.",
	ReasonDomainsDiffer: "If you changed the names, no action is needed. Otherwise find out who imported another " +
		"certificate.",
	ReasonKeyTypeDiffers: "Switch your listeners to the ARN in the status.",
	ReasonTargetAccessDenied: "Check the trust policy and external ID of role_arn, and that it allows the ACM " +
		"actions.",
	ReasonTargetUnknown: "Read the message. The usual cause is the target's role.",
	ReasonImportFailed:  "Read ACM's error in the message.",
	ReasonOwnershipUnproven: "Restore the tag certloop:owner of the certificate, or delete the record's item " +
		"CertificateStatus, so that certloop finds the certificate by its tags.",
	ReasonImportPending:  "No action needed: this takes some minutes.",
	ReasonQuotaExceeded:  "Request a higher quota in Service Quotas, or delete unused certificates.",
	ReasonSuspended:      "Remove suspend before the certificate expires.",
	ReasonEABUnavailable: "Correct the secret or eab_secret_arn, or allow the controller to read it.",
	ReasonEABRequired: "Get a credential from the CA, store it in Secrets Manager, and set eab_secret_arn to its " +
		"ARN.",
	ReasonRegistrationRefused: "Read the CA's error in the message. Usual causes: the CA does not accept the " +
		"contact, or the credential was used before.",
	ReasonAccountKeyLost: "Restore the secret. If you cannot, delete the item AccountStatus under status#<name>, " +
		"with a new credential if the CA requires one.",
	ReasonAccountUnknown: "Ask the CA. For a new account, create an Account record with another name, and a new " +
		"credential if the CA requires one.",
	ReasonSecretUnavailable: "Allow the controller's role the secrets below its prefix. Restore a secret that is " +
		"scheduled for deletion. If the error is transient, no action is needed.",
	ReasonDigest:          "Read the list in the mail, bad news first. EventBridge has each notice.",
	ReasonRepair:          "Read the message, and find out who changed it.",
	ReasonSplitDelegation: "Keep the name servers of only one provider in the domain's NS records.",
	ReasonDuplicate: "No action needed, unless the message names what uses it: switch that to the ARN in the " +
		"status.",
	ReasonRetired:        "Switch everything that uses the old certificate to the new ARN, then delete it.",
	ReasonRetained:       "Delete the certificate when nothing uses it.",
	ReasonInUse:          "Remove it from the listeners and distributions in the message. Then certloop deletes it.",
	ReasonGaveUp:         "Delete by hand what the message names.",
	ReasonBackingOff:     "Correct what last_error names. A change that needs a new certificate ends the pause.",
	ReasonUnknownKind:    "Write the record again with the kind or name in the message, and delete this item.",
	ReasonGone:           "Check the name.",
	ReasonNotProbed:      "No action needed. To probe private addresses, set CERTLOOP_PROBE to private.",
	ReasonPreviousServed: "Check that the endpoint uses the ARN in the status. If it does, ask AWS Support why it does not serve the certificate.",
	ReasonAnotherServed:  "Set the endpoint to the ARN in the status. If another certificate is meant to be there, remove the endpoint from probe or set off.",
	ReasonUnreachable:    "Check that the names resolve to your endpoints, and that these accept connections.",
}
