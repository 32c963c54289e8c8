// Command installpolicy writes the policy that the Terraform module gives the function into docs/guides/install.md:
//
//	make policy
//
// It plans the module with a mocked provider, with the values of terraform/tests/install.tftest.hcl. That test fails if
// the document has another policy. Values that depend on the account become shell variables.
package main

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strings"
)

func main() {
	if err := run("docs/guides/install.md"); err != nil {
		fmt.Fprintln(os.Stderr, "installpolicy:", err)
		os.Exit(1)
	}
}

func run(document string) error {
	text, err := os.ReadFile(document)
	if err != nil {
		return err
	}
	policy, err := rendered()
	if err != nil {
		return err
	}
	after, err := replaced(string(text), policy)
	if err != nil {
		return fmt.Errorf("%s: %w", document, err)
	}
	return os.WriteFile(document, []byte(after), 0o644)
}

// rendered returns the policy as the module plans it. The test is expected to fail: it compares the document.
func rendered() (string, error) {
	init := exec.Command("terraform", "-chdir=terraform", "init", "-backend=false", "-input=false")
	if out, err := init.CombinedOutput(); err != nil {
		return "", fmt.Errorf("terraform init: %w\n%s", err, out)
	}
	out, err := exec.Command("terraform", "-chdir=terraform", "test", "-json", "-verbose", "-filter=tests/install.tftest.hcl").Output()
	if policy := planned(out); policy != "" {
		return policy, nil
	}
	return "", fmt.Errorf("terraform test planned no policy: %w\n%s", err, out)
}

// planned returns the output of the plan from the lines of terraform test.
func planned(lines []byte) string {
	for line := range bytes.Lines(lines) {
		var message struct {
			Plan struct {
				Outputs map[string]struct {
					After json.RawMessage `json:"after"`
				} `json:"output_changes"`
			} `json:"test_plan"`
		}
		var policy string
		if json.Unmarshal(line, &message) == nil &&
			json.Unmarshal(message.Plan.Outputs["function_policy_json"].After, &policy) == nil && policy != "" {
			return policy
		}
	}
	return ""
}

// shell maps the values of the test to the shell variables of the document's commands, the longest first.
var shell = strings.NewReplacer(
	"arn:aws:kms:eu-central-1:123456789012:key/00000000-0000-0000-0000-000000000000", "'$key'",
	"Z0123456789ABCDEFGHIJ", "'$zone'", "eu-central-1", "'$region'", "123456789012", "'$account'")

// These mark the beginning and the end of the policy in the document.
const (
	before = "--policy-name certloop --policy-document '"
	behind = "\n}'\n"
)

// replaced returns the text with this policy.
func replaced(text, policy string) (string, error) {
	head, rest, found := strings.Cut(text, before)
	_, tail, ended := strings.Cut(rest, behind)
	if !found || !ended {
		return "", errors.New("has no policy to replace")
	}
	body, err := formatted(policy)
	return head + before + shell.Replace(body) + "'\n" + tail, err
}

// formatted prints each statement on one line, so that a reader can compare.
func formatted(policy string) (string, error) {
	var p struct {
		Version   string
		Statement []json.RawMessage
	}
	if err := json.Unmarshal([]byte(policy), &p); err != nil {
		return "", err
	}
	var statements []string
	for _, s := range p.Statement {
		var ordered struct {
			Sid, Effect string
			Action      json.RawMessage
			Resource    json.RawMessage
			Condition   json.RawMessage `json:",omitempty"`
		}
		if err := json.Unmarshal(s, &ordered); err != nil {
			return "", err
		}
		line, err := json.MarshalIndent(ordered, "    ", "  ")
		if err != nil {
			return "", err
		}
		statements = append(statements, "    "+string(line))
	}
	return fmt.Sprintf("{\n  \"Version\": %q,\n  \"Statement\": [\n%s\n  ]\n}", p.Version, strings.Join(statements, ",\n")), nil
}
