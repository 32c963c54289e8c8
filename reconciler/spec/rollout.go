package spec

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"certloop/reconciler/api"
)

var rolloutAttributes = []string{"waves", "soak", "timeout", "on_failure"}

// longestWave bounds the time that one wave may take: a certificate of 47 days must reach every target.
const longestWave = 7 * 24 * time.Hour

// rollout reads how a new certificate goes to the targets; nil if the record does not say so.
func (f fields) rollout(targets []api.Target) *api.Rollout {
	if !f.given("rollout") {
		return nil
	}
	m := f.object("rollout")
	r := &api.Rollout{
		Waves:     m.waves(targets),
		Soak:      m.waveTime("soak", "how long a wave is left alone if nothing of it can be seen", api.DefaultSoak),
		Timeout:   m.waveTime("timeout", "how long the endpoints of a wave may take to serve the certificate", api.DefaultTimeout),
		OnFailure: m.onFailure(),
	}
	m.only(rolloutAttributes)
	return r
}

// waves reads the keys of the targets, wave by wave. Without them each target is a wave, in the order of the record. Targets that
// no wave names are the last wave.
func (f fields) waves(targets []api.Target) [][]string {
	keys := keysOf(targets)
	if !f.given("waves") {
		return eachAlone(keys)
	}
	var waves [][]string
	places := map[string]string{}
	for i, v := range f.list("waves") {
		if wave := f.wave(i, v, keys, places); len(wave) > 0 {
			waves = append(waves, wave)
		}
	}
	rest := slices.DeleteFunc(keys, func(key string) bool { return places[key] != "" })
	if len(rest) > 0 {
		waves = append(waves, rest)
	}
	return waves
}

func keysOf(targets []api.Target) []string {
	keys := make([]string, len(targets))
	for i, t := range targets {
		keys[i] = t.Key()
	}
	return keys
}

func eachAlone(keys []string) [][]string {
	waves := make([][]string, len(keys))
	for i, key := range keys {
		waves[i] = []string{key}
	}
	return waves
}

// wave reads the keys of one wave. places has where each key was named before.
func (f fields) wave(i int, v any, keys []string, places map[string]string) []string {
	at := fmt.Sprintf("%s[%d]", f.path("waves"), i)
	list, ok := wordList(v)
	switch {
	case i >= api.MaxTargets:
		if i == api.MaxTargets {
			f.problems.add(at, "is one wave too many: use at most %d", api.MaxTargets)
		}
		return nil
	case !ok:
		f.problems.add(at, "is %s, not a list: write a list of targets (L in DynamoDB)", typeName(v))
		return nil
	case len(list) == 0:
		f.problems.add(at, "is empty: name a target, or remove the wave")
		return nil
	case len(list) > api.MaxTargets:
		f.problems.add(at, "has %d targets: use at most %d", len(list), api.MaxTargets)
		return nil
	}
	var wave []string
	for n, v := range list {
		at := fmt.Sprintf("%s[%d]", at, n)
		if key := f.targetKey(at, v, keys); key != "" {
			if before, twice := places[key]; twice {
				f.problems.add(at, "names the same target as %s: remove one", before)
				continue
			}
			places[key] = at
			wave = append(wave, key)
		}
	}
	return wave
}

// wordList returns the entries of a list or of a string set, sorted.
func wordList(v any) ([]any, bool) {
	if set, ok := v.([]string); ok {
		var list []any
		for _, s := range slices.Sorted(slices.Values(set)) {
			list = append(list, s)
		}
		return list, true
	}
	list, ok := v.([]any)
	return list, ok
}

// targetKey reads the key of a target of the record; empty if it is wrong.
func (f fields) targetKey(at string, v any, keys []string) string {
	s, ok := v.(string)
	switch {
	case !ok:
		f.problems.add(at, "%s", notText(v))
	case slices.Contains(keys, s):
		return s
	case len(keys) > 0: // else the targets have problems of their own
		if near := nearestKey(s, keys); near != "" {
			f.problems.add(at, "%s is no target of the record: did you mean %s?", api.Quote(s), near)
			return ""
		}
		f.problems.add(at, "%s is no target of the record: use one of %s", api.Quote(s), strings.Join(keys, ", "))
	}
	return ""
}

// nearestKey is Nearest for what is not too long to be a key.
func nearestKey(s string, keys []string) string {
	if len(s) > maxARN {
		return ""
	}
	return api.Nearest(s, keys)
}

func (f fields) waveTime(name, what string, otherwise time.Duration) time.Duration {
	if !f.given(name) {
		return otherwise
	}
	return f.duration(name, what, longestWave)
}

func (f fields) onFailure() api.OnFailure {
	s, ok := f.text("on_failure")
	switch v := api.OnFailure(s); {
	case !ok:
	case v == api.OnFailureStop || v == api.OnFailureRollback:
		return v
	default:
		f.wrong("on_failure", "is %s: write %s or %s", api.Quote(s), api.OnFailureStop, api.OnFailureRollback)
	}
	return api.OnFailureStop
}
