package fake

import (
	"fmt"
	"slices"
)

// batch is a change batch on its way: the sets as they would be, and what is wrong with it.
type batch struct {
	zone                *zone
	sets                map[key]Set
	problems            []string
	records, characters int
}

func (b *batch) say(format string, args ...any) {
	b.problems = append(b.problems, fmt.Sprintf(format, args...))
}

// take does one change to the batch's own sets.
func (b *batch) take(action string, set Set) {
	set.Name = stored(set.Name)
	k := set.key()
	weight := 1
	if action == "UPSERT" {
		weight = 2 // it counts as a deletion and a creation
	}
	b.records += weight * len(set.Values)
	for _, v := range set.Values {
		b.characters += weight * len(v)
	}
	if !within(k.name, b.zone.name) {
		b.say("RRSet with DNS name %s is not permitted in zone %s", k.name, b.zone.name)
		return
	}
	if problem := malformed(set); problem != "" {
		b.say("%s", problem)
		return
	}
	switch action {
	case "CREATE":
		b.create(k, set)
	case "UPSERT":
		delete(b.sets, k)
		b.create(k, set)
	case "DELETE":
		b.remove(k, set)
	default:
		b.say("Invalid XML ; %s is no action", action)
	}
}

func (b *batch) create(k key, set Set) {
	if _, there := b.sets[k]; there {
		b.say("Tried to create resource record set %s but it already exists", k.said())
		return
	}
	for other := range b.sets {
		switch {
		case other.name != k.name:
		case (other.kind == "CNAME") != (k.kind == "CNAME"):
			b.say("RRSet of type %s with DNS name %s is not permitted because a conflicting RRSet of type %s with the same DNS name already exists in zone %s",
				k.kind, k.name, other.kind, b.zone.name)
			return
		case other.kind == k.kind && (other.identifier == "" || k.identifier == ""):
			b.say("RRSet with DNS name %s, type %s, SetIdentifier %s cannot be created because a non multivalue answer rrset exists with the same name and type",
				k.name, k.kind, k.identifier)
			return
		}
	}
	b.sets[k] = set
}

func (b *batch) remove(k key, set Set) {
	there, ok := b.sets[k]
	switch {
	case !ok:
		b.say("Tried to delete resource record set %s but it was not found", k.said())
	case !there.same(set):
		b.say("Tried to delete resource record set %s but the values provided do not match the current values", k.said())
	case k.name == b.zone.name && (k.kind == "NS" || k.kind == "SOA"):
		b.say("A HostedZone must contain at least one NS record for the zone itself, and exactly one SOA record")
	default:
		delete(b.sets, k)
	}
}

func (k key) said() string {
	if k.identifier != "" {
		return fmt.Sprintf("[name='%s', type='%s', set identifier='%s']", k.name, k.kind, k.identifier)
	}
	return fmt.Sprintf("[name='%s', type='%s']", k.name, k.kind)
}

// malformed returns what is wrong with a set by itself; empty: nothing.
func malformed(set Set) string {
	switch {
	case set.Alias == nil && (set.TTL == nil || len(set.Values) == 0):
		return fmt.Sprintf("Invalid request: Expected exactly one of [AliasTarget, all of [TTL, and ResourceRecords], or TrafficPolicyInstanceId], "+
			"but found none in Change with [Name=%s, Type=%s, SetIdentifier=%s]", set.Name, set.Type, set.SetIdentifier)
	case set.Alias != nil && (set.TTL != nil || len(set.Values) > 0):
		return "Invalid request: an alias has neither TTL nor ResourceRecords"
	case set.TTL != nil && (*set.TTL < 0 || *set.TTL > 2147483647):
		return "Invalid TTL"
	case len(set.Values) > 400:
		return fmt.Sprintf("Number of records limit of 400 exceeded for RRSet with DNS name %s", set.Name)
	case len(set.Name) > 256:
		return "FATAL problem: DomainNameTooLong encountered with '" + set.Name + "'"
	}
	for i, v := range set.Values {
		if slices.Contains(set.Values[:i], v) {
			return fmt.Sprintf("Duplicate Resource Record: '%s'", v)
		}
		if set.Type == "TXT" {
			if problem := notText(v); problem != "" {
				return fmt.Sprintf("Invalid Resource Record: 'FATAL problem: %s encountered with '%s''", problem, v)
			}
		}
	}
	return ""
}
