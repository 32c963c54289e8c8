package route53

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"

	"certloop/reconciler/api"
)

// InSync implements ports.DNS. NotFound: Route 53 does not know the change, or no longer does.
func (c *Client) InSync(ctx context.Context, r api.Role, changeID string) (bool, error) {
	out, err := c.through(r).api.GetChange(ctx, &route53.GetChangeInput{Id: &changeID})
	if err != nil {
		return false, call{action: "route53:GetChange", role: r}.classify(err)
	}
	return out.ChangeInfo != nil && out.ChangeInfo.Status == types.ChangeStatusInsync, nil
}
