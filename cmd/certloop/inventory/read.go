package inventory

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"

	"certloop/cmd/certloop/lang"
	"certloop/reconciler/api"
)

// Detail is a certificate with all that ACM returns of it.
type Detail struct {
	Certificate
	// Leaf has the facts of the certificate itself.
	Leaf api.Leaf
}

// Read reads one certificate, through a role if it is in another account. Its tags are read from ACM itself, whose answer
// does not lag as the tagging API's.
func Read(ctx context.Context, config aws.Config, arn string, role api.Role, known map[string]string) (Detail, error) {
	parsed, ok := api.ParseARN(arn)
	if !ok || !api.IsCertificateARN(arn, parsed.Region) {
		return Detail{}, lang.Errorf("%q is not the ARN of a certificate in ACM", arn)
	}
	p := newPlace(as(config, role), parsed.Region, role)
	described, err := p.acm.DescribeCertificate(ctx, &acm.DescribeCertificateInput{CertificateArn: &arn})
	if err != nil {
		return Detail{}, err
	}
	tags, err := p.acm.ListTagsForCertificate(ctx, &acm.ListTagsForCertificateInput{CertificateArn: &arn})
	if err != nil {
		return Detail{}, err
	}
	body, err := p.acm.GetCertificate(ctx, &acm.GetCertificateInput{CertificateArn: &arn})
	if err != nil {
		return Detail{}, err
	}
	leaf, err := parse(aws.ToString(body.Certificate))
	if err != nil {
		return Detail{}, lang.Errorf("certificate %s cannot be read: %w", arn, err)
	}
	d := Detail{Leaf: leaf, Certificate: Certificate{
		ARN: arn, Region: parsed.Region, Role: role, Names: leaf.Domains, MoreNames: len(leaf.Domains) > api.MaxDomains,
		Type: string(described.Certificate.Type), Status: string(described.Certificate.Status), KeyType: leaf.KeyType, NotAfter: leaf.NotAfter,
		InUse: len(described.Certificate.InUseBy) > 0, Users: described.Certificate.InUseBy, Tags: map[string]string{},
		service: string(described.Certificate.ManagedBy),
	}}
	for _, t := range tags.Tags {
		d.Tags[aws.ToString(t.Key)] = aws.ToString(t.Value)
	}
	d.Manager = Scope{Known: known}.manager(d.Certificate, true)
	return d, nil
}

func parse(text string) (api.Leaf, error) {
	chain, err := api.ParseChain([]byte(text))
	if err != nil {
		return api.Leaf{}, err
	}
	return api.ParseLeaf(chain[0])
}
