package command

import (
	"context"
	"fmt"
	"iter"
	"maps"
	"time"

	"github.com/spf13/cobra"

	"certloop/cmd/certloop/forecast"
	"certloop/cmd/certloop/lang"
	"certloop/cmd/certloop/view"
	"certloop/reconciler/api"
	"certloop/reconciler/spec"
)

// shorterLifetimes are the lifetimes that public CAs change to, in days: 100 from 2027-03-15, 47 from 2029-03-15
// (CA/Browser Forum, Baseline Requirements, section 6.3.2).
var shorterLifetimes = []int{100, 47}

// longestForecast bounds --days.
const longestForecast = 3650

func newForecast(a *app) *cobra.Command {
	var days int
	var output string
	var limits map[string]int
	cmd := &cobra.Command{
		Use:     "forecast",
		GroupID: groupSee,
		Short:   a.screen.T("Show how many certificates will be renewed, and what limits that reaches"),
		Long: a.screen.T(`Show the renewals of each of the next days, the orders of each account, and the imports into each AWS account and region, as certificates are issued today and at 100 and 47 days of life. Public CAs issue for at most 100 days from 2027-03-15, and for at most 47 days from 2029-03-15.

Days on which the imports of 365 days exceed ACM's default quota, or the orders of an account its limits, have a mark. The limits are those of the Account record; --limit replaces them.

It assumes that each renewal succeeds at its time.`),
		Example: "  certloop forecast --days 90\n  certloop forecast --limit jprs=50\n  certloop forecast -o json | jq .today.total",
		Args:    usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if days < 1 || days > longestForecast {
				return usageError{lang.Errorf("--days is %d: use 1 to %d", days, longestForecast)}
			}
			if err := checkEncoding(output); err != nil {
				return err
			}
			for account, n := range limits {
				if n < 0 {
					return usageError{lang.Errorf("--limit %s=%d: use a number of orders a day, such as %s=50", account, n, account)}
				}
			}
			return a.forecast(cmd.Context(), days, output, limits)
		},
	}
	cmd.Flags().IntVar(&days, "days", 90, a.screen.T("how many days"))
	cmd.Flags().StringToIntVar(&limits, "limit", nil, a.screen.T("how many orders a day an account allows, as ACCOUNT=N; can be repeated"))
	a.encodingFlag(cmd, &output)
	return cmd
}

func (a *app) forecast(ctx context.Context, days int, output string, limits map[string]int) error {
	found, known, err := a.recordsWithLimits(ctx)
	if err != nil {
		return err
	}
	maps.Copy(known, limits)
	limits = known
	certificates := projected(found)
	now := a.config.Now()
	today := forecast.Project(certificates, now, days, 0)
	shorter := make([]forecast.Projection, len(shorterLifetimes))
	for i, lifetime := range shorterLifetimes {
		shorter[i] = forecast.Project(certificates, now, days, time.Duration(lifetime)*24*time.Hour)
	}
	if output == outputJSON || output == outputYAML {
		return a.encodeValue(output, map[string]any{"today": today, "shorter": shorter})
	}
	view.Forecast(a.screen, today, shorter, limits)
	return nil
}

// recordsWithLimits returns the certificates, and how many orders a day the accounts allow that have such a limit.
func (a *app) recordsWithLimits(ctx context.Context) ([]api.Listed, map[string]int, error) {
	d, err := a.deployment(ctx)
	if err != nil {
		return nil, nil, err
	}
	limits := map[string]int{}
	found, err := listed(notingLimits(d.List(ctx), limits), api.KindCertificate)
	return found, limits, err
}

// notingLimits iterates over all, and notes in limits how many orders a day each account allows.
func notingLimits(all iter.Seq2[api.Listed, error], limits map[string]int) iter.Seq2[api.Listed, error] {
	return func(yield func(api.Listed, error) bool) {
		for l, err := range all {
			if l.Key.Kind == api.KindAccount && l.Record != nil {
				if account, err := spec.DecodeAccount(l.Record); err == nil {
					if n, limited := account.Limits.OrdersInADay(); limited {
						limits[l.Key.Name] = n
					}
				}
			}
			if !yield(l, err) {
				return
			}
		}
	}
}

// projected returns the certificates that certloop renews: not those that are suspended or deleted.
func projected(found []api.Listed) (out []forecast.Certificate) {
	for _, l := range found {
		suspended, _ := l.Record["suspend"].(bool)
		if l.Record == nil || suspended {
			continue
		}
		c := view.CertificateOf(l)
		one := forecast.Certificate{Name: c.Name, Account: c.Account(), RenewAt: c.Renews(), Lifetime: c.Expires().Sub(c.Issued())}
		if l.Status != nil {
			for _, t := range l.Status.Targets {
				one.Places = append(one.Places, placeOf(t))
			}
		}
		out = append(out, one)
	}
	return out
}

// placeOf returns the AWS account and region of a target.
func placeOf(t api.TargetStatus) string {
	if arn, ok := api.ParseARN(t.ARN); ok {
		return fmt.Sprintf("%s %s", arn.Account, arn.Region)
	}
	return t.Region
}
