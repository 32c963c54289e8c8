package sim

import (
	"fmt"
	"maps"
	"slices"
	"sort"
	"time"

	"certloop/reconciler/api"
)

// acm is AWS Certificate Manager in all regions. It refuses what the real one refuses, and its search by tag has a
// delay.
type acm struct {
	clock *clock
	n     int
	certs map[string]*installed
	lag   time.Duration
	// imports counts successful imports by target tag and serial.
	imports map[string]int
	deleted []string
	// Refuse, if set, is the answer to every import into a region.
	Refuse map[string]error
	Blind  map[string]error
	// RefuseTags, if set, is the answer to every change of tags.
	RefuseTags error
}

type installed struct {
	api.Installed
	region    string
	unmanaged bool
	visible   time.Time
}

func newACM(c *clock) *acm {
	return &acm{clock: c, certs: map[string]*installed{}, lag: 40 * time.Second, imports: map[string]int{},
		Refuse: map[string]error{}, Blind: map[string]error{}}
}

func (a *acm) describe(at api.Location, arn string) (api.Installed, error) {
	if err := a.Blind[at.Region]; err != nil {
		return api.Installed{}, err
	}
	c, ok := a.certs[arn]
	if !ok || c.region != at.Region {
		return api.Installed{}, &api.Error{Kind: api.NotFound, Message: "no certificate " + arn}
	}
	out := c.Installed
	out.Tags = maps.Clone(c.Tags)
	if out.Chain == "" {
		out.Chain = chainOf(c.FingerprintSHA256)
	}
	return out, nil
}

func (a *acm) find(at api.Location, owner, target string) []string {
	var arns []string
	for arn, c := range a.certs {
		if c.region == at.Region && !a.clock.now.Before(c.visible) && c.Tags[api.TagOwner] == owner && c.Tags[api.TagTarget] == target {
			arns = append(arns, arn)
		}
	}
	sort.Strings(arns)
	return arns
}

func (a *acm) importCertificate(at api.Location, r api.ImportRequest) (string, error) {
	if err := a.Refuse[at.Region]; err != nil {
		return "", err
	}
	leaf, err := checkImport(r, a.clock.now)
	if err != nil {
		return "", err
	}
	if r.ARN == "" {
		a.n++
		arn := fmt.Sprintf("arn:aws:acm:%s:123456789012:certificate/00000000-0000-4000-8000-%012d", at.Region, a.n)
		a.certs[arn] = &installed{region: at.Region, visible: a.clock.now.Add(a.lag),
			Installed: api.Installed{ARN: arn, Type: "IMPORTED", Leaf: leaf, Chain: r.Leaf + r.Chain, ImportedAt: a.clock.now.Truncate(time.Second),
				Tags: maps.Clone(r.Tags)}}
		a.imports[r.Tags[api.TagTarget]+" "+leaf.Serial]++
		return arn, nil
	}
	c, ok := a.certs[r.ARN]
	switch {
	case !ok:
		return "", &api.Error{Kind: api.NotFound, Message: "no certificate " + r.ARN}
	case len(r.Tags) > 0:
		return "", refused("tags on a re-import")
	case c.Type != "IMPORTED":
		return "", refused("not an imported certificate")
	case c.KeyType != leaf.KeyType:
		return "", refused("the key type changed")
	}
	for _, u := range c.KeyUsages {
		if !slices.Contains(leaf.KeyUsages, u) {
			return "", refused("key usage removed")
		}
	}
	c.Leaf, c.Chain, c.ImportedAt = leaf, r.Leaf+r.Chain, a.clock.now.Truncate(time.Second)
	a.imports[c.Tags[api.TagTarget]+" "+leaf.Serial]++
	return r.ARN, nil
}

func refused(message string) error {
	return &api.Error{Kind: api.Terminal, Reason: api.ReasonImportFailed, Message: message}
}

func (a *acm) tag(arn string, set map[string]string, remove []string) error {
	if a.RefuseTags != nil {
		return a.RefuseTags
	}
	c, ok := a.certs[arn]
	if !ok {
		return &api.Error{Kind: api.NotFound, Message: "no certificate " + arn}
	}
	if c.Tags == nil {
		c.Tags = map[string]string{}
	}
	maps.Copy(c.Tags, set)
	for _, k := range remove {
		delete(c.Tags, k)
	}
	return nil
}

func (a *acm) delete(arn string) error {
	c, ok := a.certs[arn]
	if !ok {
		return nil
	}
	if len(c.InUseBy) > 0 {
		return &api.Error{Kind: api.Terminal, Reason: api.ReasonInUse, Message: arn + " is in use"}
	}
	delete(a.certs, arn)
	a.deleted = append(a.deleted, arn)
	return nil
}

func (a *acm) sweep(at api.Location) map[string]api.Summary {
	out := map[string]api.Summary{}
	for arn, c := range a.certs {
		if c.region == at.Region {
			status := "ISSUED"
			if !a.clock.now.Before(c.NotAfter) {
				status = "EXPIRED"
			}
			out[arn] = api.Summary{ARN: arn, NotAfter: c.NotAfter, ImportedAt: c.ImportedAt, Status: status}
		}
	}
	return out
}

// owned returns the certificates with our ownership tag for the record, except retired ones.
func (a *acm) owned(owner string) []*installed {
	var out []*installed
	for _, c := range a.certs {
		if c.Tags[api.TagOwner] == owner && c.Tags[api.TagRetired] == "" && !c.unmanaged {
			out = append(out, c)
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].ARN < out[j].ARN })
	return out
}

// drift replaces or deletes what is installed, as somebody else than the controller does.
func (a *acm) drift(arn string, leaf *api.Leaf) {
	if leaf == nil {
		delete(a.certs, arn)
		return
	}
	a.certs[arn].Leaf, a.certs[arn].Chain = *leaf, ""
	a.certs[arn].ImportedAt = a.clock.now.Truncate(time.Second)
}

// put adds a certificate that certloop did not import.
func (a *acm) put(region, kind string, leaf api.Leaf, tags map[string]string) string {
	a.n++
	arn := fmt.Sprintf("arn:aws:acm:%s:123456789012:certificate/00000000-0000-4000-8000-%012d", region, a.n)
	a.certs[arn] = &installed{region: region, unmanaged: true, Installed: api.Installed{ARN: arn, Type: kind, Leaf: leaf, ImportedAt: a.clock.now.Truncate(time.Second), Tags: tags}}
	return arn
}
