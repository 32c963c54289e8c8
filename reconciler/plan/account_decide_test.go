package plan

import (
	"errors"
	"slices"
	"testing"
	"time"

	"certloop/reconciler/api"
)

type accountOption func(*AccountInput)

// newAccount is an Account record that was put just now.
func newAccount(options ...accountOption) AccountInput {
	in := AccountInput{
		Now: now, Name: "default", HasRecord: true, SpecDigest: "spec 1", Config: times,
		Spec: &api.Account{Name: "default", Directory: dir, Email: "ops@example.com"},
	}
	for _, o := range options {
		o(&in)
	}
	return in
}

// registered is an account on which nothing is to be done.
func registered(options ...accountOption) AccountInput {
	in := newAccount(func(in *AccountInput) {
		in.HasStatus = true
		in.Stored = api.AccountStatus{
			Version: 5, Generation: 1, ObservedGeneration: 1, SpecDigest: "spec 1", Directory: dir, URI: "https://ca.test/acct/1",
			Email: "ops@example.com", KeyID: api.AccountKeyID("default", dir), KeyCreated: true,
			Conditions: []api.Condition{
				{Type: api.ConditionAccepted, Status: api.ConditionTrue, Reason: api.ReasonAccepted, LastTransitionTime: began, ObservedGeneration: 1},
				{Type: api.ConditionReady, Status: api.ConditionTrue, Reason: api.ReasonRegistered, LastTransitionTime: began, ObservedGeneration: 1},
			},
		}
	})
	for _, o := range options {
		o(&in)
	}
	return in
}

func accountStatus(change func(*api.AccountStatus)) accountOption {
	return func(in *AccountInput) {
		in.HasStatus = true
		in.Stored.Conditions = slices.Clone(in.Stored.Conditions)
		change(&in.Stored)
	}
}

func accountSpec(change func(*api.Account)) accountOption {
	return func(in *AccountInput) {
		a := *in.Spec
		change(&a)
		in.Spec, in.SpecDigest = &a, in.SpecDigest+"+"
	}
}

func accountGoes(in *AccountInput) { in.HasRecord, in.Spec, in.SpecDigest = false, nil, "" }

func accountIsInvalid(in *AccountInput) { in.Spec, in.SpecErr = nil, errors.New("directory: none") }

// Each step of a registration, undone back to it.
func unregistered(s *api.AccountStatus) { s.URI, s.Email = "", ""; s.Conditions = s.Conditions[:1] }

func unknownToCA(s *api.AccountStatus) { unregistered(s); s.AccountNotFound = true }

func keyFails(err error) accountOption { return func(in *AccountInput) { in.KeyErr = err } }

func waking(s *api.AccountStatus) { s.WakePending = true }

func accountPaused(s *api.AccountStatus) {
	s.Failures, s.FailureBackoffUntil, s.LastError = 1, now.Add(time.Minute), "no answer"
}

func atWork(s *api.AccountStatus) { s.ClaimID, s.LeaseUntil = "claim-1", now.Add(time.Minute) }

func TestDecideAccount_WhatIsDecidedOfAnAccount(t *testing.T) {
	step := func(a Action) Plan { return Plan{Action: a, Reason: api.ReasonRegistering} }
	for sentence, c := range map[string]struct {
		in   AccountInput
		want Plan
	}{
		"one that nobody knows":                        {AccountInput{Now: now, Name: "default"}, Plan{Action: Wait, Reason: api.ReasonGone}},
		"the certificates of a deleted one are queued": {registered(accountGoes), Plan{Action: Wake, Reason: api.ReasonAccountNotFound}},
		"then it is forgotten; its key is kept":        {registered(accountGoes, accountStatus(func(s *api.AccountStatus) { s.Deleted = true })), Plan{Action: Forget, Reason: api.ReasonDeleting}},
		"once nobody works on it":                      {registered(accountGoes, accountStatus(atWork)), Plan{Action: Wait, Reason: api.ReasonLeased, At: now.Add(time.Minute)}},
		"another's lease is waited for":                {registered(accountStatus(atWork)), Plan{Action: Wait, Reason: api.ReasonLeased, At: now.Add(time.Minute)}},
		"one that is over is not":                      {registered(accountStatus(func(s *api.AccountStatus) { atWork(s); s.LeaseUntil = now })), Plan{Action: Wait, Reason: api.ReasonRegistered}},
		"an invalid one waits for its correction":      {newAccount(accountIsInvalid), Plan{Action: Wait, Reason: api.ReasonInvalidSpec}},
		"the key comes first":                          {newAccount(), step(CreateKey)},
		"then the CA is asked whether it knows it":     {registered(accountStatus(unregistered)), step(Lookup)},
		"only if not, one is registered":               {registered(accountStatus(unknownToCA)), step(Register)},
		"after a failure there is a pause":             {registered(accountStatus(unknownToCA), accountStatus(accountPaused)), Plan{Action: Wait, Reason: api.ReasonBackingOff, Message: "no answer", At: now.Add(time.Minute)}},
		"as long as the CA says": {registered(accountStatus(unknownToCA), accountStatus(accountPaused), accountStatus(func(s *api.AccountStatus) {
			s.RetryAfterUntil = now.Add(time.Hour)
		})), Plan{Action: Wait, Reason: api.ReasonBackingOff, Message: "no answer", At: now.Add(time.Hour)}},
		"which a correction of the record ends":         {registered(accountStatus(unknownToCA), accountStatus(accountPaused), accountSpec(func(a *api.Account) { a.EABSecretARN = "arn" })), step(Register)},
		"a key that is lost is no reason for another":   {registered(keyFails(failing(api.NotFound, "", "no secret"))), Plan{Action: Wait, Reason: api.ReasonAccountKeyLost, Message: api.AccountKeyID("default", dir), At: now.Add(15 * time.Minute)}},
		"nor for a registration":                        {registered(accountStatus(unknownToCA), keyFails(failing(api.NotFound, "", "no secret"))), Plan{Action: Wait, Reason: api.ReasonAccountKeyLost, Message: "restore the secret", At: now.Add(15 * time.Minute)}},
		"a key that cannot be read is waited for":       {registered(keyFails(failing(api.Transient, "", "access denied"))), Plan{Action: Wait, Reason: api.ReasonSecretUnavailable, Message: "access denied", At: now.Add(5 * time.Minute)}},
		"another address is sent to the CA":             {registered(accountSpec(func(a *api.Account) { a.Email = "new@example.com" })), step(UpdateContact)},
		"that there is none any more is sent to the CA": {registered(accountSpec(func(a *api.Account) { a.Email = "" })), step(UpdateContact)},
		"another directory is another account":          {registered(accountSpec(func(a *api.Account) { a.Directory = "https://other.test/dir" })), step(CreateKey)},
		"its certificates are woken":                    {registered(accountStatus(waking)), Plan{Action: Wake, Reason: api.ReasonRegistered}},
		"nothing is to be done":                         {registered(), Plan{Action: Wait, Reason: api.ReasonRegistered}},
	} {
		t.Run(sentence, func(t *testing.T) { comparePlans(t, DecideAccount(c.in), c.want) })
	}
}
