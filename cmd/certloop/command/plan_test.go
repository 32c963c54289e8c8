package command

import (
	"encoding/json"
	"fmt"
	"maps"
	"strings"
	"testing"

	"certloop/reconciler/api"
	"certloop/reconciler/plan"
)

// dryRun answers a dry run for each certificate that is asked for.
func dryRun(answers map[string]any) func(event map[string]any) (any, error) {
	return func(event map[string]any) (any, error) {
		if event["action"] != "reconcile" || event["dry_run"] != true {
			return nil, fmt.Errorf("the event is %v", event)
		}
		var names []any
		var accounts []any
		names, _ = event["names"].([]any)
		planned, _ := event["records"].([]any)
		for _, r := range planned {
			record := r.(map[string]any)
			if record["kind"] == "Account" {
				accounts = append(accounts, map[string]any{"name": record["name"], "registers": true,
					"decision": map[string]any{"action": "CreateKey", "reason": "Registering"}})
				continue
			}
			names = append(names, record["name"])
		}
		certificates := []any{}
		for _, name := range names {
			answer, ok := answers[name.(string)]
			if !ok {
				answer = atRest()
			}
			certificates = append(certificates, map[string]any{"name": name, "decision": answer})
		}
		return map[string]any{"certificates": certificates, "accounts": accounts}, nil
	}
}

func decision(action plan.Action, reason api.Reason, o *plan.Outlook) map[string]any {
	return map[string]any{"action": string(action), "reason": string(reason), "outlook": o, "at": in(5)}
}

func wanted() *plan.Wanted {
	return &plan.Wanted{Domains: []string{"www.example.com", "example.com"}, KeyType: api.RSA2048, Account: "default",
		Directory: "https://acme-v02.api.letsencrypt.org/directory"}
}

func atRest() any {
	return decision(plan.Wait, api.ReasonNotNeeded, &plan.Outlook{When: in(4), RenewAt: in(5), Reason: api.ReasonNotNeeded, Wanted: wanted(),
		Targets: []plan.TargetOutlook{{Key: "ap-northeast-1", ARN: arn + "1", Wanted: true, State: api.Satisfies, Serial: "04c3f1", NotAfter: in(28)}}})
}

func plans() map[string]any {
	return map[string]any{
		"new": decision(plan.MakeKey, api.ReasonMakingKey, &plan.Outlook{Orders: 1, Imports: 2, When: now, Reason: api.ReasonNotNeeded, Wanted: wanted(),
			Targets: []plan.TargetOutlook{
				{Key: "ap-northeast-1", Wanted: true, State: api.Lacks, Reason: api.ReasonNotIssued, Message: "no certificate yet", Imports: 1},
				{Key: "us-east-1", Wanted: true, State: api.Satisfies, NotAfter: in(28), Imports: 1},
				{Key: "eu-west-1", State: api.Satisfies, NotAfter: in(28)}}}),
		"typo": decision(plan.Wait, api.ReasonInvalidSpec, &plan.Outlook{Reason: api.ReasonInvalidSpec,
			Message: "acount: is not a known attribute: did you mean account?"}),
		"shop": decision(plan.Wait, api.ReasonBackingOff, &plan.Outlook{Orders: 1, Imports: 1, When: in(0.3), RenewAt: in(-27), Reason: api.ReasonNotNeeded,
			Wanted: wanted(), Targets: []plan.TargetOutlook{{Key: "ap-northeast-1", Wanted: true, State: api.Satisfies, NotAfter: in(3), Imports: 1}}}),
		"pinned": decision(plan.MakeKey, api.ReasonMakingKey, &plan.Outlook{Orders: 1, Imports: 1, When: now, Reason: api.ReasonNotNeeded, Wanted: wanted(),
			Warnings: []string{"www.example.com: the CAA records at example.com allow ca.test only for another account (accounturi); every public CA must " +
				"refuse that from 2027-03-15 on: create the record example.com. CAA 0 issue \"ca.test; accounturi=https://ca.test/acct/1\""}}),
		"old": map[string]any{"action": "DeleteCertificate", "reason": "Deleting", "target": "ap-northeast-1"},
	}
}

func TestGolden_Plan(t *testing.T) {
	for name, c := range map[string]struct {
		terminal terminal
		code     int
		args     string
	}{
		"plan":         {terminal{width: 100}, 2, "plan"},
		"plan-narrow":  {terminal{width: 50}, 2, "plan new typo"},
		"plan-ja":      {terminal{width: 100, environ: japanese}, 2, "plan"},
		"plan-nothing": {terminal{width: 100}, 0, "plan www"},
		"plan-blocked": {terminal{width: 100}, 0, "plan typo"},
		"plan-warned":  {terminal{width: 100}, 2, "plan -f pinned.yaml"},
		"plan-json":    {terminal{}, 2, "plan new -o json"},
		"plan-yaml":    {terminal{}, 0, "plan www -o yaml"},
		"plan-files":   {terminal{width: 100}, 2, "plan -f all --table-policies"},
		// A plan under other policies than those of the files would be wrong after apply.
		"plan-policies":      {terminal{width: 100}, 1, "plan -f all"},
		"plan-policies-60":   {terminal{width: 60}, 1, "plan -f all"},
		"plan-policies-ja":   {terminal{width: 100, environ: japanese}, 1, "plan -f all"},
		"plan-policies-same": {terminal{width: 100}, 0, "plan www -f policy.yaml"},
		"plan-files-names":   {terminal{width: 100}, 2, "plan api www -f all/2.json -f www.yaml"},
		"plan-files-bad":     {terminal{width: 100}, 1, "plan -f bad.yaml"},
		"plan-unknown":       {terminal{width: 100}, 1, "plan wwww"},
		"plan-bad-output":    {terminal{}, 3, "plan -o wide"},
		"plan-only-policies": {terminal{width: 100}, 0, "plan -f policy.yaml"},
	} {
		t.Run(name, func(t *testing.T) {
			contents := maps.Clone(records)
			contents["policy.yaml"] = "name: policy#shop\nkind: Policy\nrecords: [shop*]\n"
			contents["pinned.yaml"] = "name: pinned\nkind: Certificate\ndomains: [www.example.com]\n"
			files(t, contents)
			c.terminal.world = sample()
			c.terminal.world.invoke = dryRun(plans())
			c.terminal.golden(t, name, c.code, strings.Fields(c.args)...)
			if len(c.terminal.world.written) > 0 {
				t.Error("a plan wrote something")
			}
		})
	}
}

// The function receives the records as apply would write them, with what the table has besides.
func TestPlan_SendsTheMergedRecord(t *testing.T) {
	w := sample()
	w.records[w.index(api.Key{Kind: api.KindCertificate, Name: "shop"})].Record["tags"] = map[string]any{"Team": "web"}
	var sent []map[string]any
	w.invoke = func(event map[string]any) (any, error) {
		sent = append(sent, event)
		return dryRun(plans())(event)
	}
	in := "name: shop\nkind: Certificate\nrenew_before: 30d\ntargets: null\n"
	if out, code := (terminal{world: w, in: in}).run(t, "plan", "-f", "-"); code != 2 {
		t.Fatalf("code %d:\n%s", code, out)
	}
	got, err := json.Marshal(sent[0]["records"])
	if err != nil {
		t.Fatal(err)
	}
	const want = `[{"domains":["shop.example.jp"],"kind":"Certificate","name":"shop","renew_before":"30d","tags":{"Team":"web"}}]`
	if string(got) != want || sent[0]["names"] != nil {
		t.Errorf("it sent %s and the names %v, want %s", got, sent[0]["names"], want)
	}
}

// The function accepts a hundred records at a time, and a certificate needs its account beside it.
func TestPlan_DividesManyRecords(t *testing.T) {
	w := sample()
	file := "name: many\nkind: Account\ndirectory: letsencrypt\n"
	for i := range 250 {
		file += fmt.Sprintf("---\nname: c%d\nkind: Certificate\naccount: many\ndomains: [c%d.example.com]\n", i, i)
	}
	invocations, planned := 0, map[string]bool{}
	w.invoke = func(event map[string]any) (any, error) {
		invocations++
		all := event["records"].([]any)
		if first := all[0].(map[string]any); len(all) > 100 || first["name"] != "many" {
			return nil, fmt.Errorf("%d records, the first is %v", len(all), first)
		}
		for _, r := range all[1:] {
			planned[r.(map[string]any)["name"].(string)] = true
		}
		return dryRun(nil)(event)
	}
	out, code := terminal{world: w, in: file}.run(t, "plan", "-f", "-")
	if code != 2 || invocations != 3 || len(planned) != 250 || strings.Count(out, "account/many") != 1 {
		t.Errorf("code %d, %d invocations, %d certificates:\n%.500s", code, invocations, len(planned), out)
	}
}
