package api

import "strings"

// Owner is the value of the certloop:owner tag: <table ARN>/<record name>. The table is part of it so that two
// deployments in one AWS account never take each other's certificates.
func Owner(tableARN, name string) string { return tableARN + "/" + name }

// ParseOwner takes the value of a certloop:owner tag apart. ok is false where it is not the ARN of a DynamoDB table
// followed by a record's name: such a tag was not written by certloop.
func ParseOwner(owner string) (tableARN, name string, ok bool) {
	// A record's name holds no slash, the ARN of a table holds one: the last slash divides them.
	i := strings.LastIndexByte(owner, '/')
	if i < 0 {
		return "", "", false
	}
	tableARN, name = owner[:i], owner[i+1:]
	if ValidateName(name) != nil || !isTableARN(tableARN) {
		return "", "", false
	}
	return tableARN, name, true
}

func isTableARN(s string) bool {
	arn, ok := ParseARN(s)
	return ok && arn.Service == "dynamodb" && strings.HasPrefix(arn.Resource, "table/") && arn.Resource != "table/"
}
