package doctor

import (
	"errors"
	"testing"

	"certloop/cmd/certloop/lang"
)

// whole returns facts without any finding.
func whole() Facts {
	return Facts{
		Table:    Read[Table]{Value: Table{Name: "t", Active: true, Keys: []string{"name", "kind"}, Stream: "KEYS_ONLY", Index: true, Backup: true, Protected: true}},
		Function: Read[Function]{Value: Function{Name: "f", Table: "t", WantTable: "t", Recursion: true}},
		Mappings: Read[[]Mapping]{Value: []Mapping{{Source: "arn:aws:dynamodb:r:1:table/t/stream/x", State: "Enabled"}, {Source: "arn:aws:sqs:r:1:q", State: "Enabled"}}},
		Schedules: []Schedule{{Name: "t-tick", Action: "tick", Enabled: true, Target: "arn:f", Function: "arn:f", Input: `{"action":"tick"}`},
			{Name: "t-probe", Action: "probe", Enabled: true, Target: "arn:f:live", Function: "arn:f", Input: `{"action":"probe"}`}},
		Queues:        []Queue{{Name: "dead"}},
		Alarms:        Read[[]Alarm]{Value: []Alarm{{Name: "a", State: "OK", Acts: true}}},
		Subscriptions: Read[[]Subscription]{Value: []Subscription{{Endpoint: "e", Confirmed: true}}},
	}
}

// TestExamine_EachFaultIsAFinding changes one fact at a time. A finding has a remedy.
func TestExamine_EachFaultIsAFinding(t *testing.T) {
	if checks := Examine(lang.English, whole(), "v1", "v1"); Findings(checks) {
		t.Fatalf("a whole installation has findings: %+v", checks)
	}
	problem := errors.New("AWS denies it")
	for sentence, c := range map[string]struct {
		spoil func(f *Facts)
		want  State
	}{
		"the table is not active":          {func(f *Facts) { f.Table.Value.Active = false }, Failed},
		"the table has another key":        {func(f *Facts) { f.Table.Value.Keys = []string{"id"} }, Failed},
		"there is no stream":               {func(f *Facts) { f.Table.Value.Stream = "" }, Failed},
		"the stream has whole items":       {func(f *Facts) { f.Table.Value.Stream = "NEW_IMAGE" }, Warning},
		"there is no index":                {func(f *Facts) { f.Table.Value.Index = false }, Failed},
		"there is no backup":               {func(f *Facts) { f.Table.Value.Backup = false }, Warning},
		"the table can be deleted":         {func(f *Facts) { f.Table.Value.Protected = false }, Warning},
		"the table cannot be read":         {func(f *Facts) { f.Table.Problem = problem }, Unknown},
		"Lambda does not run the function": {func(f *Facts) { f.Function.Value.Problem = "Failed: the KMS key is disabled" }, Failed},
		"the function has another table":   {func(f *Facts) { f.Function.Value.Table = "other" }, Failed},
		"Lambda stops the loop":            {func(f *Facts) { f.Function.Value.Recursion = false }, Failed},
		"the function cannot be read":      {func(f *Facts) { f.Function.Problem = problem }, Unknown},
		"the stream's mapping is missing":  {func(f *Facts) { f.Mappings.Value = f.Mappings.Value[1:] }, Failed},
		"the queue's mapping is missing":   {func(f *Facts) { f.Mappings.Value = f.Mappings.Value[:1] }, Failed},
		"a mapping is disabled":            {func(f *Facts) { f.Mappings.Value[1].State = "Disabled" }, Failed},
		"a mapping has a problem":          {func(f *Facts) { f.Mappings.Value[0].Problem = "PROBLEM: Function call failed" }, Warning},
		"the mappings cannot be read":      {func(f *Facts) { f.Mappings.Problem = problem }, Unknown},
		"a schedule is disabled":           {func(f *Facts) { f.Schedules[0].Enabled = false }, Failed},
		"a schedule does not exist":        {func(f *Facts) { f.Schedules[1] = Schedule{Name: "t-probe", Action: "probe", Missing: true} }, Failed},
		"a schedule has another function":  {func(f *Facts) { f.Schedules[1].Target = "arn:g" }, Failed},
		"another function of a long name":  {func(f *Facts) { f.Schedules[1].Target = "arn:f2" }, Failed},
		"a schedule has another action":    {func(f *Facts) { f.Schedules[1].Input = `{"action":"tick"}` }, Failed},
		"a schedule sends no action":       {func(f *Facts) { f.Schedules[1].Input = "" }, Failed},
		"a schedule sends no object":       {func(f *Facts) { f.Schedules[1].Input = `["probe"]` }, Failed},
		"a schedule cannot be read":        {func(f *Facts) { f.Schedules[0].Problem = problem }, Unknown},
		"messages failed":                  {func(f *Facts) { f.Queues[0].Waiting = 1 }, Failed},
		"a queue cannot be read":           {func(f *Facts) { f.Queues[0].Problem = problem }, Unknown},
		"an alarm is raised": {func(f *Facts) {
			f.Alarms.Value[0].State, f.Alarms.Value[0].Description = "ALARM", "Follow the reason."
		}, Failed},
		"an alarm tells nobody":            {func(f *Facts) { f.Alarms.Value[0].Acts = false }, Warning},
		"there are no alarms":              {func(f *Facts) { f.Alarms.Value = nil }, Warning},
		"the alarms cannot be read":        {func(f *Facts) { f.Alarms.Problem = problem }, Unknown},
		"a subscription is not confirmed":  {func(f *Facts) { f.Subscriptions.Value[0].Confirmed = false }, Warning},
		"nobody is subscribed":             {func(f *Facts) { f.Subscriptions.Value = nil }, Warning},
		"the subscriptions cannot be read": {func(f *Facts) { f.Subscriptions.Problem = problem }, Unknown},
	} {
		t.Run(sentence, func(t *testing.T) {
			f := whole()
			c.spoil(&f)
			found := 0
			for _, check := range Examine(lang.English, f, "v1", "v1") {
				if check.State != Fine {
					found++
					if check.Remedy == "" {
						t.Errorf("no remedy: %+v", check)
					}
				}
				if check.State == c.want {
					found += 100
				}
			}
			if found < 100 {
				t.Errorf("no check is %s", c.want)
			}
		})
	}
}

func TestExamine_VersionsAreCompared(t *testing.T) {
	for function, want := range map[string]bool{"v1": false, "v2": true, "": false, "dev": false} {
		if got := Findings(Examine(lang.English, whole(), "v1", function)); got != want {
			t.Errorf("function of version %q: finding %v, want %v", function, got, want)
		}
	}
}
