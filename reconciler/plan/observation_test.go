package plan

import (
	"testing"
	"time"

	"certloop/reconciler/api"
)

func TestObservedTargets_AreTheSpecsAndThoseThatAreLeft(t *testing.T) {
	in := kept()
	in.Spec.Targets = []api.Target{{Location: api.Location{Region: "eu-west-1"}}, {Location: api.Location{Region: place}}}
	in.Stored.Targets = append(in.Stored.Targets,
		api.TargetStatus{Key: otherARN, Location: api.Location{Region: place}}, api.TargetStatus{Key: "ap-northeast-1", Location: api.Location{Region: "ap-northeast-1"}})
	type target struct {
		key, named, known string
		wanted            bool
	}
	want := []target{{"eu-west-1", "", "", true}, {place, "", ownARN, true}, {otherARN, otherARN, otherARN, false}, {"ap-northeast-1", "", "", false}}
	got := ObservedTargets(in)
	if len(got) != len(want) {
		t.Fatalf("%d targets: %+v", len(got), got)
	}
	for i, w := range want {
		if g := (target{got[i].Stored.Key, got[i].ACMARN, got[i].KnownARN(), got[i].Wanted}); g != w {
			t.Errorf("target %d is %+v, not %+v", i, g, w)
		}
	}
	if in.Spec = nil; len(ObservedTargets(in)) != 3 || ObservedTargets(in)[0].Wanted {
		t.Errorf("without a spec: %+v", ObservedTargets(in))
	}
}

func TestNeeds_OfOneTarget(t *testing.T) {
	foreign := func(t *Target) { t.Found.Tags = map[string]string{api.TagOwner: table + "/api"} }
	for name, c := range map[string]struct {
		in                 Input
		claim, predecessor bool
		search             Search
	}{
		"ours":                          {kept(), false, false, SearchNothing},
		"nothing there":                 {kept(target(missing)), false, false, SearchBeside},
		"not observable":                {kept(target(blind)), false, false, SearchNothing},
		"named":                         {kept(target(named)), false, false, SearchNothing},
		"named, and deleted":            {kept(target(named), target(missing)), false, false, SearchNothing},
		"another's":                     {kept(target(foreign)), true, false, SearchInstead},
		"ours by the claim":             {kept(target(foreign), target(func(t *Target) { t.Found.Tags, t.ClaimedBy = nil, "www" })), true, false, SearchNothing},
		"to be let go":                  {kept(target(func(t *Target) { t.Wanted = false })), true, false, SearchNothing},
		"with a chain that is held":     {kept(issuing(func(i *api.Issuance) { i.Chain = "chain" })), false, false, SearchBeside},
		"with a predecessor":            {kept(target(func(t *Target) { t.Stored.RetiredARN = otherARN })), false, true, SearchNothing},
		"unwanted, with a predecessor":  {kept(target(func(t *Target) { t.Stored.RetiredARN, t.Wanted = otherARN, false })), true, false, SearchNothing},
		"blind, with a predecessor":     {kept(target(func(t *Target) { t.Stored.RetiredARN = otherARN }), target(blind)), false, false, SearchNothing},
		"after a reply that was lost":   {kept(issuing(func(i *api.Issuance) { i.Imports = map[string]time.Time{place: now} })), false, false, SearchBeside},
		"after another target's import": {kept(issuing(func(i *api.Issuance) { i.Imports = map[string]time.Time{"eu-west-1": now} })), false, false, SearchNothing},
	} {
		t.Run(name, func(t *testing.T) {
			target := c.in.Targets[0]
			if got := NeedsClaim(c.in, target); got != c.claim {
				t.Errorf("NeedsClaim: %v", got)
			}
			if got := NeedsPredecessor(target); got != c.predecessor {
				t.Errorf("NeedsPredecessor: %v", got)
			}
			if got := NeedsSearch(c.in, target); got != c.search {
				t.Errorf("NeedsSearch: %q", got)
			}
		})
	}
}

func TestWithFound_TakesOnlyAnImportForThisTarget(t *testing.T) {
	other := func(change func(*api.Installed)) *api.Installed {
		f := installed(otherARN, leaf("b2", began, ends), place)
		change(f)
		return f
	}
	same := func(*api.Installed) {}
	inUse := func(f *api.Installed) { f.InUseBy = []string{"a load balancer"} }
	for name, c := range map[string]struct {
		target     option
		found      *api.Installed
		arn        string
		duplicates int
		superseded string
	}{
		"nothing":                          {target(missing), nil, "", 0, ""},
		"an import of ours":                {target(missing), other(same), otherARN, 0, ""},
		"one that ACM issued":              {target(missing), other(func(f *api.Installed) { f.Type = "AMAZON_ISSUED" }), "", 0, ""},
		"one of another record":            {target(missing), other(func(f *api.Installed) { f.Tags[api.TagOwner] = table + "/api" }), "", 0, ""},
		"one of another target":            {target(missing), other(func(f *api.Installed) { f.Tags[api.TagTarget] = "eu-west-1" }), "", 0, ""},
		"one that is retired":              {target(missing), other(func(f *api.Installed) { f.Tags[api.TagRetired] = "true" }), "", 0, ""},
		"one that was adopted":             {target(missing), other(func(f *api.Installed) { f.Tags[api.TagAdopted] = "true" }), "", 0, ""},
		"a second one":                     {target(asIs), other(same), ownARN, 1, ""},
		"a better one than that on record": {target(asIs), other(inUse), otherARN, 0, ownARN},
		"a better one than the first":      {target(func(t *Target) { t.Stored.ARN = "" }), other(inUse), otherARN, 1, ""},
	} {
		t.Run(name, func(t *testing.T) {
			in := kept(c.target)
			got := WithFound(in, in.Targets[0], c.found)
			arn := ""
			if got.Found != nil {
				arn = got.Found.ARN
			}
			if arn != c.arn || len(got.Duplicates) != c.duplicates || got.Superseded != c.superseded || got.Listed != (arn == otherARN) {
				t.Errorf("found %q, %d duplicates, superseded %q, listed %v", arn, len(got.Duplicates), got.Superseded, got.Listed)
			}
		})
	}
}

func TestOwningRecord_NamesAnotherRecordOfThisTable(t *testing.T) {
	for owned, want := range map[string]string{
		table + "/api": "api", owner: "", "": "", "somebody": "", table + "2/api": "", table + "/": "",
	} {
		if got := OwningRecord(kept(), owned); got != want {
			t.Errorf("%q: %q, not %q", owned, got, want)
		}
	}
}

func TestIsDeleted_ReportsWhetherAnEffectMayBeUnderWay(t *testing.T) {
	leased := &api.CertificateStatus{ClaimID: "c", LeaseUntil: now.Add(times.Lease)}
	for name, c := range map[string]struct {
		object        api.Object
		deleted, busy bool
	}{
		"it exists":              {api.Object{Record: map[string]any{}, Status: leased}, false, false},
		"nothing is left":        {api.Object{}, true, false},
		"its status is left":     {api.Object{Status: &api.CertificateStatus{}}, true, false},
		"somebody cleans up now": {api.Object{Status: leased}, true, true},
	} {
		if deleted, busy := IsDeleted(kept(), c.object); deleted != c.deleted || busy != c.busy {
			t.Errorf("%s: %v, %v", name, deleted, busy)
		}
	}
}
