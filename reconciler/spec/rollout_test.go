package spec_test

import (
	"reflect"
	"strings"
	"testing"
	"time"

	"certloop/reconciler/api"
	"certloop/reconciler/spec"
)

func threeTargets(rollout any, more ...object) map[string]any {
	change := object{"rollout": rollout, "targets": list(object{"region": "us-east-1"}, object{"region": "eu-west-1"}, object{"acm_arn": acmARN})}
	for _, m := range more {
		for k, v := range m {
			change[k] = v
		}
	}
	return certificate(change)
}

func TestRollout(t *testing.T) {
	stop := api.Rollout{Soak: time.Hour, Timeout: 3 * time.Hour, OnFailure: api.OnFailureStop}
	with := func(waves [][]string, change ...func(*api.Rollout)) api.Rollout {
		r := stop
		r.Waves = waves
		for _, c := range change {
			c(&r)
		}
		return r
	}
	for sentence, c := range map[string]struct {
		rollout any
		want    api.Rollout
	}{
		"each target is a wave":        {object{}, with([][]string{{"us-east-1"}, {"eu-west-1"}, {acmARN}})},
		"waves as the record has them": {object{"waves": list(list("eu-west-1"), list(acmARN, "us-east-1"))}, with([][]string{{"eu-west-1"}, {acmARN, "us-east-1"}})},
		"the rest is the last wave":    {object{"waves": list(list("eu-west-1"))}, with([][]string{{"eu-west-1"}, {"us-east-1", acmARN}})},
		"a wave as a set":              {object{"waves": list([]string{"us-east-1", "eu-west-1"})}, with([][]string{{"eu-west-1", "us-east-1"}, {acmARN}})},
		"no wave is all in the last":   {object{"waves": list()}, with([][]string{{"us-east-1", "eu-west-1", acmARN}})},
		"times and what is to be done": {object{"waves": list(), "soak": "2d", "timeout": "12h", "on_failure": "rollback"}, with([][]string{{"us-east-1", "eu-west-1", acmARN}}, func(r *api.Rollout) {
			r.Soak, r.Timeout, r.OnFailure = 48*time.Hour, 12*time.Hour, api.OnFailureRollback
		})},
		"attributes that are NULL": {object{"waves": nil, "soak": nil, "timeout": nil, "on_failure": nil}, with([][]string{{"us-east-1"}, {"eu-west-1"}, {acmARN}})},
	} {
		got, err := spec.DecodeCertificate(threeTargets(c.rollout), defaults)
		if err != nil || got.Rollout == nil || !reflect.DeepEqual(*got.Rollout, c.want) {
			t.Errorf("%s: %+v, %v, want %+v", sentence, got, err, c.want)
		}
	}
	if got, err := spec.DecodeCertificate(threeTargets(nil), defaults); err != nil || got.Rollout != nil {
		t.Errorf("without the attribute: %+v, %v", got, err)
	}
}

func TestRollout_Problems(t *testing.T) {
	for want, rollout := range map[string]any{
		`rollout: is the string "fast", not a map`:                                                     "fast",
		`rollout.wave: is not a known attribute: did you mean waves?`:                                  object{"wave": list()},
		`rollout.waves: is the string "us-east-1", not a list`:                                         object{"waves": "us-east-1"},
		`rollout.waves[0]: is the string "us-east-1", not a list: write a list of targets`:             object{"waves": list("us-east-1")},
		`rollout.waves[1]: is empty: name a target, or remove the wave`:                                object{"waves": list(list("us-east-1"), list())},
		`rollout.waves[0][0]: "us-east-2" is no target of the record: did you mean us-east-1?`:         object{"waves": list(list("us-east-2"))},
		`rollout.waves[0][0]: "everything-else" is no target of the record: use one of us-east-1, eu-`: object{"waves": list(list("everything-else"))},
		`rollout.waves[1][0]: names the same target as rollout.waves[0][0]: remove one`:                object{"waves": list(list("us-east-1"), list("us-east-1"))},
		`rollout.waves[0][0]: is a number, not a string`:                                               object{"waves": list(list(1))},
		`rollout.soak: "30m" is not how long a wave is left alone`:                                     object{"soak": "30m"},
		`rollout.timeout: "8d" is out of range: use 1h to 7d`:                                          object{"timeout": "8d"},
		`rollout.on_failure: is "undo": write stop or rollback`:                                        object{"on_failure": "undo"},
	} {
		_, err := spec.DecodeCertificate(threeTargets(rollout), defaults)
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("%v, want %s", err, want)
		}
	}
}

func TestProbe_AnEndpointNamesATargetOfTheRecord(t *testing.T) {
	endpoint := func(target any) object {
		return object{"domains": list("www.example.com"), "probe": object{"endpoints": list(object{"host": "lb.example.net", "sni": "www.example.com", "target": target})}}
	}
	got, err := spec.DecodeCertificate(threeTargets(nil, endpoint(acmARN)), defaults)
	if err != nil || got.Probe.Endpoints[0].Target != acmARN {
		t.Errorf("%+v, %v", got, err)
	}
	_, err = spec.DecodeCertificate(threeTargets(nil, endpoint("us-east-2")), defaults)
	if err == nil || !strings.Contains(err.Error(), `probe.endpoints[0].target: "us-east-2" is no target of the record: did you mean us-east-1?`) {
		t.Errorf("%v", err)
	}
}
