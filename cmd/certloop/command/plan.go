package command

import (
	"context"
	"encoding/json"
	"slices"

	"github.com/spf13/cobra"

	"certloop/cmd/certloop/lang"
	"certloop/cmd/certloop/screen"
	"certloop/cmd/certloop/view"
	"certloop/reconciler/api"
)

// planOptions are the flags of plan.
type planOptions struct {
	files  []string
	output string
	// tablePolicies plans under the policies of the table although the files change policies.
	tablePolicies bool
}

func newPlan(a *app) *cobra.Command {
	var o planOptions
	cmd := &cobra.Command{
		Use:     "plan [NAME...]",
		GroupID: groupSee,
		Short:   a.screen.T("Show what certloop would do for certificates, and why"),
		Long: a.screen.T(`Show what certloop would do for certificates: what is wanted, what is there, the decision, its reason, when, and how many orders and imports it costs. Nothing is changed.

The controller itself decides, by an invocation of the function (lambda:InvokeFunction). With -f it plans the records as certloop apply would write them, also records that are not in the table yet. The controller judges them by the policies in the table. If the files change a policy, there is no plan: apply the policies first.

The exit code is 2 if something would be done.`),
		Example: `  certloop plan
  certloop plan www
  certloop plan -f records.yaml
  certloop plan -o json | jq '.certificates[].decision.outlook.orders'`,
		ValidArgsFunction: a.completeNames(api.KindCertificate),
		RunE:              func(cmd *cobra.Command, names []string) error { return a.plan(cmd.Context(), names, o) },
	}
	a.filesFlag(cmd, &o.files)
	a.encodingFlag(cmd, &o.output)
	cmd.Flags().BoolVar(&o.tablePolicies, "table-policies", false, a.screen.T("plan under the policies in the table although the files change policies"))
	return cmd
}

func (a *app) plan(ctx context.Context, names []string, o planOptions) error {
	if err := checkEncoding(o.output); err != nil {
		return err
	}
	events, err := a.planEvents(ctx, names, o)
	if err != nil {
		return err
	}
	whole := view.Plan{Certificates: []view.Planned{}}
	for _, event := range events {
		var answer view.Plan
		if err := a.opened.Invoke(ctx, event, &answer); err != nil {
			return err
		}
		whole.Certificates = append(whole.Certificates, answer.Certificates...)
		for _, account := range answer.Accounts {
			if !slices.ContainsFunc(whole.Accounts, func(p view.Planned) bool { return p.Name == account.Name }) {
				whole.Accounts = append(whole.Accounts, account)
			}
		}
	}
	if o.output != "" {
		err = a.encodeValue(o.output, whole)
	} else {
		view.Plans(a.screen, whole, len(names) > 0)
	}
	if err != nil {
		return err
	}
	return differs(slices.ContainsFunc(slices.Concat(whole.Accounts, whole.Certificates), view.Planned.Acts))
}

// planEvent is the event of a dry run.
type planEvent struct {
	Action  string           `json:"action"`
	DryRun  bool             `json:"dry_run"`
	Names   []string         `json:"names,omitempty"`
	Records []map[string]any `json:"records,omitempty"`
}

// planEvents returns the invocations that plan the named certificates and those of the files; all certificates of the table
// if there are neither.
func (a *app) planEvents(ctx context.Context, names []string, o planOptions) ([]planEvent, error) {
	var events []planEvent
	if len(o.files) > 0 {
		drafts, err := a.drafts(ctx, o.files)
		if err != nil {
			return nil, err
		}
		if err := a.checkPolicies(drafts, o.tablePolicies); err != nil {
			return nil, err
		}
		if events, err = a.draftEvents(drafts); err != nil {
			return nil, err
		}
		names = slices.DeleteFunc(slices.Clone(names), func(name string) bool {
			return slices.ContainsFunc(drafts, func(d draft) bool { return d.key() == api.Key{Kind: api.KindCertificate, Name: name} })
		})
	}
	if len(names) > 0 || len(o.files) == 0 {
		found, err := a.records(ctx, api.KindCertificate, unique(names))
		if err != nil {
			return nil, err
		}
		// The function refuses an event that has a name which is not valid.
		found = slices.DeleteFunc(found, func(l api.Listed) bool { return !a.hasName(l.Key.Name) })
		for part := range slices.Chunk(found, maxPlanned) {
			event := planEvent{Action: "reconcile", DryRun: true}
			for _, l := range part {
				event.Names = append(event.Names, l.Key.Name)
			}
			events = append(events, event)
		}
	}
	return events, nil
}

// checkPolicies refuses to plan where the files change a policy. The controller judges planned records by the policies in the
// table, which bound what an invocation may have it read (docs/design/security.md): its answer would not be what happens after
// the files are applied.
func (a *app) checkPolicies(drafts []draft, tablePolicies bool) error {
	var changed []string
	for _, d := range drafts {
		if d.key().Kind == api.KindPolicy && !d.change.IsEmpty() {
			changed = append(changed, label(d.key()))
		}
	}
	switch {
	case len(changed) == 0:
		return nil
	case tablePolicies:
		a.errs.Wrapped(screen.Warn.Render(a.errs.T("Warning:"))+" "+
			a.errs.F("the plan is under the policies in the table, without the changes of %s", list(changed)), 0)
		return nil
	}
	return lang.Errorf("the files change %s, and a plan can only use the policies in the table: apply the policies first, from a file "+
		"of their own, then plan; or set --table-policies to plan without these changes", list(changed))
}

// These bound one invocation; the function accepts 100 records and 1 MiB of them.
const (
	maxPlanned      = 100
	maxPlannedBytes = 900 << 10
)

// draftEvents divides the records of files. Each invocation has all accounts of the files, because any certificate may need
// them.
func (a *app) draftEvents(drafts []draft) ([]planEvent, error) {
	start := planEvent{Action: "reconcile", DryRun: true}
	size := 0
	var certificates []map[string]any
	for _, d := range drafts {
		switch d.key().Kind {
		case api.KindAccount:
			start.Records = append(start.Records, d.change.Record)
			size += sizeOf(d.change.Record)
		case api.KindCertificate:
			certificates = append(certificates, d.change.Record)
		}
	}
	if len(start.Records) >= maxPlanned || size >= maxPlannedBytes {
		return nil, lang.Errorf("the files have too many accounts (%d) for one plan: use fewer files", len(start.Records))
	}
	var events []planEvent
	event, used := start, size
	for _, c := range certificates {
		if len(event.Records) >= maxPlanned || used+sizeOf(c) > maxPlannedBytes && len(event.Records) > len(start.Records) {
			events, event, used = append(events, event), start, size
		}
		event.Records, used = append(slices.Clone(event.Records), c), used+sizeOf(c)
	}
	if len(event.Records) > len(start.Records) || len(events) == 0 && len(event.Records) > 0 {
		events = append(events, event)
	}
	return events, nil
}

// sizeOf returns the bytes of a record as JSON.
func sizeOf(record map[string]any) int {
	body, _ := json.Marshal(record)
	return len(body) + 1
}
