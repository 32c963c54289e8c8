package acm

import (
	"context"
	"encoding/pem"
	"fmt"
	"maps"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/acm/types"

	"certloop/providers/internal/awserr"
	"certloop/reconciler/api"
)

// Import implements ports.ACM. A first import carries the tags and is repeated by nobody but where it was throttled; a
// re-import carries none, since ACM refuses them there, and may be repeated.
func (c *Client) Import(ctx context.Context, at api.Location, r api.ImportRequest) (string, error) {
	this := call{actions: "acm:ImportCertificate", at: at, arn: r.ARN, refused: api.ReasonImportFailed}
	if n := countCertificates(r.Leaf); n != 1 {
		return "", &api.Error{Kind: api.Terminal, Reason: api.ReasonImportFailed, Message: fmt.Sprintf(
			"the certificate to import holds %d certificates: ACM accepts exactly one, and its chain separately", n)}
	}
	in := &acm.ImportCertificateInput{Certificate: []byte(r.Leaf), PrivateKey: r.Key.Reveal()}
	if r.Chain != "" {
		in.CertificateChain = []byte(r.Chain)
	}
	var options []func(*acm.Options)
	if r.ARN != "" {
		in.CertificateArn = &r.ARN
	} else {
		in.Tags = tagList(r.Tags)
		this.actions += " and acm:AddTagsToCertificate"
		options = append(options, func(o *acm.Options) { o.Retryer = onlyThrottled(o.Retryer) })
	}
	out, err := c.at(at).acm.ImportCertificate(ctx, in, options...)
	if err != nil {
		return "", awserr.Without(this.classify(err), r.Key)
	}
	if aws.ToString(out.CertificateArn) == "" {
		return "", &api.Error{Kind: api.Transient, Message: "ACM in " + at.Region + " returned no ARN for the import; certloop looks for the certificate by its tags"}
	}
	return *out.CertificateArn, nil
}

// countCertificates counts the certificates in PEM; any other block makes it none, so that a key never goes where
// certificates go.
func countCertificates(text string) int {
	n := 0
	for rest := []byte(text); ; n++ {
		var block *pem.Block
		if block, rest = pem.Decode(rest); block == nil {
			return n
		}
		if block.Type != "CERTIFICATE" {
			return 0
		}
	}
}

func tagList(tags map[string]string) []types.Tag {
	var list []types.Tag
	for _, key := range slices.Sorted(maps.Keys(tags)) {
		list = append(list, types.Tag{Key: aws.String(key), Value: aws.String(tags[key])})
	}
	return list
}
