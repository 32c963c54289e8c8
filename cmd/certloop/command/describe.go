package command

import (
	"context"

	"github.com/spf13/cobra"

	"certloop/cmd/certloop/view"
	"certloop/reconciler/api"
)

func newDescribe(a *app) *cobra.Command {
	return &cobra.Command{
		Use:     "describe NAME...",
		GroupID: groupSee,
		Short:   a.screen.T("Show everything about a certificate, and what to do next"),
		Long: a.screen.T(`Show the record, the targets with what ACM holds and what uses it, the conditions, the issuance that is under way, the renewal time, the history, and last what to do next.

What ACM holds, and what uses it, is read with your own credentials (acm:DescribeCertificate).`),
		Example:           "  certloop describe www",
		Args:              usage(cobra.MinimumNArgs(1)),
		ValidArgsFunction: a.completeNames(api.KindCertificate),
		RunE:              func(cmd *cobra.Command, args []string) error { return a.describe(cmd.Context(), args) },
	}
}

func (a *app) describe(ctx context.Context, names []string) error {
	found, missing := a.records(ctx, api.KindCertificate, names)
	for i, l := range found {
		if i > 0 {
			a.screen.Line("")
		}
		c := view.CertificateOf(l)
		view.Describe(a.screen, c, a.held(ctx, c), a.seen(ctx, c), a.flight(ctx, c))
	}
	return missing
}

// flight reads the issuance in flight, once the installation is opened.
func (a *app) flight(ctx context.Context, c view.Certificate) view.Flight {
	if c.Status == nil {
		return view.Flight{}
	}
	flight, err := a.opened.Flight(ctx, c.Name)
	if err != nil {
		return view.Flight{Problem: a.screen.Error(err)}
	}
	return view.Flight{Issuance: flight}
}

// seen reads what the endpoints serve, once the installation is opened.
func (a *app) seen(ctx context.Context, c view.Certificate) view.Seen {
	if c.Status == nil {
		return view.Seen{}
	}
	served, err := a.opened.Served(ctx, c.Name)
	if err != nil {
		return view.Seen{Problem: a.screen.Error(err)}
	}
	return view.Seen{Served: served}
}

// held asks ACM about the certificates of the targets, once the installation is opened.
func (a *app) held(ctx context.Context, c view.Certificate) map[string]view.Holding {
	if c.Status == nil {
		return nil
	}
	held := map[string]view.Holding{}
	for _, t := range c.Status.Targets {
		if t.ARN == "" {
			continue
		}
		if t.RoleARN != "" {
			held[t.ARN] = view.Holding{Problem: a.screen.F("not read: it is in the account of %s", t.RoleARN)}
			continue
		}
		there, err := a.opened.Held(ctx, t.ARN)
		held[t.ARN] = view.Holding{Read: true, Serial: there.Serial, Status: there.Status, NotAfter: there.NotAfter, InUseBy: there.InUseBy}
		if err != nil {
			held[t.ARN] = view.Holding{Problem: a.screen.Error(err)}
		}
	}
	return held
}
