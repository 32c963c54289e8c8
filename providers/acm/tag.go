package acm

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/acm/types"

	"certloop/reconciler/api"
)

// Tag implements ports.ACM. What goes is removed first: a certificate has at most 50 tags, and a change of many would
// pass that limit on its way. A key in both set and remove is set.
func (c *Client) Tag(ctx context.Context, at api.Location, arn string, set map[string]string, remove []string) error {
	p := c.at(at)
	if gone := keysOnly(remove); len(gone) > 0 {
		_, err := p.acm.RemoveTagsFromCertificate(ctx, &acm.RemoveTagsFromCertificateInput{CertificateArn: &arn, Tags: gone})
		if err != nil {
			return call{actions: "acm:RemoveTagsFromCertificate", at: at, arn: arn}.classify(err)
		}
	}
	if len(set) > 0 {
		_, err := p.acm.AddTagsToCertificate(ctx, &acm.AddTagsToCertificateInput{CertificateArn: &arn, Tags: tagList(set)})
		if err != nil {
			return call{actions: "acm:AddTagsToCertificate", at: at, arn: arn}.classify(err)
		}
	}
	return nil
}

// keysOnly are tags without a value: with one, ACM removes a tag only where it has that value.
func keysOnly(keys []string) []types.Tag {
	var list []types.Tag
	for _, key := range keys {
		list = append(list, types.Tag{Key: aws.String(key)})
	}
	return list
}
