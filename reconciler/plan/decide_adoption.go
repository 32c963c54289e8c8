package plan

import (
	"maps"
	"slices"

	"certloop/reconciler/api"
)

// claim makes the ARN of a target's certificate ours in the table: a named one before anything is done to it, so that of
// two records that name one ARN one yields; one that we imported after its import, so that it stays ours without its tag.
func claim(s *state) *Plan {
	for i := range s.Targets {
		t := &s.Targets[i]
		if !t.Wanted || t.Found == nil || s.checks[i].blocked || s.checks[i].state == api.Unknown || !s.lacksClaim(t) || targetBackoff(&t.Status).Waiting(s.Now) {
			continue
		}
		p := &Plan{Action: ClaimARN, Reason: api.ReasonAdopted, Target: t.Status.Key, ARN: t.Found.ARN}
		if !t.named() {
			p.Reason = api.ReasonImporting
		}
		if t.ClaimGone {
			p.Replace = t.ClaimedBy
		}
		return p
	}
	return nil
}

// lacksClaim reports whether the claim is to be written. The status saves the second write of a claim, no more: where
// the tag proves nothing, the claim itself is what counts.
func (s *state) lacksClaim(t *Target) bool {
	return !s.claims(t) && (!t.Status.Claimed || t.Found.Tags[api.TagOwner] != s.Owner)
}

// tag brings the tags of an installed certificate in line: ours, people's, and none that people took out.
func tag(s *state) *Plan {
	for i := range s.Targets {
		t := &s.Targets[i]
		if !t.Wanted || !s.owns(t) || s.checks[i].state == api.Unknown || s.checks[i].blocked || tagBackoff(&t.Status).Waiting(s.Now) {
			continue
		}
		if p := s.retire(t); p != nil {
			if s.pauses(Tag, t.Status.Key) {
				continue
			}
			return p
		}
		set, unset := s.tagChanges(t)
		if len(set) > 0 || len(unset) > 0 {
			if !s.foreign(t) && s.pauses(Tag, t.Status.Key) {
				continue
			}
			return &Plan{Action: Tag, Reason: api.ReasonTagging, Target: t.Status.Key, ARN: t.Found.ARN, Set: set, Unset: unset}
		}
	}
	return nil
}

// retire marks the predecessor of another key type, so that it is neither found nor adopted again.
func (s *state) retire(t *Target) *Plan {
	if t.Status.RetiredARN == "" || t.Status.RetiredARN != t.PredecessorARN || !s.ownsPredecessor(t) {
		return nil
	}
	return &Plan{
		Action: Tag, Reason: api.ReasonRetired, Target: t.Status.Key, ARN: t.Predecessor.ARN,
		Set: map[string]string{api.TagRetired: "true"}, Unset: []string{api.TagTarget},
	}
}

// wantedTags are the tags an installed certificate is to have from us.
func (s *state) wantedTags(t *Target) map[string]string {
	tags := maps.Clone(s.Spec.Tags)
	if tags == nil {
		tags = map[string]string{}
	}
	tags[api.TagOwner], tags[api.TagTarget] = s.Owner, t.Status.Key
	if t.named() && !s.importedBefore(t) {
		tags[api.TagAdopted] = "true"
	}
	return tags
}

// importedBefore reports whether what the record names came into being by our import: its tags say so, not the status
// alone.
func (s *state) importedBefore(t *Target) bool {
	return t.Status.Imported && t.Found != nil && t.Found.Tags[api.TagOwner] == s.Owner && t.Found.Tags[api.TagAdopted] == ""
}

func (s *state) tagChanges(t *Target) (set map[string]string, unset []string) {
	wanted := s.wantedTags(t)
	for k, v := range wanted {
		if t.Found.Tags[k] != v {
			if set == nil {
				set = map[string]string{}
			}
			set[k] = v
		}
	}
	gone := append(slices.Clone(t.Status.TagKeys), api.TagPlaceholder)
	for _, k := range gone {
		_, want := wanted[k]
		_, have := t.Found.Tags[k]
		if k == api.TagPlaceholder && t.Found.SelfSigned {
			continue
		}
		if have && !want {
			unset = append(unset, k)
		}
	}
	return set, unset
}

// removeDuplicate deletes a second certificate of a target, which an import that arrived late left behind. Nobody knows its
// ARN and nothing renews it. The deletion policy does not matter: it speaks of the record's certificate. One that is in
// use stays, and the history names it (seeDuplicates).
func removeDuplicate(s *state) *Plan {
	for i := range s.Targets {
		t := &s.Targets[i]
		if !t.Wanted || !s.owns(t) || s.checks[i].state == api.Unknown || !s.iss.Imports[t.Status.Key].IsZero() {
			continue
		}
		for _, d := range t.Duplicates {
			if s.isDuplicate(t, d) && len(d.InUseBy) == 0 && !s.pauses(DeleteCertificate, t.Status.Key) {
				return &Plan{Action: DeleteCertificate, Reason: api.ReasonDuplicate, Target: t.Status.Key, ARN: d.ARN}
			}
		}
	}
	return nil
}

// isDuplicate reports whether d came into being by an import of ours for the target, and no target needs it. One of
// another key type is no duplicate but a predecessor, which is left in place.
func (s *state) isDuplicate(t *Target, d api.Installed) bool {
	tags := d.Tags
	return d.Type == "IMPORTED" && t.Found != nil && d.KeyType == t.Found.KeyType &&
		tags[api.TagOwner] == s.Owner && tags[api.TagTarget] == t.Status.Key && tags[api.TagAdopted] == "" &&
		tags[api.TagRetired] == "" && !t.named() && !s.wantedARN(d.ARN) && d.ARN != t.Status.RetiredARN && d.ARN != t.Superseded
}

// placeholder puts a self-signed stand-in where nothing is, for a direct invocation that needs an ARN at once.
func placeholder(s *state) *Plan {
	if !s.Placeholder || s.keyType == "" || s.accepted().Status != api.ConditionTrue {
		return nil // what is not accepted gets no certificate, so nothing is to stand in for one
	}
	for i := range s.Targets {
		t, v := &s.Targets[i], s.checks[i]
		if !t.Wanted || t.named() || t.Found != nil || v.state != api.Lacks || targetBackoff(&t.Status).Waiting(s.Now) {
			continue
		}
		if until := s.importMayAppear(t.Status.Key); !until.IsZero() {
			return wait(until, api.ReasonImportPending, "looking for the certificate of an import whose reply was lost")
		}
		set := s.wantedTags(t)
		set[api.TagPlaceholder] = "true"
		return &Plan{Action: ImportPlaceholder, Reason: api.ReasonPlaceholder, Target: t.Status.Key, Set: set}
	}
	return nil
}
