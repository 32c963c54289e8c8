package acm

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/acm/types"

	"certloop/providers/internal/awserr"
	"certloop/reconciler/api"
)

const describeActions = "acm:DescribeCertificate, acm:GetCertificate and acm:ListTagsForCertificate"

// reading is what the three reads of one certificate found.
type reading struct {
	detail *types.CertificateDetail
	pem    string
	chain  string
	tags   map[string]string
	// missing is why there is no PEM.
	missing error
}

// Describe implements ports.ACM: three reads at once. The facts of the leaf come from its PEM; a certificate that ACM
// has not issued yet has none of them, but its type and tags.
func (c *Client) Describe(ctx context.Context, at api.Location, arn string) (api.Installed, error) {
	r, err := c.read(ctx, at, arn)
	if err != nil {
		return api.Installed{}, call{actions: describeActions, at: at, arn: arn}.classify(err)
	}
	installed := api.Installed{
		ARN: arn, Type: string(r.detail.Type), ImportedAt: wholeSeconds(r.detail.ImportedAt),
		InUseBy: slices.Sorted(slices.Values(r.detail.InUseBy)), Tags: r.tags,
	}
	if r.pem == "" {
		return installed, nil
	}
	installed.Chain = joined(r.pem, r.chain)
	installed.Leaf, err = parseLeaf(r.pem)
	if err == nil || r.detail.Type != types.CertificateTypeImported {
		return installed, nil
	}
	var undescribed error
	if installed.Leaf, undescribed = describedLeaf(r.detail, r.pem); undescribed != nil {
		return api.Installed{}, &api.Error{Kind: api.Terminal, Message: fmt.Sprintf("certificate %s cannot be read: %v", arn, err), Err: err}
	}
	return installed, nil
}

// InUseBy implements ports.Users.
func (c *Client) InUseBy(ctx context.Context, at api.Location, arn string) ([]string, error) {
	detail, err := c.at(at).describe(ctx, arn)
	if err != nil {
		return nil, call{actions: "acm:DescribeCertificate", at: at, arn: arn}.classify(err)
	}
	return slices.Sorted(slices.Values(detail.InUseBy)), nil
}

// read makes the three reads. Its error is the first in this order, however they end: the one that a person sees
// stays the same.
func (c *Client) read(ctx context.Context, at api.Location, arn string) (reading, error) {
	var r reading
	p := c.at(at)
	errs := together(
		func() (err error) { r.detail, err = p.describe(ctx, arn); return err },
		func() (err error) { r.tags, err = p.tags(ctx, arn); return err },
		func() error { r.pem, r.chain, r.missing = p.pem(ctx, arn); return nil },
	)
	for _, err := range errs {
		if err != nil {
			return reading{}, err
		}
	}
	if r.missing != nil && (r.detail.Type == types.CertificateTypeImported || !notIssued(r.missing)) {
		return reading{}, r.missing
	}
	return r, nil
}

// notIssued reports whether ACM has no PEM of a requested certificate: it is pending, or its validation failed.
func notIssued(err error) bool {
	code := awserr.Code(err)
	return code == "RequestInProgressException" || code == "ResourceNotFoundException"
}

func (p *place) describe(ctx context.Context, arn string) (*types.CertificateDetail, error) {
	out, err := p.acm.DescribeCertificate(ctx, &acm.DescribeCertificateInput{CertificateArn: &arn})
	if err != nil {
		return nil, err
	}
	if out.Certificate == nil {
		return nil, errors.New("a response without a certificate")
	}
	return out.Certificate, nil
}

func (p *place) pem(ctx context.Context, arn string) (leaf, chain string, err error) {
	out, err := p.acm.GetCertificate(ctx, &acm.GetCertificateInput{CertificateArn: &arn})
	if err != nil {
		return "", "", err
	}
	if aws.ToString(out.Certificate) == "" {
		return "", "", errors.New("a response without a certificate")
	}
	return *out.Certificate, aws.ToString(out.CertificateChain), nil
}

// joined returns leaf and chain as one text, the leaf alone where that is too long to be read.
func joined(leaf, chain string) string {
	if !strings.HasSuffix(leaf, "\n") {
		leaf += "\n"
	}
	if len(leaf)+len(chain) > api.MaxChain {
		return leaf
	}
	return leaf + chain
}

func (p *place) tags(ctx context.Context, arn string) (map[string]string, error) {
	out, err := p.acm.ListTagsForCertificate(ctx, &acm.ListTagsForCertificateInput{CertificateArn: &arn})
	if err != nil {
		return nil, err
	}
	tags := map[string]string{}
	for _, t := range out.Tags {
		tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
	}
	return tags, nil
}

func parseLeaf(text string) (api.Leaf, error) {
	chain, err := api.ParseChain([]byte(text))
	if err != nil {
		return api.Leaf{}, err
	}
	return api.ParseLeaf(chain[0])
}

// wholeSeconds is t as the listing has it too: the resync compares the two.
func wholeSeconds(t *time.Time) time.Time {
	if t == nil {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Second)
}

// together runs all calls at once and returns their errors in order.
func together(calls ...func() error) []error {
	errs := make([]error, len(calls))
	var done sync.WaitGroup
	for i, call := range calls {
		done.Go(func() { errs[i] = call() })
	}
	done.Wait()
	return errs
}
