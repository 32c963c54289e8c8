package acm

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/aws/aws-sdk-go-v2/service/acm"

	"certloop/providers/internal/awserr"
	"certloop/providers/internal/awsrole"
	"certloop/reconciler/api"
)

// Delete implements ports.ACM.
func (c *Client) Delete(ctx context.Context, at api.Location, arn string) error {
	p := c.at(at)
	_, err := p.acm.DeleteCertificate(ctx, &acm.DeleteCertificateInput{CertificateArn: &arn})
	switch {
	case err == nil, awserr.Code(err) == "ResourceNotFoundException" && !awsrole.FromSTS(err):
		return nil
	case awserr.Code(err) == "ResourceInUseException":
		return &api.Error{Kind: api.Terminal, Reason: api.ReasonInUse, Message: p.usersOf(ctx, arn), Err: err}
	}
	return call{actions: "acm:DeleteCertificate", at: at, arn: arn}.classify(err)
}

// usersOf says who uses the certificate. ACM's refusal does not say it, and need not know it either: a user in another
// account, or one of a moment ago, is not in InUseBy.
func (p *place) usersOf(ctx context.Context, arn string) string {
	detail, err := p.describe(ctx, arn)
	if err != nil || len(detail.InUseBy) == 0 {
		return fmt.Sprintf("certificate %s is in use: detach it from its load balancers, distributions and domain names", arn)
	}
	return fmt.Sprintf("certificate %s is in use: detach it from %s", arn,
		strings.Join(slices.Sorted(slices.Values(detail.InUseBy)), ", "))
}
