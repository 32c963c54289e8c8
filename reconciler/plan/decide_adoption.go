package plan

import (
	"maps"
	"slices"

	"certloop/reconciler/api"
)

// claim makes the ARN of a target's certificate ours in the table: a named one before anything is done to it, so that of
// two records with one ARN only one gets it; an imported one after its import, so that it stays ours without its tag.
func claim(d *decision) *Plan {
	for i := range d.Targets {
		t := &d.Targets[i]
		if !t.Wanted || t.Found == nil || d.verdicts[i].blocked || d.verdicts[i].state == api.Unknown || !lacksClaim(d.facts, t) || targetBackoff(d.entry(t)).Waiting(d.Now) {
			continue
		}
		p := &Plan{Action: ClaimARN, Reason: api.ReasonAdopted, Target: t.Stored.Key, ARN: t.Found.ARN}
		if !t.named() {
			p.Reason = api.ReasonImporting
		}
		if t.ClaimGone {
			p.PreviousOwner = t.ClaimedBy
		}
		return p
	}
	return nil
}

// lacksClaim reports whether the claim is to be written. The status saves the second write of a claim, no more: where
// the tag proves nothing, the claim itself is what counts.
func lacksClaim(f *facts, t *Target) bool {
	return !f.claims(t) && (!f.entry(t).Claimed || t.Found.Tags[api.TagOwner] != f.Owner)
}

// tag brings the tags of an installed certificate in line: ours, the record's, and none that left the record.
func tag(d *decision) *Plan {
	for i := range d.Targets {
		t := &d.Targets[i]
		if !t.Wanted || !d.owns(t) || d.verdicts[i].state == api.Unknown || d.verdicts[i].blocked || tagBackoff(d.entry(t)).Waiting(d.Now) {
			continue
		}
		if p := retire(d.facts, t); p != nil {
			if d.pauses(Tag, t.Stored.Key) {
				continue
			}
			return p
		}
		set, unset := tagChanges(d.facts, t)
		if len(set) > 0 || len(unset) > 0 {
			if !d.lacksOwnerTag(t) && d.pauses(Tag, t.Stored.Key) {
				continue
			}
			return &Plan{Action: Tag, Reason: api.ReasonTagging, Target: t.Stored.Key, ARN: t.Found.ARN, Set: set, Unset: unset}
		}
	}
	return nil
}

// retire marks the predecessor of another key type, so that it is neither found nor adopted again.
func retire(f *facts, t *Target) *Plan {
	if f.entry(t).RetiredARN == "" || f.entry(t).RetiredARN != t.PredecessorARN || !ownsPredecessor(f, t) {
		return nil
	}
	return &Plan{
		Action: Tag, Reason: api.ReasonRetired, Target: t.Stored.Key, ARN: t.Predecessor.ARN,
		Set: map[string]string{api.TagRetired: "true"}, Unset: []string{api.TagTarget},
	}
}

// wantedTags returns the tags an installed certificate is to have from us.
func wantedTags(f *facts, t *Target) map[string]string {
	tags := maps.Clone(f.Spec.Tags)
	if tags == nil {
		tags = map[string]string{}
	}
	tags[api.TagOwner], tags[api.TagTarget] = f.Owner, t.Stored.Key
	if t.named() && !importedBefore(f, t) {
		tags[api.TagAdopted] = "true"
	}
	return tags
}

// importedBefore reports whether what the record names came into being by our import: its tags say so, not the status
// alone.
func importedBefore(f *facts, t *Target) bool {
	return f.entry(t).Imported && t.Found != nil && t.Found.Tags[api.TagOwner] == f.Owner && t.Found.Tags[api.TagAdopted] == ""
}

func tagChanges(f *facts, t *Target) (set map[string]string, unset []string) {
	wanted := wantedTags(f, t)
	for k, v := range wanted {
		if t.Found.Tags[k] != v {
			if set == nil {
				set = map[string]string{}
			}
			set[k] = v
		}
	}
	gone := append(slices.Clone(f.entry(t).TagKeys), api.TagPlaceholder)
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
// use stays, and the history names it (noteDuplicates).
func removeDuplicate(d *decision) *Plan {
	for i := range d.Targets {
		t := &d.Targets[i]
		if !t.Wanted || !d.owns(t) || d.verdicts[i].state == api.Unknown || !d.iss.Imports[t.Stored.Key].IsZero() {
			continue
		}
		for _, second := range t.Duplicates {
			if isDuplicate(d.facts, t, second) && len(second.InUseBy) == 0 && !d.pauses(DeleteCertificate, t.Stored.Key) {
				return &Plan{Action: DeleteCertificate, Reason: api.ReasonDuplicate, Target: t.Stored.Key, ARN: second.ARN}
			}
		}
	}
	return nil
}

// isDuplicate reports whether d came into being by an import of ours for the target, and no target needs it. One of
// another key type is no duplicate but a predecessor, which is left in place.
func isDuplicate(f *facts, t *Target, d api.Installed) bool {
	tags := d.Tags
	return d.Type == "IMPORTED" && t.Found != nil && d.KeyType == t.Found.KeyType &&
		tags[api.TagOwner] == f.Owner && tags[api.TagTarget] == t.Stored.Key && tags[api.TagAdopted] == "" &&
		tags[api.TagRetired] == "" && !t.named() && !f.wantedARN(d.ARN) && d.ARN != f.entry(t).RetiredARN && d.ARN != t.Superseded
}

// placeholder puts a self-signed stand-in where nothing is, for a direct invocation that needs an ARN at once.
func placeholder(d *decision) *Plan {
	if !d.Placeholder || d.keyType == "" || d.accepted().Status != api.ConditionTrue {
		return nil // what is not accepted gets no certificate, so nothing is to stand in for one
	}
	for i := range d.Targets {
		t, v := &d.Targets[i], d.verdicts[i]
		if !t.Wanted || t.named() || t.Found != nil || v.state != api.Lacks || targetBackoff(d.entry(t)).Waiting(d.Now) {
			continue
		}
		if until := d.importMayAppear(t.Stored.Key); !until.IsZero() {
			return wait(until, api.ReasonImportPending, "looking for the certificate of an import whose reply was lost")
		}
		set := wantedTags(d.facts, t)
		set[api.TagPlaceholder] = "true"
		return &Plan{Action: ImportPlaceholder, Reason: api.ReasonPlaceholder, Target: t.Stored.Key, Set: set}
	}
	return nil
}
