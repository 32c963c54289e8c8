//go:build e2e

package e2e

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"certloop/internal/sandbox"
	"certloop/internal/sandbox/setup"
)

// terraform is a root configuration on disk, and the program that applies it.
type terraform struct {
	program, dir string
	env          []string
}

// newTerraform writes the configuration, with the modules of this tree, into a folder of its own.
func newTerraform(t *testing.T, endpoint string) *terraform {
	t.Helper()
	program, err := exec.LookPath("terraform")
	if err != nil {
		setup.Missing(t, "terraform", err)
	}
	modules, err := filepath.Abs("../../../terraform")
	if err != nil {
		t.Fatal(err)
	}
	body, err := os.ReadFile("testdata/main.tf")
	if err != nil {
		t.Fatal(err)
	}
	tf := &terraform{program: program, dir: t.TempDir(), env: []string{
		"PATH=" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "TF_CLI_CONFIG_FILE=" + os.Getenv("TF_CLI_CONFIG_FILE"),
		"TF_IN_AUTOMATION=1", "TF_INPUT=0", "CHECKPOINT_DISABLE=1", "AWS_ENDPOINT_URL=" + endpoint,
		"AWS_ACCESS_KEY_ID=user", "AWS_SECRET_ACCESS_KEY=user", "AWS_EC2_METADATA_DISABLED=true",
	}}
	tf.write(t, "main.tf", []byte(strings.ReplaceAll(string(body), "MODULES", modules)))
	if out, err := tf.run(t, "init"); err != nil {
		setup.Missing(t, "the AWS provider (TF_CLI_CONFIG_FILE may name where it is)", errors.New(out))
	}
	return tf
}

func (tf *terraform) write(t *testing.T, name string, body []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(tf.dir, name), body, 0o600); err != nil {
		t.Fatal(err)
	}
}

// set sets the variables for all later commands.
func (tf *terraform) set(t *testing.T, v variables) {
	t.Helper()
	body, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	tf.write(t, "terraform.tfvars.json", body)
}

// commandTimeout bounds a command that hangs. An apply of all resources takes a minute, on a busy machine a few.
const commandTimeout = 10 * time.Minute

// run runs one command to its end and returns its output. Ctrl-C reaches it as it reaches the test.
func (tf *terraform) run(t *testing.T, args ...string) (string, error) {
	t.Helper()
	began := time.Now()
	ctx, cancel := context.WithTimeout(t.Context(), commandTimeout)
	defer cancel()
	cmd := exec.CommandContext(ctx, tf.program, append(args, "-no-color")...)
	cmd.Dir, cmd.Env = tf.dir, tf.env
	// An interrupted command releases its locks and ends its plugins; a killed one does not.
	cmd.Cancel = func() error { return cmd.Process.Signal(os.Interrupt) }
	cmd.WaitDelay = 20 * time.Second
	cmd.SysProcAttr = &syscall.SysProcAttr{Pdeathsig: syscall.SIGINT}
	out, err := cmd.CombinedOutput()
	t.Logf("terraform %s took %.1f s", strings.Join(args, " "), time.Since(began).Seconds())
	return string(out), err
}

// apply applies the configuration; an error of it fails the test.
func (tf *terraform) apply(t *testing.T, args ...string) {
	t.Helper()
	if out, err := tf.run(t, append([]string{"apply", "-auto-approve"}, args...)...); err != nil {
		t.Fatalf("terraform apply: %v\n%s", err, out)
	}
}

// plan returns the output of terraform plan, and whether there are changes.
func (tf *terraform) plan(t *testing.T) (out string, changes bool) {
	t.Helper()
	out, err := tf.run(t, "plan", "-detailed-exitcode")
	var exit *exec.ExitError
	switch {
	case err == nil:
		return out, false
	case errors.As(err, &exit) && exit.ExitCode() == 2:
		return out, true
	}
	t.Fatalf("terraform plan: %v\n%s", err, out)
	return "", false
}

// outputs are the outputs of the last apply.
type outputs struct {
	ACMARNs                                   map[string]string
	RoleARN, KMSKeyARN, TopicARN, UsersPolicy string
	// Access are the IAM policies of the teams.
	Access map[string]string
}

func (tf *terraform) outputs(t *testing.T) (o outputs) {
	t.Helper()
	body, err := tf.run(t, "output", "-json")
	if err != nil {
		t.Fatalf("terraform output: %v\n%s", err, body)
	}
	var all map[string]struct{ Value json.RawMessage }
	if err := json.Unmarshal([]byte(body), &all); err != nil {
		t.Fatal(err)
	}
	for name, to := range map[string]any{"acm_arns": &o.ACMARNs, "role_arn": &o.RoleARN,
		"kms_key_arn": &o.KMSKeyARN, "topic_arn": &o.TopicARN, "users_policy_json": &o.UsersPolicy, "access": &o.Access} {
		if err := json.Unmarshal(all[name].Value, to); err != nil {
			t.Fatalf("output %s: %v", name, err)
		}
	}
	return o
}

// state returns the state file, as it is stored on a disk or in a bucket.
func (tf *terraform) state(t *testing.T) string {
	t.Helper()
	body, err := os.ReadFile(filepath.Join(tf.dir, "terraform.tfstate"))
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// variables are the variables of the configuration.
type variables struct {
	Package                  string                 `json:"package"`
	Architecture             string                 `json:"architecture"`
	HostedZones              map[string][]string    `json:"hosted_zones"`
	AdoptableCertificateARNs []string               `json:"adoptable_certificate_arns"`
	AssumeRoleARNs           []string               `json:"assume_role_arns"`
	Environment              map[string]string      `json:"environment"`
	DeletionProtection       bool                   `json:"deletion_protection"`
	Accounts                 map[string]account     `json:"accounts"`
	Certificates             map[string]certificate `json:"certificates"`
	// Policies maps names to policies. The fields below are the attributes that are not lists.
	Policies         map[string]policy            `json:"policies"`
	MinForceInterval map[string]string            `json:"min_force_interval"`
	MaxCertificates  map[string]int               `json:"max_certificates"`
	FixedExternalID  map[string]map[string]string `json:"fixed_external_id"`
}

// policy maps attributes to their lists.
type policy map[string][]string

type account struct {
	Directory      string  `json:"directory"`
	CACertificates string  `json:"ca_certificates"`
	EABSecretARN   *string `json:"eab_secret_arn"`
}

type certificate struct {
	Account        string   `json:"account"`
	Domains        []string `json:"domains"`
	Wait           string   `json:"wait,omitempty"`
	Placeholder    bool     `json:"placeholder,omitempty"`
	DeletionPolicy string   `json:"deletion_policy,omitempty"`
	Zone           string   `json:"zone,omitempty"`
	Probe          *probe   `json:"probe,omitempty"`
	Targets        []target `json:"targets,omitempty"`
	Rollout        *rollout `json:"rollout,omitempty"`
}

type target struct {
	Region string `json:"region"`
}

type rollout struct {
	OnFailure string `json:"on_failure"`
}

type probe struct {
	Endpoints []endpoint `json:"endpoints"`
}

type endpoint struct {
	Host   string `json:"host"`
	Port   int    `json:"port"`
	Target string `json:"target,omitempty"`
}

// accountOf returns the account record of a CA.
func accountOf(directory, roots, eabSecretARN string) account {
	a := account{Directory: directory, CACertificates: roots}
	if eabSecretARN != "" {
		a.EABSecretARN = &eabSecretARN
	}
	return a
}

// resolvers returns the variables that make the function query the DNS server of the sandbox.
func resolvers(s *sandbox.Sandbox) map[string]string {
	return map[string]string{"CERTLOOP_RESOLVERS": s.Resolver, "CERTLOOP_IMPORT_GRACE": "5s"}
}
