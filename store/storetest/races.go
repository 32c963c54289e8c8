package storetest

import (
	"context"
	"fmt"
	"sync"
	"testing"

	"certloop/reconciler/api"
)

const writers = 32

// race runs write once for each writer concurrently, and returns the one that succeeded. Every other must have a
// conflict.
func race(t *testing.T, write func(i int) error) int {
	t.Helper()
	errs := make([]error, writers)
	start := make(chan struct{})
	var group sync.WaitGroup
	for i := range writers {
		group.Go(func() {
			<-start
			errs[i] = write(i)
		})
	}
	close(start)
	group.Wait()
	winner := -1
	for i, err := range errs {
		switch {
		case err != nil:
			wantKind(t, err, api.Conflict)
		case winner >= 0:
			t.Fatalf("%d and %d won", winner, i)
		default:
			winner = i
		}
	}
	if winner < 0 {
		t.Fatal("nobody won")
	}
	return winner
}

func concurrentStatus(t *testing.T, s Subject) {
	for round := range int64(3) {
		winner := race(t, func(i int) error {
			st := &api.CertificateStatus{Version: round, ClaimID: fmt.Sprint(i)}
			return s.Write(context.Background(), api.Write{Name: "www", Status: st})
		})
		if got := s.get(t, "www").Status; got.ClaimID != fmt.Sprint(winner) || got.Version != round+1 {
			t.Fatalf("%d won, and the table has %+v", winner, got)
		}
	}
}

func concurrentTwins(t *testing.T, s Subject) {
	for round := range int64(3) {
		race(t, func(int) error {
			return s.Write(context.Background(), api.Write{Name: "www", Status: &api.CertificateStatus{Version: round}})
		})
	}
}

func concurrentTransactions(t *testing.T, s Subject) {
	for round := range int64(3) {
		winner := race(t, func(i int) error {
			return s.Write(context.Background(), api.Write{
				Name:     "www",
				Status:   &api.CertificateStatus{Version: round, ClaimID: fmt.Sprint(i)},
				Issuance: &api.Issuance{Version: round, OrderURL: fmt.Sprint(i)},
			})
		})
		o := s.get(t, "www")
		if o.Status.ClaimID != fmt.Sprint(winner) || o.Issuance.OrderURL != fmt.Sprint(winner) {
			t.Fatalf("%d won, and the table has %+v, %+v", winner, o.Status, o.Issuance)
		}
	}
}

func concurrentAccounts(t *testing.T, s Subject) {
	for round := range int64(3) {
		winner := race(t, func(i int) error {
			st := &api.AccountStatus{Version: round, ClaimID: fmt.Sprint(i)}
			return s.WriteAccount(context.Background(), "default", st)
		})
		if got := s.getAccount(t, "default").Status; got.ClaimID != fmt.Sprint(winner) {
			t.Fatalf("%d won, and the table has %+v", winner, got)
		}
	}
}
