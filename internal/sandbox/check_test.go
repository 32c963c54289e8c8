package sandbox

import (
	"fmt"
	"strings"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/route53"

	"certloop/reconciler/plan"
)

// astrayZone is a hosted zone whose domain is delegated to another provider.
const astrayZone = "astray.example"

var _ = add(map[string]scenario{
	"a check shows a delegation and an account that are broken": {
		put: func(b *box) {
			zone := route53.CreateHostedZoneInput{Name: aws.String(astrayZone), CallerReference: aws.String(astrayZone)}
			if _, err := b.Route53.CreateHostedZone(b.t.Context(), &zone); err != nil {
				b.t.Fatal(err)
			}
			b.DNS.Undelegate(astrayZone)
			b.certificate("astray", []string{"www." + astrayZone})
			b.put(Record{"name": "unreachable", "kind": "Account", "directory": "https://127.0.0.1:1/directory", "network": "private"}, nil)
		},
		check: func(b *box) {
			b.eventually("the check shows both", func() string {
				checks, err := b.Check(b.t.Context())
				_, _ = fmt.Fprintln(b.answers, checks, err)
				if err != nil {
					b.t.Fatal(err)
				}
				if why := missing(checks, plan.AreaZone, "astray", "ZoneNotDelegated: "); why != "" {
					return why
				}
				if why := missing(checks, plan.AreaAccount, "unreachable", "CAUnavailable: "); why != "" {
					return why
				}
				for _, c := range checks {
					if (c.Area == plan.AreaTable || c.Area == plan.AreaKey) && c.State != plan.CheckFine {
						return fmt.Sprintf("table and key are fine: %+v", c)
					}
				}
				return ""
			})
		},
	},
})

// missing returns why the checks have no failure of that beginning with a remedy; empty: they have it.
func missing(checks []plan.Check, area plan.CheckArea, subject, begins string) string {
	for _, c := range checks {
		if c.Area == area && c.Subject == subject && c.State == plan.CheckFailed && strings.HasPrefix(c.Message, begins) && c.Remedy != "" {
			return ""
		}
	}
	return fmt.Sprintf("no failure %s %s %s in %+v", area, subject, begins, checks)
}
