package api

import (
	"fmt"
	"strings"
)

// Kind is the sort key of an item in the table.
type Kind string

// The kinds of items. Users write Certificate and Account, administrators write Policy, and the controller writes the
// others.
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
)

// Key names one unit of work: a record that users or administrators wrote. Kind is KindCertificate, KindAccount or
// KindPolicy; the name of a policy is without the prefix of its partition.
type Key struct {
	Kind Kind   `json:"kind"`
	Name string `json:"name"`
}

// String is kind/name, for logs and messages.
func (k Key) String() string { return string(k.Kind) + "/" + k.Name }

// Request is what travels through the work queue: a key, never an instruction. Hops counts how often the request
// has been passed on, so that a chain of function and queue is bounded by us and not by Lambda's loop detection.
type Request struct {
	Key
	Hops int `json:"hops,omitempty"`
}

const statusPrefix = "status#"

// StatusPartition is the partition key of the status of a certificate and of an account of that name. It differs from
// the record's own partition for the reason of IssuancePartition: whoever may write a record could otherwise write a
// status beside it, and the loop acts on what a status says.
func StatusPartition(name string) string { return statusPrefix + name }

// ControllerPartition is the partition key of the controller's own status: that of a record without a name, which no
// record is.
const ControllerPartition = statusPrefix

// RecordOfStatus returns the name of the record whose status lies in the partition; false where no status lies there.
func RecordOfStatus(partition string) (name string, ok bool) {
	name, ok = strings.CutPrefix(partition, statusPrefix)
	return name, ok && name != ""
}

// IssuancePartition is the partition key of the Issuance item of a certificate. It differs from the record's own
// partition because IAM can bound partition keys (dynamodb:LeadingKeys) but not sort keys.
func IssuancePartition(name string) string { return "issuance#" + name }

// ClaimPartition is the partition key of the Claim item of an ARN.
func ClaimPartition(arn string) string { return "arn#" + arn }

const PolicyPrefix = "policy#"

// PolicyPartition is the partition key, and so the attribute name, of the policy of that name. IAM keeps users from it:
// the name of a record holds no "#".
func PolicyPartition(name string) string { return PolicyPrefix + name }

// maxPolicyKey leaves room for the prefixes of a policy's other items within the 2,048 bytes of a partition key.
const maxPolicyKey = 256

// PolicyOfPartition returns the name of the policy in that partition; false where none lies there. A name that
// ValidateName refuses is that of a policy all the same: it is not accepted, and so allows nothing.
func PolicyOfPartition(partition string) (name string, ok bool) {
	name, ok = strings.CutPrefix(partition, PolicyPrefix)
	return name, ok && name != "" && len(name) <= maxPolicyKey
}

// PolicyStatusPartition is the partition key of the PolicyStatus of the policy of that name.
func PolicyStatusPartition(name string) string { return StatusPartition(PolicyPartition(name)) }

// PolicySetPartition is the partition key of the PolicySet.
const PolicySetPartition = "policyset#"

// PolicyUsagePartition is the partition key of the PolicyUsage of the policy of that name.
func PolicyUsagePartition(name string) string { return PolicySetPartition + name }

// ValidateName says whether a record's name is 1 to 63 of a-z, 0-9, '.' and '-', starting and ending with a
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
