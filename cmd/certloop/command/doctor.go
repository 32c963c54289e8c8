package command

import (
	"context"

	"github.com/spf13/cobra"

	"certloop/cmd/certloop/doctor"
	"certloop/cmd/certloop/view"
)

// Inspector reads the resources of the installation.
type Inspector interface {
	// Inspect reads them with the operator's credentials. What cannot be read is in the facts, with the reason.
	Inspect(ctx context.Context) doctor.Facts
}

// checkEvent is {"action":"check"} (docs/reference/invocation.md).
type checkEvent struct {
	Action string `json:"action"`
}

// checkAnswer is the function's answer.
type checkAnswer struct {
	Version string         `json:"version"`
	Checks  []doctor.Check `json:"checks"`
}

func newDoctor(a *app) *cobra.Command {
	var all bool
	var output string
	cmd := &cobra.Command{
		Use:     "doctor",
		GroupID: groupSee,
		Short:   a.screen.T("Check the installation, and say what to correct"),
		Long: a.screen.T(`Check table, function, triggers, schedules, queues, alarms and subscribers with your own credentials, and zones, delegation, accounts and targets as the function sees them.

The exit code is 1 if there is a finding.`),
		Example: "  certloop doctor\n  certloop doctor --all\n  certloop doctor -o json",
		Args:    usage(cobra.NoArgs),
		RunE: func(cmd *cobra.Command, _ []string) error {
			if err := checkEncoding(output); err != nil {
				return err
			}
			return a.doctor(cmd.Context(), all, output)
		},
	}
	cmd.Flags().BoolVar(&all, "all", false, a.screen.T("show also what is fine"))
	a.encodingFlag(cmd, &output)
	return cmd
}

func (a *app) doctor(ctx context.Context, all bool, output string) error {
	d, err := a.deployment(ctx)
	if err != nil {
		return err
	}
	facts := d.Inspect(ctx)
	var answer checkAnswer
	if err := d.Invoke(ctx, checkEvent{Action: "check"}, &answer); err != nil {
		answer.Checks = []doctor.Check{{Area: "Function", Subject: "check", State: doctor.Unknown, Message: a.screen.Error(err),
			Remedy: a.screen.T("Correct this, and run certloop doctor again.")}}
	}
	for i, check := range answer.Checks {
		answer.Checks[i].Remedy = a.screen.Translate(check.Remedy)
	}
	checks := append(doctor.Examine(a.screen.Language, facts, a.config.Version, answer.Version), answer.Checks...)
	if output == outputJSON || output == outputYAML {
		if err := a.encodeValue(output, map[string]any{"checks": checks}); err != nil {
			return err
		}
	} else {
		view.Checks(a.screen, checks, all)
	}
	if doctor.Findings(checks) {
		return errFailed
	}
	return nil
}
