package deployment

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"certloop/cmd/certloop/doctor"
)

// scheduled answers with the probe's schedule of the Terraform module.
func scheduled(w http.ResponseWriter, r *http.Request) {
	if !strings.HasSuffix(r.URL.Path, "/schedules/certloop-probe") {
		w.Header().Set("X-Amzn-ErrorType", "ResourceNotFoundException")
		w.WriteHeader(http.StatusNotFound)
		_, _ = w.Write([]byte(`{"Message":"Schedule does not exist."}`))
		return
	}
	_, _ = fmt.Fprint(w, `{"Name":"certloop-probe","State":"ENABLED","Target":{"Arn":"arn:f","RoleArn":"arn:r","Input":"{\"action\":\"probe\"}"}}`)
}

func TestInspectSchedule(t *testing.T) {
	for sentence, c := range map[string]struct {
		handler http.HandlerFunc
		action  string
		want    doctor.Schedule
	}{
		"that of the module": {scheduled, "probe", doctor.Schedule{Name: "certloop-probe", Action: "probe", Enabled: true, Target: "arn:f",
			Input: `{"action":"probe"}`, Function: "arn:f"}},
		"one that does not exist": {scheduled, "tick", doctor.Schedule{Name: "certloop-tick", Action: "tick", Missing: true, Function: "arn:f"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := open(t, Config{}, c.handler).inspectSchedule(t.Context(), c.action, "arn:f"); got != c.want {
				t.Errorf("is   %+v\nwant %+v", got, c.want)
			}
		})
	}
	if got := open(t, Config{}, refuse("AccessDeniedException", "no")).inspectSchedule(t.Context(), "probe", ""); got.Problem == nil || got.Missing {
		t.Errorf("a refusal is %+v", got)
	}
}

// TestActions: without probes there is no schedule for them.
func TestActions(t *testing.T) {
	for probe, want := range map[string]string{"": "tick resync", "off": "tick resync", "public": "tick resync probe", "private": "tick resync probe"} {
		if got := strings.Join(actions(map[string]string{"CERTLOOP_PROBE": probe}), " "); got != want {
			t.Errorf("CERTLOOP_PROBE=%s: %s, want %s", probe, got, want)
		}
	}
}
