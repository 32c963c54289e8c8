package spec

import (
	"regexp"
	"sync"
)

// form returns a regular expression that is compiled when it is used first: most invocations of the function use few of them, and some
// take a millisecond.
func form(expression string) func() *regexp.Regexp {
	return sync.OnceValue(func() *regexp.Regexp { return regexp.MustCompile(expression) })
}

// These are the forms of single values. All are anchored: a value that only contains a valid part is wrong.
var (
	// zoneForm: Route 53 API, ResourceId, at most 32 characters.
	zoneForm = form(`^Z[A-Z0-9]{1,31}$`)
	// leadForm: six digits never overflow a time.Duration.
	leadForm = form(`^([0-9]{1,6})([dh])$`)
	// regionForm: ap-northeast-1, us-gov-west-1, eu-isoe-west-1.
	regionForm = form(`^[a-z]{2,8}(-[a-z]{2,16}){1,3}-[0-9]{1,2}$`)
	// roleForm: IAM API, a path of printable ASCII and a name of at most 64 characters.
	roleForm = form(`^role/([!-~]{1,510}/)?[A-Za-z0-9_+=,.@-]{1,64}$`)
	// externalForm: STS API, AssumeRole, ExternalId; its length is bounded by maxExternalID.
	externalForm = form(`^[A-Za-z0-9_+=,.@:/-]{2,}$`)
	// secretForm: Secrets Manager API, a name of at most 512 characters and the six that AWS adds.
	secretForm = form(`^secret:[A-Za-z0-9/_+=.@-]{1,519}$`)
)
