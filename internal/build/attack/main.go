// Command attack tries the known attacks on certloop and prints what stopped each: forged and stale items of the table,
// in the decision and in the loop, and hostile answers of a CA with their cost. Its exit code is 1 if an attack
// succeeds or costs too much.
package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"os/exec"
	"slices"
	"strings"

	"certloop/internal/sandbox/hostile"
)

func main() {
	tables, err := tableAttacks()
	answers, failed := caAttacks(os.Stdout)
	switch {
	case err != nil:
		fmt.Fprintln(os.Stderr, "attack:", err)
		os.Exit(1)
	case failed != nil:
		fmt.Fprintln(os.Stderr, "attack:", failed)
		os.Exit(1)
	}
	fmt.Printf("%d attacks on the table and %d hostile answers, all stopped\n", tables, answers)
	fmt.Println("make e2e tries the attacks of a writer and of another team on the deployed function, under the deployed IAM policies")
}

// stoppedBy maps each attack on the table to what stops it. An attack without an entry is an error.
var stoppedBy = map[string]string{
	"TestAttack_ForgedARNReimport":                 "neither owner tag nor claim: the target is Unknown, OwnershipUnproven",
	"TestAttack_ForgedARNDelete":                   "neither owner tag nor claim: nothing is deleted",
	"TestAttack_ForgedDroppedTarget":               "neither owner tag nor claim: the target is forgotten, its certificate stays",
	"TestAttack_ForgedRetiredARNUntag":             "neither owner tag nor claim: no tag is changed",
	"TestAttack_ForgedClaimed":                     "the claim item is read, not the status",
	"TestAttack_SwappedStatus":                     "the owner tag has the other record's name",
	"TestAttack_StaleClaim":                        "a claim of another record is refused by its condition",
	"TestAttack_ForgedOutbox":                      "a record's notices may only have its own name and known types",
	"TestAttack_ForgedLease":                       "a lease longer than the configured one is ignored",
	"TestAttack_ForgedPauses":                      "a pause longer than the code can write is ignored",
	"TestAttack_ForgedDueAt":                       "the resync finds the record without the index",
	"TestAttack_ForgedTargets":                     "targets without proof of ownership are forgotten, their certificates stay",
	"TestAttack_ForgedIssuance":                    "the sealed key opens for its own record only, and the chain must match it",
	"TestAttack_ForgedKeptCertificate":             "a kept chain must match the kept key",
	"TestAttack_KeptCertificateOfAnother":          "the kept key opens for its own record only; a version that none can be is replaced",
	"TestAttack_ForgedRollback":                    "a rollback replaces the certificate that was rolled out only, with a proof of ownership",
	"TestAttack_RollbackOverAnother":               "neither owner tag nor claim: nothing is put back",
	"TestAttack_RollbackOfWhatIsServed":            "a rollout whose every wave is proved is not rolled back",
	"TestAttack_ForgedRollbackTime":                "a time of the past that lies ahead is dropped",
	"TestAttack_ForgedRolloutStatus":               "no decision reads the rollout in the status",
	"TestAttack_ForgedImportTime":                  "the time of the import is ACM's, not the status's",
	"TestAttack_ForgedAccountStatus":               "the account's key decides at the CA, and every field is bounded",
	"TestAttack_AnotherTeamsDomain":                "domains of the policy: PolicyDenied, no order",
	"TestAttack_AnotherTeamsAccount":               "accounts of the policy: PolicyDenied, no order",
	"TestAttack_AnotherTeamsZone":                  "zones of the policy, also for the zone behind a CNAME: PolicyDenied, no TXT record",
	"TestAttack_AnotherTeamsRole":                  "roles of the policy: PolicyDenied, the role is not assumed",
	"TestAttack_AnotherTeamsCertificate":           "acm_arns of the policy: PolicyDenied, no adoption",
	"TestAttack_AnotherTeamsCredential":            "eab_secrets and directories of the policy: PolicyDenied, the secret is not read",
	"TestAttack_ProbesElsewhere":                   "probe_endpoints of the policy: PolicyDenied, nothing is connected to",
	"TestAttack_TwoHalvesOfPolicies":               "one policy must allow the record as a whole",
	"TestAttack_ForgedAdmission":                   "the policies are read, not the status",
	"TestAttack_BrokenPolicy":                      "a policy that is not valid allows nothing, and counts",
	"TestAttack_ForcedTooOften":                    "min_force_interval of the policy",
	"TestAttack_AForceWhileDenied":                 "the invocation is refused, and its token is not stored",
	"TestAttack_ATokenOfADeniedRecord":             "a token that comes while the record is denied is not stored",
	"TestAttack_ATokenTakenUnderAnotherPolicy":     "min_force_interval of the current policy is checked again",
	"TestAttack_ForcedAfterTheStatusIsGone":        "the installed certificate shows when it was obtained",
	"TestAttack_ATargetThatWasNeverAllowed":        "a target that the policies deny is not stored in the status",
	"TestAttack_AnotherExternalIDForAKnownTarget":  "the status keeps the external ID that was allowed",
	"TestAttack_DeleteSwitchedOn":                  "deletion_policies of the policy: the certificate stays",
	"TestAttack_DeleteSwitchedOnBeforeTheDeletion": "deletion_policies of the policy: the status keeps Retain",
	"TestAttack_DeletedAfterThePolicyForbade":      "deletion_policies of the current policy: the certificate stays",
	"TestAttack_LookingAtAnotherTeamsCertificate":  "what the policies deny is not read",
	"TestAttack_ReadThroughTheRoleOfAnother":       "roles of the policy: the role is not assumed, not for clean-up either",
	"TestAttack_TheZoneOfTheOrderUnderWay":         "zones of the policy, for the zone in which the values are",
}

// tableAttacks runs the tests of the attacks, prints a line for each, and returns their number.
func tableAttacks() (int, error) {
	cmd := exec.Command("go", "test", "-count=1", "-json", "-run", "^TestAttack_", "./reconciler/plan", "./reconciler/sim")
	out, runErr := cmd.Output()
	passed := map[string]bool{}
	for d := json.NewDecoder(strings.NewReader(string(out))); ; {
		var e struct{ Action, Package, Test string }
		if err := d.Decode(&e); errors.Is(err, io.EOF) {
			break
		} else if err != nil {
			return 0, fmt.Errorf("read the tests' events: %w", err)
		}
		if e.Test == "" || strings.Contains(e.Test, "/") || (e.Action != "pass" && e.Action != "fail") {
			continue
		}
		passed[strings.TrimPrefix(e.Package, "certloop/reconciler/")+" "+e.Test] = e.Action == "pass"
	}
	for _, attack := range slices.Sorted(maps.Keys(passed)) {
		level, test, _ := strings.Cut(attack, " ")
		why, known := stoppedBy[test]
		switch {
		case !passed[attack]:
			return 0, fmt.Errorf("the attack %s succeeds in %s", test, level)
		case !known:
			return 0, fmt.Errorf("%s in %s has no entry in stoppedBy: add what stops it", test, level)
		}
		fmt.Printf("%-6s %-38s %s\n", level, strings.TrimPrefix(test, "TestAttack_"), why)
	}
	if runErr != nil || len(passed) == 0 {
		return 0, fmt.Errorf("go test: %w (%d attacks ran)", errors.Join(runErr, errors.New("no result")), len(passed))
	}
	return len(passed), nil
}

// caAttacks prints the cost of each hostile answer of a CA and what refused it.
func caAttacks(out io.Writer) (int, error) {
	results, err := hostile.Measure(context.Background())
	if err != nil {
		return 0, err
	}
	for _, r := range results {
		_, _ = fmt.Fprintln(out, "CA    ", r)
		if !r.Stopped() {
			err = errors.Join(err, fmt.Errorf("the hostile answer %q is not stopped within %d MB and %s", r.Name, hostile.MaxBytes>>20, hostile.MaxTime))
		}
	}
	return len(results), err
}
