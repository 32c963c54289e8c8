package main

import (
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"certloop/internal/sandbox/triggers"
	"certloop/reconciler/api"
)

func TestStreamBatch_APolicyIsQueuedByItsNameWithoutPrefix(t *testing.T) {
	loop := &fakeLoop{}
	_, log, err := invoke(t, loop, streamEvent(key("Policy", "policy#team-a"), key("Policy", "policy#A b"), key("Certificate", "www")))
	want := []api.Key{{Kind: api.KindPolicy, Name: "team-a"}, {Kind: api.KindPolicy, Name: "A b"}, {Kind: api.KindCertificate, Name: "www"}}
	if err != nil || log != "" || !slices.Equal(loop.enqueued, want) {
		t.Errorf("queued %v, %v, log %s", loop.enqueued, err, log)
	}
	loop = &fakeLoop{}
	if _, _, err := invoke(t, loop, queueEvent(`{"kind":"Policy","name":"team-a"}`)); err != nil || len(loop.worked) != 1 ||
		loop.worked[0].Key != want[0] {
		t.Errorf("worked on %v, %v", loop.worked, err)
	}
}

// TestStreamBatch_APolicyInAnotherPartitionWakesNothing: a writer of records may write a policy in one of their
// partitions.
func TestStreamBatch_APolicyInAnotherPartitionWakesNothing(t *testing.T) {
	for _, partition := range []string{"team-a", "policy", "policy#", "Policy#team-a", "status#policy#team-a", "policy#" + strings.Repeat("x", 300)} {
		loop := &fakeLoop{}
		answer, log, err := invoke(t, loop, streamEvent(key("Policy", partition), key("Certificate", "www")))
		if err != nil || answer != `{"batchItemFailures":[]}` || !slices.Equal(loop.enqueued, []api.Key{{Kind: api.KindCertificate, Name: "www"}}) {
			t.Errorf("%s: the answer is %s, %v, queued are %v", partition, answer, err, loop.enqueued)
		}
		if !strings.Contains(log, "a policy's partition key is policy# and its name") || len(log) > 1000 {
			t.Errorf("%s: log %s", partition, log)
		}
	}
}

// TestStreamBatch_EveryKindOfWorkPassesTheFilter checks that the filters of the module, of the commands in
// docs/guides/install.md and of the sandbox are the same, and pass what the function works on.
func TestStreamBatch_EveryKindOfWorkPassesTheFilter(t *testing.T) {
	for _, file := range []string{"../../terraform/triggers.tf", "../../docs/guides/install.md"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		kinds := regexp.MustCompile(`\bS\\?"?[ :=]+\[([^\]]+)\]`).FindSubmatch(text)
		if kinds == nil {
			t.Fatalf("%s has no filter", file)
		}
		var got []api.Kind
		for _, k := range regexp.MustCompile(`[A-Za-z]+`).FindAllString(string(kinds[1]), -1) {
			got = append(got, api.Kind(k))
		}
		if want := []api.Kind{api.KindCertificate, api.KindAccount, api.KindPolicy}; !slices.Equal(got, want) {
			t.Errorf("%s passes %v, want %v", file, got, want)
		}
		for _, kind := range got {
			record := map[string]any{"dynamodb": map[string]any{"Keys": map[string]any{"kind": map[string]any{"S": string(kind)}}}}
			if !isWork(kind) || !triggers.RecordsOnly.Matches(record) {
				t.Errorf("%s: the function works on it: %v, the sandbox passes it: %v", kind, isWork(kind), triggers.RecordsOnly.Matches(record))
			}
		}
	}
}
