package inventory

import (
	"slices"
	"strings"

	"certloop/reconciler/api"
)

// Kind is the kind of what manages a certificate. Kinds are in the order in which they concern operators.
type Kind int

// These are the kinds.
const (
	// Unmanaged: imported, and nothing is known that renews it.
	Unmanaged Kind = iota
	// Unread: imported, and its tags were not read.
	Unread
	// Tagged: certloop's tag, of another table, or of a record that is deleted.
	Tagged
	// Tool: a tag of another tool.
	Tool
	// Record: a record of this installation's table.
	Record
	// Service: another AWS service, such as CloudFront.
	Service
	// PrivateCA: issued by AWS Private CA. ACM renews it.
	PrivateCA
	// Amazon: issued by Amazon. ACM renews it.
	Amazon
)

// Manager is what manages a certificate.
type Manager struct {
	Kind Kind
	// Name is the record, the table and record, the tool or the service.
	Name string
}

// manager decides who manages a certificate. read reports whether its tags are known.
func (s Scope) manager(c Certificate, read bool) Manager {
	if record, ok := s.Known[c.ARN]; ok {
		return Manager{Record, record}
	}
	switch {
	case c.service != "":
		return Manager{Service, c.service}
	case c.Type == "PRIVATE":
		return Manager{Kind: PrivateCA}
	case c.Type != "IMPORTED":
		return Manager{Kind: Amazon}
	case !read:
		return Manager{Kind: Unread}
	}
	if owner := c.Tags[api.TagOwner]; owner != "" {
		return taggedAs(owner)
	}
	if tool := toolOf(c.Tags); tool != "" {
		return Manager{Tool, tool}
	}
	return Manager{Kind: Unmanaged}
}

// taggedAs interprets the tag certloop:owner.
func taggedAs(tag string) Manager {
	table, record, ok := api.ParseOwner(tag)
	if !ok {
		return Manager{Tagged, tag}
	}
	_, name, _ := strings.Cut(table, ":table/")
	return Manager{Tagged, name + "/" + record}
}

// toolTags are tags by which tools mark what they manage, with a name for the tool. An empty name stands for the value.
var toolTags = map[string]string{
	"services.k8s.aws/controller-version": "ACK", "services.k8s.aws/namespace": "ACK", "aws:cloudformation:stack-name": "CloudFormation",
	"managedby": "", "createdby": "", "provisionedby": "", "terraform": "Terraform", "certbot": "certbot", "acmebot": "acmebot",
}

// toolOf returns the name of the tool that the tags name, or "".
func toolOf(tags map[string]string) string {
	var names []string
	for key, value := range tags {
		name, ok := toolTags[key]
		if !ok {
			if name, ok = toolTags[api.Fold(key)]; !ok || strings.Contains(key, "/") {
				continue
			}
		}
		if name == "" {
			name = value
		}
		if name != "" {
			names = append(names, name)
		}
	}
	if len(names) == 0 {
		return ""
	}
	return slices.Min(names)
}
