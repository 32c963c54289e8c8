package store

import (
	"encoding/json"
	"fmt"
	"slices"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// decodeRecord returns an item as plain values, with the types of api.Object.Record; nil if there is no item.
func decodeRecord(it item) map[string]any {
	if it == nil {
		return nil
	}
	return decodeMap(it)
}

func decodeMap(it item) map[string]any {
	out := make(map[string]any, len(it))
	for k, v := range it {
		out[k] = plain(v)
	}
	return out
}

func plain(av types.AttributeValue) any {
	switch v := av.(type) {
	case *types.AttributeValueMemberS:
		return v.Value
	case *types.AttributeValueMemberN:
		return json.Number(v.Value)
	case *types.AttributeValueMemberBOOL:
		return v.Value
	case *types.AttributeValueMemberB:
		return v.Value
	case *types.AttributeValueMemberL:
		return plainList(v.Value)
	case *types.AttributeValueMemberM:
		return decodeMap(v.Value)
	case *types.AttributeValueMemberSS:
		// DynamoDB does not order a set. Without sorting, a certificate's names would change places.
		return slices.Sorted(slices.Values(v.Value))
	case *types.AttributeValueMemberNS:
		return plainNumbers(v.Value)
	case *types.AttributeValueMemberBS:
		return v.Value
	}
	return nil // NULL
}

func plainList(l []types.AttributeValue) []any {
	out := make([]any, len(l))
	for i, v := range l {
		out[i] = plain(v)
	}
	return out
}

func plainNumbers(set []string) []json.Number {
	out := make([]json.Number, len(set))
	for i, n := range set {
		out[i] = json.Number(n)
	}
	return out
}

// encodeRecord is the inverse of decodeRecord.
func encodeRecord(record map[string]any) (item, error) {
	out := make(item, len(record))
	for k, v := range record {
		av, err := attributeValue(v)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", k, err)
		}
		out[k] = av
	}
	return out, nil
}

func attributeValue(v any) (types.AttributeValue, error) {
	switch v := v.(type) {
	case nil:
		return &types.AttributeValueMemberNULL{Value: true}, nil
	case string:
		return stringValue(v), nil
	case json.Number:
		return &types.AttributeValueMemberN{Value: v.String()}, nil
	case bool:
		return &types.AttributeValueMemberBOOL{Value: v}, nil
	case []byte:
		return &types.AttributeValueMemberB{Value: v}, nil
	case []string:
		return &types.AttributeValueMemberSS{Value: v}, nil
	case []json.Number:
		return numberSet(v), nil
	case [][]byte:
		return &types.AttributeValueMemberBS{Value: v}, nil
	case []any:
		return listValue(v)
	case map[string]any:
		m, err := encodeRecord(v)
		return &types.AttributeValueMemberM{Value: m}, err
	}
	return nil, fmt.Errorf("a record cannot have a value of type %T", v)
}

func numberSet(set []json.Number) types.AttributeValue {
	out := make([]string, len(set))
	for i, n := range set {
		out[i] = n.String()
	}
	return &types.AttributeValueMemberNS{Value: out}
}

func listValue(l []any) (types.AttributeValue, error) {
	out := make([]types.AttributeValue, len(l))
	for i, v := range l {
		av, err := attributeValue(v)
		if err != nil {
			return nil, fmt.Errorf("[%d]: %w", i, err)
		}
		out[i] = av
	}
	return &types.AttributeValueMemberL{Value: out}, nil
}
