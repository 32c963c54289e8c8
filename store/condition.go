package store

import (
	"strconv"

	"certloop/reconciler/api"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// condition is a condition expression with its names and values; without one all are nil. Names use placeholders
// because some of them (name, owner) are reserved words.
type condition struct {
	expression *string
	names      map[string]string
	values     item
}

// unchanged holds while the stored version is the one that was read; for 0, while there is no item; for DamagedVersion, while the
// stored version is none.
func unchanged(version int64) condition {
	if version == api.DamagedVersion {
		return damaged()
	}
	if version == 0 {
		expression := "attribute_not_exists(#name)"
		return condition{expression: &expression, names: map[string]string{"#name": attrName}}
	}
	expression := "#version = :version"
	return condition{
		expression: &expression,
		names:      map[string]string{"#version": attrVersion},
		values:     item{":version": &types.AttributeValueMemberN{Value: strconv.FormatInt(version, 10)}},
	}
}

func damaged() condition {
	expression := "attribute_exists(#name) AND (attribute_not_exists(#version) OR #version < :first OR #version > :last)"
	return condition{
		expression: &expression,
		names:      map[string]string{"#name": attrName, "#version": attrVersion},
		values: item{":first": &types.AttributeValueMemberN{Value: "1"},
			":last": &types.AttributeValueMemberN{Value: strconv.FormatInt(api.MaxVersion, 10)}},
	}
}

// exists holds if there is an item, whatever its version.
func exists() condition {
	expression := "attribute_exists(#name)"
	return condition{expression: &expression, names: map[string]string{"#name": attrName}}
}

// claimable holds if the owner is nobody, record, or replace (unless that is empty).
func claimable(record, replace string) condition {
	expression := "attribute_not_exists(#name) OR #owner = :record"
	values := item{":record": stringValue(record)}
	if replace != "" {
		expression += " OR #owner = :replace"
		values[":replace"] = stringValue(replace)
	}
	return condition{
		expression: &expression,
		names:      map[string]string{"#name": attrName, "#owner": attrOwner},
		values:     values,
	}
}
