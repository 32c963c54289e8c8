package api

import "strings"

// arn is an Amazon Resource Name: arn:partition:service:region:account:resource.
type arn struct {
	partition, service, region, account, resource string
}

// parseARN takes s apart by its colons and checks nothing but that they are there and that the partition is one of
// AWS's (aws, aws-cn, aws-us-gov, aws-iso, …).
func parseARN(s string) (arn, bool) {
	parts := strings.SplitN(s, ":", 6)
	if len(parts) != 6 || parts[0] != "arn" || parts[5] == "" {
		return arn{}, false
	}
	a := arn{parts[1], parts[2], parts[3], parts[4], parts[5]}
	if a.partition != "aws" && !strings.HasPrefix(a.partition, "aws-") {
		return arn{}, false
	}
	return a, true
}

// IsCertificateARN reports whether s is the ARN of a certificate of ACM in that region.
func IsCertificateARN(s, region string) bool {
	a, ok := parseARN(s)
	return ok && a.service == "acm" && a.region == region && accountForm.MatchString(a.account) && certificateForm.MatchString(a.resource)
}
