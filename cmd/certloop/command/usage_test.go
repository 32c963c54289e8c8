package command

import (
	"strings"
	"testing"

	"github.com/aws/smithy-go"

	"certloop/cmd/certloop/deployment"
)

var japan = []string{"LANG=ja_JP.UTF-8"}

func TestErrors_InJapanese(t *testing.T) {
	expired := deployment.Explain(&smithy.GenericAPIError{Code: "ExpiredTokenException"}, deployment.Place{Profile: "prod"})
	denied := deployment.Explain(&smithy.OperationError{ServiceID: "DynamoDB", OperationName: "Scan",
		Err: &smithy.GenericAPIError{Code: "AccessDeniedException"}}, deployment.Place{})
	for name, c := range map[string]struct {
		fails error
		args  []string
		code  int
	}{
		"error-expired-ja":         {expired, []string{"get"}, ExitFailed},
		"error-denied-ja":          {denied, []string{"get"}, ExitFailed},
		"error-flag-ja":            {nil, []string{"get", "--al"}, ExitUsage},
		"error-value-ja":           {nil, []string{"get", "--sort-by"}, ExitUsage},
		"error-command-ja":         {nil, []string{"descrbe", "www"}, ExitUsage},
		"error-arguments-ja":       {nil, []string{"explain", "a", "b"}, ExitUsage},
		"error-unknown-records-ja": {nil, []string{"get", "nobody"}, ExitFailed},
	} {
		t.Run(name, func(t *testing.T) {
			terminal{world: &world{fails: c.fails}, environ: japan}.golden(t, name, c.code, c.args...)
		})
	}
}

// TestUnknownCommand_IsAUsageError: a script that asks for a command must not take the help of another one for success.
func TestUnknownCommand_IsAUsageError(t *testing.T) {
	for args, want := range map[string]string{
		"nosuch":                "unknown command \"nosuch\" for \"certloop\"\n",
		"help nosuch":           "unknown command \"nosuch\" for \"certloop\"\n",
		"help gte":              "unknown command \"gte\" for \"certloop\": did you mean get?",
		"help get acounts":      "unknown command \"acounts\" for \"certloop get\": did you mean accounts?",
		"help account craete":   "unknown command \"craete\" for \"certloop account\": did you mean create?",
		"help describe www":     "unknown command \"www\" for \"certloop describe\"\n",
		"help completion bsh":   "unknown command \"bsh\" for \"certloop completion\": did you mean bash?",
		"gte --help":            "unknown command \"gte\" for \"certloop\": did you mean get?",
		"--help gte":            "unknown command \"gte\" for \"certloop\": did you mean get?",
		"account craete --help": "unknown command \"craete\" for \"certloop account\": did you mean create?",
		"account craete":        "unknown command \"craete\" for \"certloop account\": did you mean create?",
		"completion bsh":        "unknown command \"bsh\" for \"certloop completion\": did you mean bash?",
		"completion bash x":     "1 arguments do not fit",
	} {
		output, code := terminal{world: sample()}.run(t, strings.Fields(args)...)
		if code != ExitUsage || !strings.HasPrefix(output, "Error: "+want) || strings.Contains(output, "Usage:") {
			t.Errorf("certloop %s: exit code %d:\n%s", args, code, output)
		}
	}
	for args, want := range map[string]string{"help": "Usage:\n  certloop [flags]", "help get": "Usage:\n  certloop get [NAME...]", "help get accounts": "Usage:\n  certloop get accounts",
		"get www --help": "Usage:\n  certloop get [NAME...]", "wait --help": "Usage:\n  certloop wait NAME...", "help help": "Usage:\n  certloop help [command]",
		"completion": "Usage:\n  certloop completion", "account": "Usage:\n  certloop account", "help completion bash": "Usage:\n  certloop completion bash"} {
		if output, code := (terminal{world: sample()}).run(t, strings.Fields(args)...); code != ExitFine || !strings.Contains(output, want) {
			t.Errorf("certloop %s: exit code %d:\n%s", args, code, output)
		}
	}
}
