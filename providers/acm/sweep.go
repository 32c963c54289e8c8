package acm

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/acm"
	"github.com/aws/aws-sdk-go-v2/service/acm/types"

	"certloop/reconciler/api"
)

// sweepPage is the most that ListCertificates returns at once; it is allowed about one request a second.
const sweepPage = 1000

// listedKeyTypes are the key types that ACM's API Reference names for ListCertificates. A newer SDK knows more, which an
// older region would refuse.
var listedKeyTypes = []types.KeyAlgorithm{
	types.KeyAlgorithmRsa1024, types.KeyAlgorithmRsa2048, types.KeyAlgorithmRsa3072, types.KeyAlgorithmRsa4096,
	types.KeyAlgorithmEcPrime256v1, types.KeyAlgorithmEcSecp384r1, types.KeyAlgorithmEcSecp521r1,
}

// Sweep implements ports.Sweeper. All key types are named, since ACM lists RSA of 1024 and 2048 bits only where none is;
// no status is, so that expired certificates are listed.
func (c *Client) Sweep(ctx context.Context, at api.Location) (map[string]api.Summary, error) {
	pages := acm.NewListCertificatesPaginator(c.at(at).acm, &acm.ListCertificatesInput{
		Includes: &types.Filters{KeyTypes: listedKeyTypes},
		MaxItems: aws.Int32(sweepPage),
	})
	found := map[string]api.Summary{}
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return nil, call{actions: "acm:ListCertificates", at: at}.classify(err)
		}
		for _, s := range page.CertificateSummaryList {
			if s.Type == types.CertificateTypeImported {
				arn := aws.ToString(s.CertificateArn)
				found[arn] = api.Summary{ARN: arn, NotAfter: wholeSeconds(s.NotAfter), ImportedAt: wholeSeconds(s.ImportedAt),
					Status: string(s.Status)}
			}
		}
	}
	return found, nil
}
