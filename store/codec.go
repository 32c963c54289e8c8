package store

import (
	"fmt"
	"reflect"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"certloop/reconciler/api"
	"certloop/store/internal/canonical"
)

// item is an item of the table, or only its key.
type item = map[string]types.AttributeValue

// These are the attributes that the store itself uses; all others are the JSON tags of package api.
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

// text returns the string attribute with that name, or "".
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

// duePartition keeps the index sparse: an item is in it only while it has both keys.
func duePartition(dueAt int64) string {
	if dueAt == 0 {
		return ""
	}
	return api.DuePartition
}

// encode adds the fields of v to key. The encoder supports omitempty but not omitzero: zero times become NULL, and are
// removed afterwards at any depth.
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

// decode reads an item that the controller wrote; nil if there is no item. It ignores unknown attributes, so that an
// older version can read the table. An item that cannot be read is Terminal, with the remedy: somebody else wrote it.
func decode[T any](it item) (*T, error) {
	if it == nil {
		return nil, nil
	}
	var v T
	err := attributevalue.UnmarshalMapWithOptions(it, &v, func(o *attributevalue.DecoderOptions) { o.TagKey = "json" })
	if err != nil {
		kind, name := text(it, attrKind), text(it, attrName)
		return nil, &api.Error{Kind: api.Terminal, Err: err, Message: fmt.Sprintf(
			"the item of kind %s under %q is damaged: delete it, and the controller writes it again", kind, name)}
	}
	out := canonical.Copy(v)
	if version := reflect.ValueOf(&out).Elem().FieldByName("Version"); version.IsValid() {
		version.SetInt(api.VersionRead(version.Int()))
	}
	// The writer of the item may have exceeded the bounds.
	switch s := any(&out).(type) {
	case *api.CertificateStatus:
		s.Bound()
	case *api.AccountStatus:
		s.Bound()
	case *api.ServedStatus:
		s.Bound()
	}
	return &out, nil
}
