package storetest

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"certloop/reconciler/api"
	"certloop/reconciler/spec"
)

// policy returns a valid policy in which an absent list, an empty one and one with an element have different meanings.
func policy(name string) map[string]any {
	return map[string]any{
		"name": api.PolicyPartition(name), "kind": "Policy", "records": []any{name + ".*"}, "domains": []any{"**.example.com"},
		"accounts": []any{}, "regions": []string{"eu-central-1", "us-east-1"}, "wildcards": false,
	}
}

func setOf(names ...string) api.PolicySet {
	var set api.PolicySet
	for _, name := range names {
		set.Policies = append(set.Policies, api.NewPolicyEntry(name, policy(name)))
	}
	return set
}

func (s Subject) policySet(t *testing.T) api.PolicySet {
	t.Helper()
	set, err := s.GetPolicySet(context.Background())
	must(t, err)
	return set
}

// policySetEverywhere writes the set and reads it with every method.
func policySetEverywhere(t *testing.T, s Subject) {
	ctx := context.Background()
	if got := s.policySet(t); !reflect.DeepEqual(got, api.PolicySet{}) {
		t.Fatalf("a new table has %+v", got)
	}
	set := setOf("team-a", "team-b")
	set.Policies = append(set.Policies, api.PolicyEntry{Name: "refused", Digest: "d"})
	set.ToWake = []string{"team-a.*", "*"}
	must(t, s.WritePolicySet(ctx, &set))
	first, err := spec.DecodePolicyEntry("team-a", set.Policies[0].Record)
	if must(t, err); set.Version != 1 || first.Policy.Accounts == nil || first.Policy.Zones != nil {
		t.Fatalf("the caller has version %d, and the test the policy %+v", set.Version, first.Policy)
	}
	s.PutRecord(certificate("www"))
	s.PutRecord(account("default"))
	s.PutRecord(policy("team-a"))
	p, err := s.GetPolicy(ctx, "team-a")
	must(t, err)
	for sentence, got := range map[string]api.PolicySet{
		"GetPolicySet": s.policySet(t), "Get": s.get(t, "www").Policies, "GetAccount": s.getAccount(t, "default").Policies,
		"GetPolicy": p.Policies, "of an unknown name": s.get(t, "nobody").Policies,
	} {
		if !reflect.DeepEqual(got, set) {
			t.Errorf("%s\n got %+v\nwant %+v", sentence, got, set)
		}
	}
	if !reflect.DeepEqual(p.Record, policy("team-a")) || p.Status != nil || p.Admitted != 0 {
		t.Errorf("GetPolicy: %+v", p)
	}
	set.Policies, set.ToWake = nil, nil
	must(t, s.WritePolicySet(ctx, &set))
	if got := s.policySet(t); !reflect.DeepEqual(got, api.PolicySet{Version: 2}) {
		t.Errorf("the empty set comes back as %+v", got)
	}
}

func policySetVersions(t *testing.T, s Subject) {
	ctx := context.Background()
	first := setOf("first")
	must(t, s.WritePolicySet(ctx, &first))
	must(t, s.WritePolicySet(ctx, &first))
	for _, version := range []int64{0, 1, 3} {
		late := setOf("late")
		late.Version = version
		wantKind(t, s.WritePolicySet(ctx, &late), api.Conflict)
		if late.Version != version {
			t.Errorf("a write of version %d that failed left %d with the caller", version, late.Version)
		}
	}
	if got := s.policySet(t); got.Version != 2 || got.Policies[0].Name != "first" {
		t.Errorf("the table has %+v", got)
	}
}

// concurrentPolicySets writes sets of the same version concurrently.
func concurrentPolicySets(t *testing.T, s Subject) {
	for round := range int64(3) {
		winner := race(t, func(i int) error {
			set := setOf(fmt.Sprint(i))
			set.Version = round
			return s.WritePolicySet(context.Background(), &set)
		})
		if got := s.policySet(t); got.Version != round+1 || got.Policies[0].Name != fmt.Sprint(winner) {
			t.Fatalf("%d won, and the table has %+v", winner, got)
		}
	}
}

// bigPolicy returns a valid policy of about that many bytes.
func bigPolicy(name string, size int) map[string]any {
	p := policy(name)
	var profiles []any
	for left := size - api.PolicySize(p); left > 0; left -= 250 {
		profiles = append(profiles, fmt.Sprintf("%04d", left)+strings.Repeat("x", min(left, 245)))
	}
	p["profiles"] = profiles
	return p
}

func policySetLimits(t *testing.T, s Subject) {
	ctx := context.Background()
	big := func(n, size int) api.PolicySet {
		var set api.PolicySet
		for i := range n {
			name := fmt.Sprintf("p%d", i)
			set.Policies = append(set.Policies, api.NewPolicyEntry(name, bigPolicy(name, size)))
		}
		return set
	}
	tooMany, tooLarge, waking := big(api.MaxPolicies+1, 0), big(11, 24_900), setOf("a")
	waking.ToWake = make([]string, api.MaxToWake+1)
	for sentence, set := range map[string]api.PolicySet{"101 policies": tooMany, "11 of 24 KB": tooLarge, "201 patterns": waking} {
		err := s.WritePolicySet(ctx, &set)
		if wantKind(t, err, api.Terminal); api.ReasonOf(err, "") != api.ReasonPolicyTooLarge || set.Version != 0 {
			t.Errorf("%s: %v", sentence, err)
		}
	}
	if got := s.policySet(t); !reflect.DeepEqual(got, api.PolicySet{}) {
		t.Fatalf("a set that was refused left %d policies", len(got.Policies))
	}
	// The largest set fits into an item of the table.
	full := big(api.MaxPolicies, 2400)
	if size := full.Size(); size < api.MaxPolicySetSize*9/10 || full.Check() != nil {
		t.Fatalf("the test's largest set has %d bytes: %v", size, full.Check())
	}
	_, err := spec.DecodePolicyEntry("p0", full.Policies[0].Record)
	must(t, err)
	must(t, s.WritePolicySet(ctx, &full))
	if got := s.get(t, "www").Policies; !reflect.DeepEqual(got, full) {
		t.Errorf("the largest set does not come back")
	}
}

func policyStatuses(t *testing.T, s Subject) {
	ctx := context.Background()
	s.PutRecord(policy("team"))
	var st api.PolicyStatus
	populate(&st, &everything{})
	st.Version = 0
	for version := int64(1); version <= 2; version++ {
		must(t, s.WritePolicyStatus(ctx, "team", &st))
		o, err := s.GetPolicy(ctx, "team")
		must(t, err)
		if st.Version != version || !reflect.DeepEqual(o.Status, &st) {
			t.Errorf("write %d: the caller has %+v, the table %+v", version, st, o.Status)
		}
	}
	for _, version := range []int64{0, 1, 3} {
		wantKind(t, s.WritePolicyStatus(ctx, "team", &api.PolicyStatus{Version: version}), api.Conflict)
	}
	key := api.Key{Kind: api.KindPolicy, Name: "team"}
	want := map[api.Key]api.Listed{key: {Key: key, Record: policy("team"), PolicyStatus: &st}}
	if got := s.all(t); !reflect.DeepEqual(got, want) {
		t.Errorf("listed (-want +got):\n%s", cmp.Diff(want, got))
	}
	if got := collect(t, s.Glance(ctx)); !reflect.DeepEqual(got, want) {
		t.Errorf("Glance returns (-want +got):\n%s", cmp.Diff(want, got))
	}
	s.DeleteRecord(key)
	if got := s.all(t)[key]; got.Record != nil || got.PolicyStatus == nil {
		t.Errorf("listed without its record: %+v", got)
	}
	wantKind(t, s.ForgetPolicyStatus(ctx, "team", 1), api.Conflict)
	must(t, s.ForgetPolicyStatus(ctx, "team", 2))
	if o, err := s.GetPolicy(ctx, "team"); err != nil || !reflect.DeepEqual(o, api.PolicyObject{}) {
		t.Errorf("left: %+v, %v", o, err)
	}
	if got := s.all(t); len(got) != 0 {
		t.Errorf("still listed: %+v", got)
	}
}

// forgedPolicies writes policies in partitions that a writer of records may write.
func forgedPolicies(t *testing.T, s Subject) {
	want := map[api.Key]api.Listed{}
	for _, name := range []string{"www", "policy", "Policy#www", "status#www", "policy#", "policy#" + strings.Repeat("x", 300)} {
		p := policy("www")
		p["name"] = name
		s.PutItem(p)
		// The listing reports it, so that an administrator who wrote it there learns of it.
		key := api.Key{Kind: api.KindPolicy, Name: name}
		want[key] = api.Listed{Key: key, Unknown: true}
		for _, kind := range []api.Kind{api.KindPolicySet, api.KindPolicyUsage, api.KindPolicyStatus} {
			s.PutItem(map[string]any{"name": name, "kind": string(kind), "policies": []any{}, "records": []string{"www"}})
		}
	}
	if got := s.all(t); !reflect.DeepEqual(got, want) {
		t.Errorf("listed (-want +got):\n%s", cmp.Diff(want, got))
	}
	if got := s.get(t, "www"); !reflect.DeepEqual(got, api.Object{}) {
		t.Errorf("Get reads it: %+v", got)
	}
	if o, err := s.GetPolicy(context.Background(), "www"); err != nil || !reflect.DeepEqual(o, api.PolicyObject{}) {
		t.Errorf("GetPolicy reads it: %+v, %v", o, err)
	}
}

func policyEndedContext(t *testing.T, s Subject) {
	ctx, cancel := context.WithCancel(context.Background())
	cancel()
	_, err := s.GetPolicy(ctx, "www")
	_, errSet := s.GetPolicySet(ctx)
	_, errAdmit := s.Admit(ctx, "www", "a", 1)
	for _, err := range []error{
		err, errSet, errAdmit, s.WritePolicySet(ctx, &api.PolicySet{}), s.WritePolicyStatus(ctx, "www", &api.PolicyStatus{}),
		s.ForgetPolicyStatus(ctx, "www", 0), s.Dismiss(ctx, "www", "a"),
	} {
		wantKind(t, err, api.Transient)
	}
	if got := s.all(t); len(got) != 0 || !slices.Equal(s.policySet(t).ToWake, nil) {
		t.Errorf("left: %+v", got)
	}
}
