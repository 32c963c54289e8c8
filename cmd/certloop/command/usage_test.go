package command

import (
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
