package inventory

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi"
	"github.com/aws/aws-sdk-go-v2/service/resourcegroupstaggingapi/types"
)

// budget is how many requests the listing of a place may take (docs/reference/cli.md).
const budget = 9

// tagPage is the most resources that GetResources returns at once, and the most ARNs that it accepts.
const tagPage = 100

// tagsOf returns the tags of the certificates whose tags decide who manages them: imported ones that no record has. Those
// that are not in the result were not read. With an error, it returns what it read before.
func (p *place) tagsOf(ctx context.Context, s Scope, all []Certificate) (map[string]map[string]string, error) {
	r := &tagReader{place: p, open: map[string]bool{}, tags: map[string]map[string]string{}}
	for _, c := range all {
		if _, known := s.Known[c.ARN]; !known && c.Type == "IMPORTED" && c.service == "" {
			r.open[c.ARN] = true
			r.order = append(r.order, c.ARN)
		}
	}
	err := r.read(ctx, s.AllTags)
	return r.tags, err
}

// tagReader reads tags with as few requests as it can. GetResources can be asked in two ways: for all tagged certificates,
// page by page, which costs most where many have tags; and for named ones, which costs one request for 100 of them,
// tagged or not.
type tagReader struct {
	*place
	// open are the certificates whose tags are not known yet, order all of them.
	open  map[string]bool
	order []string
	tags  map[string]map[string]string
}

// read asks for all tagged certificates until that ends, or until those that are left can be asked for by name within the
// budget. Where the budget ends before, the others stay unread.
func (r *tagReader) read(ctx context.Context, all bool) error {
	left := func() int { return budget - r.requests }
	token, first := "", true
	for len(r.open) > 0 && (all || left() > 0) {
		if byName := (len(r.open) + tagPage - 1) / tagPage; !first && byName <= left() {
			return r.readNamed(ctx)
		}
		next, err := r.readPage(ctx, token)
		if err != nil {
			return err
		}
		if next == "" {
			// What has no tag is not in the answer.
			for arn := range r.open {
				r.close(arn, nil)
			}
			return nil
		}
		token, first = next, false
	}
	return nil
}

func (r *tagReader) readPage(ctx context.Context, token string) (next string, err error) {
	in := &resourcegroupstaggingapi.GetResourcesInput{ResourceTypeFilters: []string{"acm:certificate"}, ResourcesPerPage: aws.Int32(tagPage)}
	if token != "" {
		in.PaginationToken = &token
	}
	out, err := r.tagging.GetResources(ctx, in)
	r.requests++
	if err != nil {
		return "", err
	}
	r.keep(out.ResourceTagMappingList)
	return aws.ToString(out.PaginationToken), nil
}

func (r *tagReader) readNamed(ctx context.Context) error {
	var arns []string
	for _, arn := range r.order {
		if r.open[arn] {
			arns = append(arns, arn)
		}
	}
	for len(arns) > 0 {
		some := arns[:min(tagPage, len(arns))]
		arns = arns[len(some):]
		out, err := r.tagging.GetResources(ctx, &resourcegroupstaggingapi.GetResourcesInput{ResourceARNList: some})
		r.requests++
		if err != nil {
			return err
		}
		r.keep(out.ResourceTagMappingList)
		for _, arn := range some {
			r.close(arn, nil)
		}
	}
	return nil
}

func (r *tagReader) keep(list []types.ResourceTagMapping) {
	for _, resource := range list {
		tags := map[string]string{}
		for _, t := range resource.Tags {
			tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
		}
		r.close(aws.ToString(resource.ResourceARN), tags)
	}
}

// close keeps the tags of a certificate whose tags were not known.
func (r *tagReader) close(arn string, tags map[string]string) {
	if r.open[arn] {
		delete(r.open, arn)
		r.tags[arn] = tags
	}
}
