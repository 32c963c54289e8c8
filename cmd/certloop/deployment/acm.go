package deployment

import (
	"context"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"

	"certloop/cmd/certloop/lang"
	"certloop/reconciler/api"
)

// ACM returns a client for a region, with the operator's credentials.
func (d *Deployment) ACM(region string) *acm.Client {
	return acm.NewFromConfig(d.AWS, func(o *acm.Options) { o.Region = region })
}

// Held is what ACM holds under an ARN.
type Held struct {
	// Serial is lower-case hex without separators or leading zeros, Status ACM's: ISSUED, EXPIRED, …
	Serial, Status string
	NotAfter       time.Time
	// InUseBy are the ARNs of the resources that use the certificate.
	InUseBy []string
}

// Held returns what ACM holds under an ARN.
func (d *Deployment) Held(ctx context.Context, arn string) (Held, error) {
	parsed, ok := api.ParseARN(arn)
	if !ok {
		return Held{}, lang.Errorf("%q is not an ARN", arn)
	}
	out, err := d.ACM(parsed.Region).DescribeCertificate(ctx, &acm.DescribeCertificateInput{CertificateArn: &arn})
	if err != nil {
		return Held{}, d.explained(err)
	}
	c := out.Certificate
	return Held{Serial: serial(aws.ToString(c.Serial)), Status: string(c.Status), NotAfter: aws.ToTime(c.NotAfter), InUseBy: c.InUseBy}, nil
}

// serial returns ACM's form of a serial number, such as 04:C3:F1, as the status has it.
func serial(acms string) string {
	digits := strings.ToLower(strings.ReplaceAll(acms, ":", ""))
	if short := strings.TrimLeft(digits, "0"); short != "" || digits == "" {
		return short
	}
	return "0"
}
