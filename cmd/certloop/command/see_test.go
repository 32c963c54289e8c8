package command

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"

	"certloop/reconciler/api"
)

var japanese = []string{"LANG=ja_JP.UTF-8"}

func TestGolden_See(t *testing.T) {
	goldens(t, sample, map[string]recording{
		"get":               {terminal{width: 100}, 0, "get"},
		"get-wide":          {terminal{}, 0, "get www shop -o wide"},
		"get-narrow":        {terminal{width: 60}, 0, "get"},
		"get-ja":            {terminal{width: 100, environ: japanese}, 0, "get"},
		"get-not-ready":     {terminal{width: 100}, 0, "get --not-ready"},
		"get-expiring":      {terminal{width: 100}, 0, "get --expiring 14d --sort-by expires"},
		"get-json":          {terminal{}, 0, "get typo -o json"},
		"get-yaml":          {terminal{}, 0, "get typo -o yaml"},
		"get-name":          {terminal{}, 0, "get -o name"},
		"get-unknown":       {terminal{width: 100}, 1, "get www wwww"},
		"get-bad-output":    {terminal{}, 3, "get -o xml"},
		"get-bad-sort":      {terminal{}, 3, "get --sort-by age"},
		"get-bad-expiring":  {terminal{}, 3, "get --expiring soon"},
		"get-bad-flag":      {terminal{}, 3, "get --expirng 3d"},
		"get-accounts":      {terminal{width: 100}, 0, "get accounts"},
		"get-policies":      {terminal{width: 100}, 0, "get policies"},
		"describe":          {terminal{width: 100}, 0, "describe www"},
		"describe-ja":       {terminal{width: 100, environ: japanese}, 0, "describe shop"},
		"describe-failing":  {terminal{width: 100}, 0, "describe shop"},
		"describe-issuing":  {terminal{width: 100}, 0, "describe api"},
		"describe-rejected": {terminal{width: 60}, 0, "describe typo"},
		"describe-new":      {terminal{width: 100}, 0, "describe new"},
		"describe-deleted":  {terminal{width: 100}, 0, "describe old"},
		"explain":           {terminal{width: 100}, 0, "explain ZoneNotDelegated"},
		"explain-list":      {terminal{width: 100}, 0, "explain"},
		"explain-ja":        {terminal{width: 60, environ: japanese}, 0, "explain zonenotdelegated"},
		"explain-unknown":   {terminal{}, 3, "explain ZoneNotDelegatd"},
		"help":              {terminal{}, 0, "--help"},
		"help-ja":           {terminal{environ: japanese}, 0, "--help"},
		"unknown-command":   {terminal{}, 3, "gte"},
	})
}

// A line that is wider than the terminal is unreadable, in each language.
func TestWidth_TablesFitTheTerminal(t *testing.T) {
	for _, environ := range [][]string{nil, japanese} {
		for _, width := range []int{80, 100, 120} {
			for _, args := range []string{"get", "get accounts", "get policies", "describe www", "describe shop", "explain"} {
				output, _ := terminal{world: sample(), width: width, environ: environ}.run(t, strings.Fields(args)...)
				for line := range strings.Lines(output) {
					if got := ansi.StringWidth(strings.TrimRight(line, "\n")); got > width && !strings.Contains(line, "arn:") {
						t.Errorf("certloop %s at %d cells writes a line of %d: %s", args, width, got, line)
					}
				}
			}
		}
	}
}

func TestColour_OnlyWhereItIsWanted(t *testing.T) {
	for sentence, c := range map[string]struct {
		environ []string
		want    bool
	}{
		"a file has none":              {nil, false},
		"CLICOLOR_FORCE asks for them": {[]string{"CLICOLOR_FORCE=1", "TERM=xterm-256color"}, true},
		"NO_COLOR turns them off":      {[]string{"NO_COLOR=1", "TERM=xterm-256color"}, false},
	} {
		t.Run(sentence, func(t *testing.T) {
			output, _ := terminal{world: sample(), environ: c.environ}.run(t, "get")
			if got := strings.Contains(output, "\x1b[3"); got != c.want {
				t.Errorf("colours: %v, want %v:\n%q", got, c.want, output)
			}
		})
	}
}

func TestExplain_HasEachReasonWithARemedy(t *testing.T) {
	output, _ := terminal{world: sample()}.run(t, "explain")
	for _, reason := range []api.Reason{api.ReasonInvalidSpec, api.ReasonOrderFailed, api.ReasonMissing} {
		if api.Remedy(reason) == "" || !strings.Contains(output, string(reason)+" ") {
			t.Errorf("explain does not list %s", reason)
		}
	}
}
