package module

import (
	"maps"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
)

func read(t *testing.T, file string) string {
	t.Helper()
	body, err := os.ReadFile("../../../terraform/" + file)
	if err != nil {
		t.Fatal(err)
	}
	return string(body)
}

// all returns the first group of every match.
func all(pattern, text string) (found []string) {
	for _, m := range regexp.MustCompile(pattern).FindAllStringSubmatch(text, -1) {
		found = append(found, m[1])
	}
	slices.Sort(found)
	return found
}

func TestAlarms_AreThoseOfTheTerraformModule(t *testing.T) {
	text := read(t, "alarms.tf")
	names := append(all(`(?m)^    ([a-z-]+) = \{$`, text), "silence")
	slices.Sort(names)
	if got := slices.Sorted(maps.Keys(alarms)); !slices.Equal(got, names) {
		t.Fatalf("the alarms are %v, the module has %v", got, names)
	}
	for name, a := range alarms {
		_, body, _ := strings.Cut(text, "    "+name+" = {")
		body, _, _ = strings.Cut(body, "\n    }")
		if name == "silence" {
			_, body, _ = strings.Cut(text, `resource "aws_cloudwatch_metric_alarm" "silence"`)
		}
		form := a.form(Name + "-" + name)
		for _, parameter := range []string{"Namespace", "MetricName", "Statistic", "TreatMissingData"} {
			if want := form.Get(parameter); !strings.Contains(body, `"`+want+`"`) {
				t.Errorf("%s: %s is %s, which the module does not have", name, parameter, want)
			}
		}
		below := strings.Contains(body, "LessThan") || regexp.MustCompile(`below +?= true`).MatchString(body)
		if period := regexp.MustCompile(`period +?= ` + form.Get("Period") + `\b`); a.below != below || !period.MatchString(body) {
			t.Errorf("%s: the period or the comparison differs from the module's", name)
		}
	}
}

func TestVariables_AreThoseOfTheTerraformModule(t *testing.T) {
	want := all(`(?m)^ +(CERTLOOP_[A-Z_]+) +=`, read(t, "function.tf"))
	d := &Deployment{}
	got := slices.Sorted(maps.Keys(d.variables()))
	for _, name := range got {
		if !slices.Contains(want, name) && !strings.Contains(read(t, "function.tf"), "{ "+name+" =") {
			t.Errorf("the module does not set %s", name)
		}
	}
	for _, name := range want {
		if !slices.Contains(got, name) {
			t.Errorf("%s is missing", name)
		}
	}
}

func TestSchedules_AreThoseOfTheTerraformModule(t *testing.T) {
	var got []string
	for _, name := range []string{TickSchedule, ResyncSchedule, ProbeSchedule} {
		got = append(got, strings.TrimPrefix(name, Name+"-"))
	}
	slices.Sort(got)
	if want := all(`(?m)^    ([a-z]+) = \{ expression`, read(t, "schedule.tf")); !slices.Equal(got, want) {
		t.Errorf("the schedules are %v, the module has %v", got, want)
	}
}
