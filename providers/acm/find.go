package acm

import (
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/types"

	"certloop/reconciler/api"
)

// resourceType is ACM's in the tagging API (AWS Resource Groups Tagging API Reference, "Supported services").
const resourceType = "acm:certificate"

// Find implements ports.ACM, by the tagging API, whose index lags behind ACM. The ARNs are sorted; one of a certificate
// that was just deleted may still be among them.
func (c *Client) Find(ctx context.Context, at api.Location, owner, target string) ([]string, error) {
	pages := resourcegroupstaggingapi.NewGetResourcesPaginator(c.at(at).tagging, &resourcegroupstaggingapi.GetResourcesInput{
		ResourceTypeFilters: []string{resourceType},
		TagFilters: []types.TagFilter{
			{Key: aws.String(api.TagOwner), Values: []string{owner}},
			{Key: aws.String(api.TagTarget), Values: []string{target}},
		},
	})
	var arns []string
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, call{actions: "tag:GetResources", at: at}.classify(err)
		}
		for _, resource := range page.ResourceTagMappingList {
			arns = append(arns, aws.ToString(resource.ResourceARN))
		}
	}
	slices.Sort(arns)
	return arns, nil
}
