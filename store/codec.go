package store

import (
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"certloop/reconciler/api"
	"certloop/store/internal/canonical"
)

// item is an item of the table, or its key alone.
type item = map[string]types.AttributeValue

// Attributes the store itself speaks of; all others are the JSON tags of package api.
const (
	attrName    = "name"
	attrKind    = "kind"
	attrVersion = "version"
	attrOwner   = "owner"
	attrDue     = "due"
	attrDueAt   = "due_at"
)

func itemKey(name string, kind api.Kind) item {
	return item{attrName: stringValue(name), attrKind: stringValue(string(kind))}
}

func stringValue(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

// text is the string attribute of that name; empty where there is none.
func text(it item, name string) string {
	s, _ := it[name].(*types.AttributeValueMemberS)
	if s == nil {
		return ""
	}
	return s.Value
}

func encodeStatus(name string, s *api.CertificateStatus, version int64) (item, error) {
	c := canonical.Copy(*s)
	c.Version, c.Due = version, duePartition(c.DueAt)
	c.Bound()
	return encode(itemKey(api.StatusPartition(name), api.KindCertificateStatus), c)
}

func encodeAccountStatus(name string, s *api.AccountStatus, version int64) (item, error) {
	c := canonical.Copy(*s)
	c.Version, c.Due = version, duePartition(c.DueAt)
	c.Bound()
	return encode(itemKey(api.StatusPartition(name), api.KindAccountStatus), c)
}

func encodeController(s *api.ControllerStatus, version int64) (item, error) {
	c := canonical.Copy(*s)
	c.Version = version
	c.Bound()
	return encode(controllerKey, c)
}

func encodeIssuance(name string, i *api.Issuance, version int64) (item, error) {
	c := canonical.Copy(*i)
	c.Version = version
	c.Bound()
	return encode(itemKey(api.IssuancePartition(name), api.KindIssuance), c)
}

// duePartition keeps the index sparse: an item is in it only while both of its keys are there.
func duePartition(dueAt int64) string {
	if dueAt == 0 {
		return ""
	}
	return api.DuePartition
}

// encode adds the fields of v to key. The encoder knows omitempty but not omitzero: zero times come as NULL and are
// taken out afterwards, wherever they lie.
func encode(key item, v any) (item, error) {
	it, err := attributevalue.MarshalMapWithOptions(v, func(o *attributevalue.EncoderOptions) {
		o.TagKey = "json"
		o.EncodeTime = encodeTime
	})
	if err != nil {
		return nil, fmt.Errorf("encode %s %s: %w", text(key, attrKind), text(key, attrName), err)
	}
	dropNull(it)
	for k, av := range key {
		it[k] = av
	}
	return it, nil
}

func encodeTime(t time.Time) (types.AttributeValue, error) {
	if t.IsZero() {
		return &types.AttributeValueMemberNULL{Value: true}, nil
	}
	return stringValue(t.Format(time.RFC3339)), nil
}

func dropNull(m map[string]types.AttributeValue) {
	for k, v := range m {
		switch v := v.(type) {
		case *types.AttributeValueMemberNULL:
			delete(m, k)
		case *types.AttributeValueMemberM:
			dropNull(v.Value)
		case *types.AttributeValueMemberL:
			for _, e := range v.Value {
				if e, ok := e.(*types.AttributeValueMemberM); ok {
					dropNull(e.Value)
				}
			}
		}
	}
}

// decode reads an item that the controller wrote; nil where there is no item. Attributes it does not know are passed over, so that a table can be
// read by an older version. One that cannot be read at all is the work of another hand: Terminal, with the remedy.
func decode[T any](it item) (*T, error) {
	if it == nil {
		return nil, nil
	}
	var v T
	err := attributevalue.UnmarshalMapWithOptions(it, &v, func(o *attributevalue.DecoderOptions) { o.TagKey = "json" })
	if err != nil {
		kind, name := text(it, attrKind), text(it, attrName)
		return nil, &api.Error{Kind: api.Terminal, Err: err, Message: fmt.Sprintf(
			"the item of kind %s under %q is damaged: delete it; the controller writes it anew", kind, name)}
	}
	out := canonical.Copy(v)
	// Whoever can write the item may not have kept to the bounds.
	switch s := any(&out).(type) {
	case *api.CertificateStatus:
		s.Bound()
	case *api.AccountStatus:
		s.Bound()
	}
	return &out, nil
}
