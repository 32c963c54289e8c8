package fake

import (
	"maps"
	"slices"
	"time"
)

// indexed are the tags of a certificate as the search will show them: from a time on, and after a number of searches.
// Nil tags: the certificate was deleted.
type indexed struct {
	tags  map[string]string
	from  time.Time
	reads int
}

// reindex makes the tags of cert searchable.
func (s *Service) reindex(cert *Certificate) {
	h := s.inventory(cert.Account, cert.Region)
	h.index[cert.ARN] = append(h.index[cert.ARN], indexed{tags: maps.Clone(cert.Tags),
		from: s.config.Now().Add(s.config.TagLag), reads: s.config.TagLagReads})
}

type resourcesInput struct {
	PaginationToken     string
	ResourceARNList     []string
	ResourceTypeFilters []string
	ResourcesPerPage    int
	TagFilters          []struct {
		Key    string
		Values []string
	}
}

func (s *Service) getResources(c *request, in resourcesInput) (any, *Refusal) {
	if err := in.problem(); err != nil {
		return nil, err
	}
	h := s.inventory(c.Account, c.Region)
	var all []any
	if len(in.ResourceARNList) > 0 {
		for _, arn := range in.ResourceARNList {
			if tags := h.shown(arn, s.config.Now()); len(tags) > 0 {
				all = append(all, map[string]any{"ResourceARN": arn, "Tags": tagList(tags)})
			}
		}
		return map[string]any{"ResourceTagMappingList": append([]any{}, all...), "PaginationToken": ""}, nil
	}
	if len(in.ResourceTypeFilters) == 0 || slices.Contains(in.ResourceTypeFilters, "acm") || slices.Contains(in.ResourceTypeFilters, "acm:certificate") {
		for _, arn := range slices.Sorted(maps.Keys(h.index)) {
			if tags := h.shown(arn, s.config.Now()); len(tags) > 0 && in.matches(tags) {
				all = append(all, map[string]any{"ResourceARN": arn, "Tags": tagList(tags)})
			}
		}
	}
	// AWS promises no order: what relies on the order of making is wrong here.
	slices.Reverse(all)
	page, next, err := s.page(all, in.PaginationToken, in.ResourcesPerPage, 50)
	if err != nil {
		return nil, refuse("PaginationTokenExpiredException", "The pagination token is not valid.")
	}
	return map[string]any{"ResourceTagMappingList": page, "PaginationToken": next}, nil
}

// problem refuses what GetResources refuses: more than 100 ARNs or results a page, and a list of ARNs beside any filter or
// parameter of pages.
func (in resourcesInput) problem() *Refusal {
	switch filtered := len(in.ResourceTypeFilters) > 0 || len(in.TagFilters) > 0; {
	case len(in.ResourceARNList) > 100:
		return refuse("InvalidParameterException", "ResourceARNList has more than 100 items.")
	case in.ResourcesPerPage > 100:
		return refuse("InvalidParameterException", "ResourcesPerPage is more than 100.")
	case len(in.ResourceARNList) > 0 && (filtered || in.ResourcesPerPage > 0 || in.PaginationToken != ""):
		return refuse("InvalidParameterException", "ResourceARNList cannot be specified with filters or pagination parameters.")
	}
	return nil
}

// shown are the tags of arn that the search shows now; asking counts as a search.
func (h *inventory) shown(arn string, now time.Time) map[string]string {
	var tags map[string]string
	for i := range h.index[arn] {
		entry := &h.index[arn][i]
		if entry.reads > 0 {
			entry.reads--
		} else if !now.Before(entry.from) {
			tags = entry.tags
		}
	}
	return tags
}

func (in resourcesInput) matches(tags map[string]string) bool {
	for _, f := range in.TagFilters {
		value, ok := tags[f.Key]
		if !ok || len(f.Values) > 0 && !slices.Contains(f.Values, value) {
			return false
		}
	}
	return true
}
