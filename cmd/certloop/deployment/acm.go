package deployment

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/acm"

	"certloop/cmd/certloop/lang"
	"certloop/reconciler/api"
)

// ACM returns a client for a region, with the operator's credentials.
func (d *Deployment) ACM(region string) *acm.Client {
	return acm.NewFromConfig(d.AWS, func(o *acm.Options) { o.Region = region })
}

// InUseBy returns the ARNs of the resources that use a certificate.
func (d *Deployment) InUseBy(ctx context.Context, arn string) ([]string, error) {
	parsed, ok := api.ParseARN(arn)
	if !ok {
		return nil, lang.Errorf("%q is not an ARN", arn)
	}
	out, err := d.ACM(parsed.Region).DescribeCertificate(ctx, &acm.DescribeCertificateInput{CertificateArn: &arn})
	if err != nil {
		return nil, d.explained(err)
	}
	return out.Certificate.InUseBy, nil
}
