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
	ports.Index
	ports.Controller
}

// Subject is an empty table under test, and the hands of people in it.
type Subject struct {
	Table
	// PutRecord writes a record, name and kind included, as people do.
	PutRecord func(record map[string]any)
	// PutItem writes any item that whoever may write records can write, whatever its kind.
	PutItem func(item map[string]any)
	// DeleteRecord deletes a record as people do.
	DeleteRecord func(key api.Key)
	// DeleteStatus throws the status of a record away.
	DeleteStatus func(key api.Key)
}

// Run runs the whole contract; empty makes an empty table.
func Run(t *testing.T, empty func(t *testing.T) Subject) {
	for sentence, test := range map[string]func(*testing.T, Subject){
		"a name nobody knows is an empty object":                      unknownName,
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
		"a status that people threw away is written anew":             lostStatus,
		"forget leaves the record and nothing else":                   forget,
		"forget of an older version takes nothing":                    staleForget,
		"forget leaves the claims of others":                          forgetForeignClaims,
		"forget releases more claims than fit in one transaction":     forgetManyClaims,
		"forget where there is nothing succeeds":                      forgetNothing,
		"of two records that claim one ARN one owns it":               claimRace,
		"a claim is replaced only where its owner is the one named":   claimReplace,
		"a claim is released by its owner only":                       claimRelease,
		"a claim is read without being changed":                       claimRead,
		"an account's status follows the same rules":                  accountVersions,
		"an account's status is deleted under its version":            accountForget,
		"a certificate and an account of one name do not touch":       sameName,
		"a listing holds every key once, orphans too":                 listing,
		"a listing begins anew with every loop, and can be left":      listingLoops,
		"a listing larger than a page is complete":                    largeListing,
		"a listing pairs what was written in any order":               anyOrder,
		"the controller's own status follows the same rules":          controllerStatus,
		"a listing reports kinds that nobody knows":                   unknownKinds,
		"a status beside the record is nobody's":                      forgedStatus,
		"what is due comes oldest first":                              dueOrder,
		"what is no longer due is not listed":                         dueCleared,
		"every field of every status comes back":                      everyField,
		"any status comes back":                                       anyStatus,
		"times come back in UTC and whole seconds":                    times,
		"a record comes back as people wrote it":                      recordValues,
		"any record comes back":                                       anyRecord,
		"nothing is shared with the caller":                           isolation,
		"the policies come back with every read":                      policySetEverywhere,
		"the policy set follows the same rules":                       policySetVersions,
		"of 32 writers of the policy set one wins":                    concurrentPolicySets,
		"a policy set beyond the limits is refused":                   policySetLimits,
		"a policy's status follows the same rules":                    policyStatuses,
		"a policy beside the partitions of policies is nobody's":      forgedPolicies,
		"an ended context is a transient error of policies too":       policyEndedContext,
		"a policy admits no more records than it has places":          admission,
		"of 32 records that want 5 places 5 get one":                  admissionRace,
		"a policy admits many records":                                fullUsage,
		"an ended context is a transient error":                       endedContext,
	} {
		t.Run(sentence, func(t *testing.T) { test(t, empty(t)) })
	}
}

// must ends the test where err is one.
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
