package api

import "strings"

// Owner returns the value of the certloop:owner tag: <table ARN>/<record name>. It includes the table so that two
// deployments in one AWS account never touch each other's certificates.
func Owner(tableARN, name string) string { return tableARN + "/" + name }

// ParseOwner splits the value of a certloop:owner tag. ok is false unless it is the ARN of a DynamoDB table followed by
// a record's name: certloop did not write any other tag.
func ParseOwner(owner string) (tableARN, name string, ok bool) {
	// A record's name has no slash and a table's ARN has one: the last slash separates them.
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
