package stay

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"certloop/internal/sandbox"
	"certloop/internal/sandbox/module"
	"certloop/internal/sandbox/pebble"
)

// variable is a variable for a shell.
type variable struct{ name, value string }

// variables are what the AWS CLI, certloop and scripts need to reach the sandbox.
func (b *Box) variables() []variable {
	return []variable{
		{"AWS_ENDPOINT_URL", b.URL},
		{"AWS_REGION", sandbox.Region},
		{"AWS_DEFAULT_REGION", sandbox.Region},
		{"AWS_ACCESS_KEY_ID", "user"},
		{"AWS_SECRET_ACCESS_KEY", "user"},
		{"AWS_PAGER", ""},
		{"CERTLOOP_TABLE", module.Name},
		{"CERTLOOP_SANDBOX", b.Control},
		{"CERTLOOP_SANDBOX_FILES", b.dir},
		{"CERTLOOP_SANDBOX_CA", b.CA.DirectoryURL},
		{"CERTLOOP_SANDBOX_EAB_CA", b.EABCA.DirectoryURL},
		{"CERTLOOP_SANDBOX_CA_PEM", b.file("ca.pem")},
		{"CERTLOOP_SANDBOX_EAB_SECRET_ARN", b.EABSecretARN},
		{"CERTLOOP_SANDBOX_EAB_KID", sandbox.EABKeyID},
		{"CERTLOOP_SANDBOX_EAB_HMAC_FILE", b.file("eab-hmac")},
		{"CERTLOOP_SANDBOX_LB", fmt.Sprintf("%s:%d", balancerAddress, b.lb.Port)},
	}
}

// exports are lines for a shell. Credentials of a real account would otherwise take precedence, or go with those of the
// sandbox.
func (b *Box) exports() string {
	lines := []string{"unset AWS_PROFILE AWS_DEFAULT_PROFILE AWS_SESSION_TOKEN AWS_CA_BUNDLE"}
	for _, v := range b.variables() {
		lines = append(lines, "export "+v.name+"='"+strings.ReplaceAll(v.value, "'", `'\''`)+"'")
	}
	return strings.Join(lines, "\n")
}

func (b *Box) file(name string) string { return filepath.Join(b.dir, name) }

// writeFiles writes what commands refer to: the roots that a client of the CAs must trust, the EAB credential's key,
// items to put into the table, and the export lines.
func (b *Box) writeFiles(context.Context) error {
	files := map[string]string{
		b.file("ca.pem"): b.CA.RootsPEM + b.EABCA.RootsPEM, b.file("eab-hmac"): sandbox.EABKey + "\n", b.file("env"): b.exports() + "\n",
		b.file("account.json"):     item(b.accountOf("default", b.CA)),
		b.file("account-eab.json"): item(b.accountOf("eab", b.EABCA, "eab_secret_arn", b.EABSecretARN)),
		b.file("certificate.json"): b.certificate(),
	}
	if name := b.options.EnvFile; name != "" {
		if err := os.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		files[name] = b.exports() + "\n"
		// Its endpoint may belong to another program tomorrow.
		b.atEnd(func() { _ = os.Remove(name) })
	}
	for name, text := range files {
		if err := os.WriteFile(name, []byte(text), 0o600); err != nil {
			return err
		}
	}
	return nil
}

// certificate returns the item of a certificate that is probed at the load balancer.
func (b *Box) certificate() string {
	return fmt.Sprintf(`{"name": {"S": "www"}, "kind": {"S": "Certificate"}, "domains": {"L": [{"S": "%[1]s"}]},
 "probe": {"M": {"endpoints": {"L": [{"M": {"host": {"S": "%s"}, "port": {"N": "%d"}, "sni": {"S": "%[1]s"}}}]}}}}
`, visitedName, balancerHost, b.lb.Port)
}

func (b *Box) accountOf(name string, ca *pebble.CA, more ...string) map[string]string {
	record := map[string]string{"name": name, "kind": "Account", "directory": ca.DirectoryURL, "email": email,
		"network": "private", "ca_certificates": ca.RootsPEM}
	for i := 0; i+1 < len(more); i += 2 {
		record[more[i]] = more[i+1]
	}
	return record
}

// item returns an item of DynamoDB in the form of the AWS CLI.
func item(attributes map[string]string) string {
	typed := map[string]map[string]string{}
	for name, value := range attributes {
		typed[name] = map[string]string{"S": value}
	}
	text, err := json.MarshalIndent(typed, "", "  ")
	if err != nil {
		return ""
	}
	return string(text) + "\n"
}

// welcome is what the sandbox shows when it is ready.
func (b *Box) welcome() string {
	var zones []string
	for _, name := range Zones {
		zones = append(zones, fmt.Sprintf("%s (%s)", name, b.ZoneIDs[name]))
	}
	source := b.file("env")
	if b.options.EnvFile != "" {
		source = b.options.EnvFile
	}
	return fmt.Sprintf(`
%s

The same lines are in a file. In another terminal:

  source %s

CA                   %s
CA that requires EAB %s
EAB secret           %s
zones                %s
load balancer        %s, %s:%d in DNS
mails to             %s, shown here

Create an account and a certificate:

  aws dynamodb put-item --table-name "$CERTLOOP_TABLE" --item "file://$CERTLOOP_SANDBOX_FILES/account.json"
  aws dynamodb put-item --table-name "$CERTLOOP_TABLE" --item "file://$CERTLOOP_SANDBOX_FILES/certificate.json"

Commands, here or with curl -d '<command>' "$CERTLOOP_SANDBOX":

%s

Ctrl-C ends the sandbox.`, b.exports(), source, b.CA.DirectoryURL, b.EABCA.DirectoryURL, b.EABSecretARN,
		strings.Join(zones, ", "), fmt.Sprintf("%s:%d", balancerAddress, b.lb.Port), balancerHost, b.lb.Port, email, help())
}
