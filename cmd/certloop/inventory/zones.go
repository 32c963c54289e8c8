package inventory

import (
	"context"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/route53"
)

// WithoutZone returns the names that are in no public hosted zone of the operator's account. It asks once for each domain
// that could be a zone.
func WithoutZone(ctx context.Context, config aws.Config, names []string) ([]string, error) {
	client := route53.NewFromConfig(config)
	zones := map[string]bool{}
	var missing []string
	for _, name := range names {
		found := false
		for domain := strings.TrimPrefix(name, "*."); strings.Contains(domain, ".") && !found; _, domain, _ = strings.Cut(domain, ".") {
			has, known := zones[domain]
			if !known {
				var err error
				if has, err = hasZone(ctx, client, domain); err != nil {
					return nil, err
				}
				zones[domain] = has
			}
			found = has
		}
		if !found {
			missing = append(missing, name)
		}
	}
	return missing, nil
}

// hasZone reports whether there is a public hosted zone of a domain. Zones of the same name follow each other.
func hasZone(ctx context.Context, client *route53.Client, domain string) (bool, error) {
	out, err := client.ListHostedZonesByName(ctx, &route53.ListHostedZonesByNameInput{DNSName: aws.String(domain + "."), MaxItems: aws.Int32(10)})
	if err != nil {
		return false, err
	}
	for _, z := range out.HostedZones {
		if strings.TrimSuffix(aws.ToString(z.Name), ".") == domain && (z.Config == nil || !z.Config.PrivateZone) {
			return true, nil
		}
	}
	return false, nil
}
