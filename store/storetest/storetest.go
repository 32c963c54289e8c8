// Package storetest is the contract that every implementation of the table passes.
package storetest

import (
	"context"
	"testing"

	"certloop/reconciler/api"
	"certloop/reconciler/ports"

	"pgregory.net/rapid"
)

// Table is every port of a table.
type Table interface {
	ports.Certificates
	ports.Accounts
	ports.Policies
	ports.Usage
	ports.Ledgers
	ports.Index
	ports.Controller
	ports.Served
}

// Subject is an empty table under test, with the writes of users.
type Subject struct {
	Table
	// PutRecord writes a record, name and kind included, as users do.
	PutRecord func(record map[string]any)
	// PutItem writes any item that a writer of records can write, of any kind.
	PutItem func(item map[string]any)
	// DeleteRecord deletes a record as users do.
	DeleteRecord func(key api.Key)
	// DeleteStatus deletes the status of a record.
	DeleteStatus func(key api.Key)
}

// Run runs the whole contract; empty makes an empty table.
func Run(t *testing.T, empty func(t *testing.T) Subject) {
	for sentence, test := range map[string]func(*testing.T, Subject){
		"an unknown name is an empty object":                          unknownName,
		"every write stores the next version":                         nextVersion,
		"a write of an older version changes nothing":                 staleWrite,
		"a write of a version where there is nothing changes nothing": writeOfNothing,
		"of 32 writers of one status one wins":                        concurrentStatus,
		"of 32 writers of the very same status one wins":              concurrentTwins,
		"of 32 writers of status and issuance one wins":               concurrentTransactions,
		"of 32 writers of one account one wins":                       concurrentAccounts,
		"status and issuance change together or not at all":           atomicity,
		"an empty issuance is deleted":                                emptyIssuance,
		"an issuance is written without its status":                   issuanceAlone,
		"a status that users deleted is written again":                lostStatus,
		"forget leaves the record and nothing else":                   forget,
		"forget of an older version deletes nothing":                  staleForget,
		"forget leaves the claims of others":                          forgetClaimsOfOthers,
		"forget releases more claims than fit in one transaction":     forgetManyClaims,
		"forget where there is nothing succeeds":                      forgetNothing,
		"of two records that claim one ARN one owns it":               claimRace,
		"a claim is replaced only if its owner is the given one":      claimReplace,
		"a claim is released by its owner only":                       claimRelease,
		"a claim is read without being changed":                       claimRead,
		"an account's status follows the same rules":                  accountVersions,
		"an account's status is deleted under its version":            accountForget,
		"a certificate and an account of one name do not touch":       sameName,
		"a listing holds every key once, orphans too":                 listing,
		"every loop over a listing begins again, and may end early":   listingLoops,
		"a listing larger than a page is complete":                    largeListing,
		"a listing pairs what was written in any order":               anyOrder,
		"the controller's own status follows the same rules":          controllerStatus,
		"a listing reports unknown kinds":                             unknownKinds,
		"a status beside the record is ignored":                       forgedStatus,
		"what is due comes oldest first":                              dueOrder,
		"what is no longer due is not listed":                         dueCleared,
		"every field of every status is read as it was written":       everyField,
		"any status is read as it was written":                        anyStatus,
		"times are read in UTC and whole seconds":                     times,
		"a record is read as users wrote it":                          recordValues,
		"any record is read as it was written":                        anyRecord,
		"nothing is shared with the caller":                           isolation,
		"every read returns the policies":                             policySetEverywhere,
		"the policy set follows the same rules":                       policySetVersions,
		"of 32 writers of the policy set one wins":                    concurrentPolicySets,
		"a policy set beyond the limits is refused":                   policySetLimits,
		"a policy's status follows the same rules":                    policyStatuses,
		"a policy outside the partitions of policies is ignored":      forgedPolicies,
		"an ended context is a transient error of policies too":       policyEndedContext,
		"a policy admits no more records than its maximum":            admission,
		"of 32 records under a maximum of 5, 5 are admitted":          admissionRace,
		"a policy admits many records":                                fullUsage,
		"what is served follows the same rules":                       servedStatus,
		"what is served is apart from the status":                     servedApart,
		"a ledger is written with its record's status or not at all":  ledgers,
		"of 16 orders that are counted at once none is lost":          concurrentLedgers,
		"a ledger fits into the table":                                ledgerBounds,
		"an ended context is a transient error":                       endedContext,
	} {
		t.Run(sentence, func(t *testing.T) { test(t, empty(t)) })
	}
}

// must ends the test if err is not nil.
func must(t rapid.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

func wantKind(t rapid.TB, err error, kind api.ErrorKind) {
	t.Helper()
	if api.KindOf(err) != kind {
		t.Fatalf("error of kind %q, want %q: %v", api.KindOf(err), kind, err)
	}
}

func (s Subject) get(t rapid.TB, name string) api.Object {
	t.Helper()
	o, err := s.Get(context.Background(), name)
	must(t, err)
	return o
}

func (s Subject) getAccount(t rapid.TB, name string) api.AccountObject {
	t.Helper()
	o, err := s.GetAccount(context.Background(), name)
	must(t, err)
	return o
}

func (s Subject) write(t rapid.TB, w api.Write) {
	t.Helper()
	must(t, s.Write(context.Background(), w))
}

func (s Subject) owner(t rapid.TB, arn, record, replace string) string {
	t.Helper()
	owner, err := s.ClaimARN(context.Background(), arn, record, replace)
	must(t, err)
	return owner
}

func certificate(name string) map[string]any {
	return map[string]any{"name": name, "kind": "Certificate", "domains": []any{name + ".example.com"}}
}

func account(name string) map[string]any {
	return map[string]any{"name": name, "kind": "Account", "directory": "letsencrypt"}
}
