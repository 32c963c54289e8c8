package api

import (
	"fmt"
	"strings"
)

// Kind is the sort key of an item in the table.
type Kind string

// These are the kinds of items. Users write Certificate and Account, administrators write Policy, and the controller
// writes the others.
const (
	KindCertificate       Kind = "Certificate"
	KindCertificateStatus Kind = "CertificateStatus"
	KindAccount           Kind = "Account"
	KindAccountStatus     Kind = "AccountStatus"
	KindPolicy            Kind = "Policy"
	KindIssuance          Kind = "Issuance"
	KindClaim             Kind = "Claim"
	KindControllerStatus  Kind = "ControllerStatus"
	KindPolicyStatus      Kind = "PolicyStatus"
	KindPolicySet         Kind = "PolicySet"
	KindPolicyUsage       Kind = "PolicyUsage"
	KindServedStatus      Kind = "ServedStatus"
	KindLedger            Kind = "Ledger"
)

// Key identifies one unit of work: a record that users or administrators wrote. Kind is KindCertificate, KindAccount or
// KindPolicy. The name of a policy has no partition prefix.
type Key struct {
	Kind Kind   `json:"kind"`
	Name string `json:"name"`
}

// String returns kind/name, for logs and messages.
func (k Key) String() string { return string(k.Kind) + "/" + k.Name }

// Request is a message of the work queue: a key, never an instruction. Hops counts how often the request was passed on,
// so that certloop itself bounds a chain of function and queue, and not Lambda's loop detection.
type Request struct {
	Key
	Hops int `json:"hops,omitempty"`
}

const statusPrefix = "status#"

// StatusPartition returns the partition key of the status of a certificate or account. It differs from the record's own
// partition for the reason of IssuancePartition: a writer of the record could otherwise write a status beside it, and
// the loop acts on the status.
func StatusPartition(name string) string { return statusPrefix + name }

// ControllerPartition is the partition key of the controller's own status: that of a record without a name, which does
// not exist.
const ControllerPartition = statusPrefix

// RecordOfStatus returns the name of the record whose status is in the partition, and false if it is not a status
// partition.
func RecordOfStatus(partition string) (name string, ok bool) {
	name, ok = strings.CutPrefix(partition, statusPrefix)
	return name, ok && name != ""
}

// IssuancePartition returns the partition key of a certificate's Issuance item. It differs from the record's own
// partition because IAM can bound partition keys (dynamodb:LeadingKeys) but not sort keys.
func IssuancePartition(name string) string { return "issuance#" + name }

// LedgerPartition returns the partition key of an account's Ledger item. It differs from the record's own partition for
// the reason of IssuancePartition.
func LedgerPartition(account string) string { return "ledger#" + account }

// ClaimPartition returns the partition key of an ARN's Claim item.
func ClaimPartition(arn string) string { return "arn#" + arn }

const PolicyPrefix = "policy#"

// PolicyPartition returns the partition key, and so the attribute name, of a policy. IAM keeps users from it: a
// record's name cannot contain "#".
func PolicyPartition(name string) string { return PolicyPrefix + name }

// maxPolicyKey leaves room for the prefixes of a policy's other items within the 2,048 bytes of a partition key.
const maxPolicyKey = 256

// PolicyOfPartition returns the name of the policy in that partition, and false if it is not a policy partition. A name
// that ValidateName refuses is still a policy's name: the policy is not accepted, and so allows nothing.
func PolicyOfPartition(partition string) (name string, ok bool) {
	name, ok = strings.CutPrefix(partition, PolicyPrefix)
	return name, ok && name != "" && len(name) <= maxPolicyKey
}

// PolicyStatusPartition returns the partition key of a policy's PolicyStatus.
func PolicyStatusPartition(name string) string { return StatusPartition(PolicyPartition(name)) }

// PolicySetPartition is the partition key of the PolicySet.
const PolicySetPartition = "policyset#"

// PolicyUsagePartition returns the partition key of a policy's PolicyUsage.
func PolicyUsagePartition(name string) string { return PolicySetPartition + name }

// ValidateName returns an error unless a record's name is 1 to 63 of a-z, 0-9, '.' and '-', starting and ending with a
// letter or digit.
func ValidateName(name string) error {
	if len(name) == 0 || len(name) > 63 {
		return fmt.Errorf("name %s has %d characters: use 1 to 63 of a-z, 0-9, '.' and '-'", Quote(name), len(name))
	}
	for _, r := range name {
		if (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '.' && r != '-' {
			return fmt.Errorf("name %q holds %q: use 1 to 63 of a-z, 0-9, '.' and '-'", name, r)
		}
	}
	if strings.ContainsAny(name[:1]+name[len(name)-1:], ".-") {
		return fmt.Errorf("name %q starts or ends with '.' or '-': start and end it with a letter or digit", name)
	}
	return nil
}
