package fake

import (
	"cmp"
	"encoding/xml"
	"maps"
	"slices"
)

// Set is a resource record set.
type Set struct {
	Name string
	Type string
	// SetIdentifier and Weight belong to a set with a routing policy.
	SetIdentifier string `xml:",omitempty"`
	Weight        *int64 `xml:",omitempty"`
	TTL           *int64 `xml:",omitempty"`
	Values        Values `xml:"ResourceRecords"`
	Alias         *Alias `xml:"AliasTarget,omitempty"`
}

// Values are a set's values as the API has them.
type Values []string

// record is a value on the wire.
type record struct{ Value string }

// MarshalXML writes each value as a ResourceRecord; of none nothing.
func (v Values) MarshalXML(e *xml.Encoder, start xml.StartElement) error {
	if len(v) == 0 {
		return nil
	}
	var records struct {
		Records []record `xml:"ResourceRecord"`
	}
	for _, value := range v {
		records.Records = append(records.Records, record{value})
	}
	return e.EncodeElement(records, start)
}

// UnmarshalXML reads the ResourceRecords.
func (v *Values) UnmarshalXML(d *xml.Decoder, start xml.StartElement) error {
	var records struct {
		Records []record `xml:"ResourceRecord"`
	}
	err := d.DecodeElement(&records, &start)
	for _, r := range records.Records {
		*v = append(*v, r.Value)
	}
	return err
}

// Alias is the target of an alias record set.
type Alias struct {
	HostedZoneID         string `xml:"HostedZoneId"`
	DNSName              string
	EvaluateTargetHealth bool
}

// key tells the sets of a zone apart.
type key struct{ name, kind, identifier string }

func (s Set) key() key { return key{stored(s.Name), s.Type, s.SetIdentifier} }

func (k key) compare(other key) int {
	return cmp.Or(cmp.Compare(position(k.name), position(other.name)), cmp.Compare(k.kind, other.kind),
		cmp.Compare(k.identifier, other.identifier))
}

// same reports whether a DELETE of other means s: values are compared in any order.
func (s Set) same(other Set) bool {
	return equal(s.TTL, other.TTL) && equal(s.Weight, other.Weight) && equal(s.Alias, other.Alias) &&
		slices.Equal(slices.Sorted(slices.Values(s.Values)), slices.Sorted(slices.Values(other.Values)))
}

func equal[T comparable](a, b *T) bool { return a == b || a != nil && b != nil && *a == *b }

type listSetsOutput struct {
	XMLName        xml.Name `xml:"https://route53.amazonaws.com/doc/2013-04-01/ ListResourceRecordSetsResponse"`
	Sets           []Set    `xml:"ResourceRecordSets>ResourceRecordSet"`
	IsTruncated    bool
	NextName       string `xml:"NextRecordName,omitempty"`
	NextType       string `xml:"NextRecordType,omitempty"`
	NextIdentifier string `xml:"NextRecordIdentifier,omitempty"`
	MaxItems       int
}

// listSets shows changes that are PENDING too.
func (s *Service) listSets(c *request) (any, *Refusal) {
	z, err := s.find(c)
	if err != nil {
		return nil, err
	}
	size, err := s.pageSize(c, 300)
	if err != nil {
		return nil, err
	}
	from := key{kind: c.query.Get("type"), identifier: c.query.Get("identifier")}
	if name := c.query.Get("name"); name != "" {
		from.name = stored(name)
	} else if from.kind != "" {
		return nil, refuse("InvalidInput", "The type is given without a name")
	}
	out := listSetsOutput{MaxItems: size}
	for _, k := range slices.SortedFunc(maps.Keys(z.sets), key.compare) {
		switch {
		case from.name != "" && k.compare(from) < 0:
		case len(out.Sets) == size:
			out.IsTruncated, out.NextName, out.NextType, out.NextIdentifier = true, k.name, k.kind, k.identifier
			return out, nil
		default:
			out.Sets = append(out.Sets, z.sets[k])
		}
	}
	return out, nil
}
