package api

import (
	"regexp"
	"strings"
	"sync"
)

var (
	accountForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^[0-9]{12}$`) })
	// certificateForm is the resource part of a certificate's ARN.
	certificateForm = sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(`^certificate/[A-Za-z0-9-]{1,64}$`) })
)

// ARN is an Amazon Resource Name: arn:partition:service:region:account:resource.
type ARN struct {
	Partition, Service, Region, Account, Resource string
}

// ParseARN splits s at its colons. It checks only that there are five, and that the partition is one of AWS's (aws,
// aws-cn, aws-us-gov, aws-iso, …).
func ParseARN(s string) (ARN, bool) {
	parts := strings.SplitN(s, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || parts[5] == "" {
		return ARN{}, false
	}
	a := ARN{parts[1], parts[2], parts[3], parts[4], parts[5]}
	if a.Partition != "aws" && !strings.HasPrefix(a.Partition, "aws-") {
		return ARN{}, false
	}
	return a, true
}

// HasAccount reports whether a has the ID of an AWS account, 12 digits.
func (a ARN) HasAccount() bool { return accountForm().MatchString(a.Account) }

// HasCertificate reports whether the resource of a is an ACM certificate.
func (a ARN) HasCertificate() bool { return certificateForm().MatchString(a.Resource) }

// IsCertificateARN reports whether s is the ARN of an ACM certificate in that region.
func IsCertificateARN(s, region string) bool {
	a, ok := ParseARN(s)
	return ok && a.Service == "acm" && a.Region == region && a.HasAccount() && a.HasCertificate()
}
