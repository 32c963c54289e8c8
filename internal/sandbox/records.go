package sandbox

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/route53"
	"github.com/aws/aws-sdk-go-v2/service/route53/types"
)

// ChangeRecords changes records of a hosted zone, and returns when its name servers have the change.
func (c Clients) ChangeRecords(ctx context.Context, zoneID string, changes ...types.Change) error {
	changed, err := c.Route53.ChangeResourceRecordSets(ctx,
		&route53.ChangeResourceRecordSetsInput{HostedZoneId: &zoneID, ChangeBatch: &types.ChangeBatch{Changes: changes}})
	if err != nil {
		return err
	}
	inSync := route53.NewResourceRecordSetsChangedWaiter(c.Route53, func(o *route53.ResourceRecordSetsChangedWaiterOptions) {
		o.MinDelay, o.MaxDelay = 50*time.Millisecond, time.Second
	})
	return inSync.Wait(ctx, &route53.GetChangeInput{Id: changed.ChangeInfo.Id}, time.Minute)
}
