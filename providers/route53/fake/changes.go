package fake

import (
	"encoding/xml"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"time"
)

// change is a batch that was taken.
type change struct {
	id string
	// from is when it is in sync, after so many more polls.
	from  time.Time
	polls int
	// sets are the zone's after it.
	sets map[key]Set
}

func (c *change) inSync(now time.Time) bool { return c.polls <= 0 && !now.Before(c.from) }

type changeInput struct {
	Changes []struct {
		Action string
		Set    Set `xml:"ResourceRecordSet"`
	} `xml:"ChangeBatch>Changes>Change"`
}

type changeOutput struct {
	XMLName xml.Name
	Info    changeInfo `xml:"ChangeInfo"`
}

type changeInfo struct {
	ID          string `xml:"Id"`
	Status      string
	SubmittedAt string
}

// changeSets accepts a batch as a whole or refuses it with all that is wrong. Changes see those before them in the batch.
func (s *Service) changeSets(c *request) (any, *Refusal) {
	z, err := s.find(c)
	if err != nil {
		return nil, err
	}
	var in changeInput
	if xml.Unmarshal(c.body, &in) != nil || len(in.Changes) == 0 {
		return nil, refuse("InvalidInput", "Invalid XML ; the batch has no changes")
	}
	b := &batch{zone: z, sets: maps.Clone(z.sets)}
	for _, change := range in.Changes {
		b.take(change.Action, change.Set)
	}
	if b.records > 1000 {
		b.say("Number of records limit of 1000 exceeded.")
	}
	if b.characters > 32000 {
		b.say("Number of characters limit of 32000 exceeded.")
	}
	if len(b.problems) > 0 {
		return nil, refuse("InvalidChangeBatch", "[%s]", strings.Join(b.problems, ", "))
	}
	made := s.took(z, b.sets)
	// Of a change just taken Route 53 always says PENDING.
	return changeOutput{wireName("ChangeResourceRecordSetsResponse"), changeInfo{"/change/" + made.id, "PENDING", stamp(s.config.Now())}}, nil
}

// took puts the sets into the zone, to be served after a while.
func (s *Service) took(z *zone, sets map[key]Set) *change {
	s.made++
	c := &change{id: fmt.Sprintf("C%020d", s.made), from: s.config.Now().Add(s.config.SyncAfter), polls: s.config.SyncPolls, sets: sets}
	z.sets = sets
	// What is older than the change that is served is never served again.
	for len(z.history) > 1 && z.history[1].inSync(s.config.Now()) {
		z.history = z.history[1:]
	}
	z.history = append(z.history, c)
	s.changes[c.id] = c
	return c
}

// served is what the zone's name servers answer from.
func (s *Service) served(z *zone) map[key]Set {
	if last := s.lastServed(z); last != nil {
		return last.sets
	}
	return nil
}

func (s *Service) lastServed(z *zone) *change {
	for i := len(z.history) - 1; i >= 0; i-- {
		if z.history[i].inSync(s.config.Now()) {
			return z.history[i]
		}
	}
	return nil
}

func (s *Service) getChange(c *request) (any, *Refusal) {
	known := s.changes[c.ID]
	if known == nil {
		return nil, &Refusal{Status: http.StatusNotFound, Code: "NoSuchChange", Message: "Could not find resource with ID: " + c.ID}
	}
	status := "PENDING"
	if known.inSync(s.config.Now()) {
		status = "INSYNC"
	}
	known.polls--
	return changeOutput{wireName("GetChangeResponse"), changeInfo{"/change/" + known.id, status, stamp(s.config.Now())}}, nil
}

func wireName(local string) xml.Name { return xml.Name{Space: namespace, Local: local} }

func stamp(t time.Time) string { return t.UTC().Format(time.RFC3339) }
