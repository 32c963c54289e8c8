package iam

import (
	"strings"
	"testing"
)

func one(t *testing.T, statement string) []Policy {
	t.Helper()
	p, err := Parse(`{"Version":"2012-10-17","Statement":[` + statement + `]}`)
	if err != nil {
		t.Fatal(err)
	}
	return []Policy{p}
}

func TestAllows(t *testing.T) {
	const allowAll = `{"Effect":"Allow","Action":"*","Resource":"*"}`
	tagged := func(key, value string) Request {
		return Request{"acm:DeleteCertificate", "arn:aws:acm:eu-west-1:1:certificate/1", map[string][]string{key: {value}}}
	}
	names := func(values ...string) Request {
		return Request{"route53:ChangeResourceRecordSets", "arn:aws:route53:::hostedzone/Z1",
			map[string][]string{"route53:ChangeResourceRecordSetsNormalizedRecordNames": values}}
	}
	bare := Request{Action: "acm:DeleteCertificate", Resource: "arn:aws:acm:eu-west-1:1:certificate/1"}
	when := func(condition string) string {
		return `{"Effect":"Allow","Action":["acm:*","route53:*"],"Resource":"arn:aws:*","Condition":` + condition + `}`
	}
	const forAll = `{"ForAllValues:StringLike":{"route53:ChangeResourceRecordSetsNormalizedRecordNames":["_acme-challenge.*","x"]}}`
	for sentence, c := range map[string]struct {
		statements string
		request    Request
		want       bool
	}{
		"asterisks allow everything":                         {allowAll, bare, true},
		"another action allows nothing":                      {`{"Effect":"Allow","Action":"acm:Get*","Resource":"*"}`, bare, false},
		"actions ignore case":                                {`{"Effect":"Allow","Action":"ACM:deletecertificate","Resource":"*"}`, bare, true},
		"an action's name is not its beginning":              {`{"Effect":"Allow","Action":"acm:Delete","Resource":"*"}`, bare, false},
		"a resource by pattern":                              {`{"Effect":"Allow","Action":"*","Resource":["x","arn:aws:acm:*:1:certificate/?"]}`, bare, true},
		"resources respect case":                             {`{"Effect":"Allow","Action":"*","Resource":"arn:aws:ACM:*"}`, bare, false},
		"a resource of another account":                      {`{"Effect":"Allow","Action":"*","Resource":"arn:aws:acm:*:2:certificate/*"}`, bare, false},
		"an action without a resource needs the asterisk":    {`{"Effect":"Allow","Action":"*","Resource":"arn:aws:acm:*:1:certificate/*"}`, Request{Action: "acm:ListCertificates", Resource: "*"}, false},
		"and is allowed by it":                               {allowAll, Request{Action: "acm:ListCertificates", Resource: "*"}, true},
		"a denial wins":                                      {allowAll + `,{"Effect":"Deny","Action":"acm:Delete*","Resource":"*"}`, bare, false},
		"a denial whose condition does not hold":             {allowAll + `,{"Effect":"Deny","Action":"*","Resource":"*","Condition":{"Bool":{"aws:SecureTransport":false}}}`, bare, true},
		"a statement of services is not the code's":          {`{"Sid":"ServiceX","Effect":"Allow","Action":"*","Resource":"*"}`, bare, false},
		"a tag that exists":                                  {when(`{"StringEquals":{"aws:ResourceTag/o":"me"}}`), tagged("aws:ResourceTag/o", "me"), true},
		"a tag with another value":                           {when(`{"StringEquals":{"aws:ResourceTag/o":"me"}}`), tagged("aws:ResourceTag/o", "you"), false},
		"a tag of the request is not one of the resource":    {when(`{"StringEquals":{"aws:ResourceTag/o":"me"}}`), tagged("aws:RequestTag/o", "me"), false},
		"a tag that does not exist":                          {when(`{"StringEquals":{"aws:ResourceTag/o":"me"}}`), bare, false},
		"equals has no asterisk":                             {when(`{"StringEquals":{"aws:ResourceTag/o":"m*"}}`), tagged("aws:ResourceTag/o", "me"), false},
		"like has one":                                       {when(`{"StringLike":{"aws:ResourceTag/o":"m*"}}`), tagged("aws:ResourceTag/o", "me"), true},
		"one of several values will do":                      {when(`{"StringEquals":{"aws:ResourceTag/o":["x","me"]}}`), tagged("aws:ResourceTag/o", "me"), true},
		"a missing value differs from anything":              {when(`{"StringNotEquals":{"aws:ResourceTag/o":"me"}}`), bare, true},
		"a value does not differ from itself":                {when(`{"StringNotLike":{"aws:ResourceTag/o":["x","m*"]}}`), tagged("aws:ResourceTag/o", "me"), false},
		"if it exists":                                       {when(`{"StringEqualsIfExists":{"aws:ResourceTag/o":"me"}}`), bare, true},
		"if it exists otherwise":                             {when(`{"StringEqualsIfExists":{"aws:ResourceTag/o":"me"}}`), tagged("aws:ResourceTag/o", "you"), false},
		"null of a missing value":                            {when(`{"Null":{"aws:ResourceTag/o":"true"}}`), bare, true},
		"null of a value":                                    {when(`{"Null":{"aws:ResourceTag/o":true}}`), tagged("aws:ResourceTag/o", "me"), false},
		"not null of a value":                                {when(`{"Null":{"aws:ResourceTag/o":"false"}}`), tagged("aws:ResourceTag/o", "me"), true},
		"not null of a missing value":                        {when(`{"Null":{"aws:ResourceTag/o":"false"}}`), bare, false},
		"every condition must hold":                          {when(`{"StringEquals":{"aws:ResourceTag/o":"me","aws:ResourceTag/p":"x"}}`), tagged("aws:ResourceTag/o", "me"), false},
		"all values fit":                                     {when(forAll), names("_acme-challenge.a", "x"), true},
		"one value does not fit":                             {when(forAll), names("_acme-challenge.a", "www"), false},
		"all of no values fit":                               {when(forAll), Request{Action: "route53:X", Resource: "arn:aws:x"}, true},
		"any value fits":                                     {when(strings.Replace(forAll, "ForAllValues", "ForAnyValue", 1)), names("www", "x"), true},
		"no value fits":                                      {when(strings.Replace(forAll, "ForAllValues", "ForAnyValue", 1)), names("www"), false},
		"any of no values does not fit":                      {when(strings.Replace(forAll, "ForAllValues", "ForAnyValue", 1)), Request{Action: "route53:X", Resource: "arn:aws:x"}, false},
		"an ARN part by part":                                {when(`{"ArnLike":{"lambda:SourceFunctionArn":"arn:aws:lambda:*:1:function:a*"}}`), tagged("lambda:SourceFunctionArn", "arn:aws:lambda:eu-west-1:1:function:abc"), true},
		"an asterisk of an ARN does not reach the next part": {when(`{"ArnEquals":{"lambda:SourceFunctionArn":"arn:aws:*:1:function:abc"}}`), tagged("lambda:SourceFunctionArn", "arn:aws:lambda:eu-west-1:1:function:abc"), false},
	} {
		t.Run(sentence, func(t *testing.T) {
			if got, err := Allows(one(t, c.statements), c.request, false); err != nil || got != c.want {
				t.Errorf("allowed %v, want %v: %v", got, c.want, err)
			}
		})
	}
	if ok, err := Allows(one(t, `{"Sid":"ServiceX","Effect":"Allow","Action":"*","Resource":"*"}`), bare, true); err != nil || !ok {
		t.Errorf("a statement of services does not count for services: %v", err)
	}
	if _, err := Allows(one(t, when(`{"StringLike":{"route53:ChangeResourceRecordSetsNormalizedRecordNames":"*"}}`)), names("a", "b"), false); err == nil {
		t.Error("several values were compared without ForAllValues or ForAnyValue")
	}
}

func TestParse_RefusesWhatIsNotKnown(t *testing.T) {
	for sentence, statement := range map[string]string{
		"an element":          `{"Effect":"Allow","NotAction":"acm:*","Resource":"*"}`,
		"an effect":           `{"Effect":"Perhaps","Action":"*","Resource":"*"}`,
		"no resource":         `{"Effect":"Allow","Action":"*"}`,
		"an operator":         `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"NumericLessThan":{"aws:TagKeys":"1"}}}`,
		"a key":               `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:PrincipalTag/a":"1"}}}`,
		"a variable":          `{"Effect":"Allow","Action":"*","Resource":"arn:aws:s3:::${aws:username}"}`,
		"a variable in value": `{"Effect":"Allow","Action":"*","Resource":"*","Condition":{"StringEquals":{"aws:TagKeys":"${aws:username}"}}}`,
	} {
		if _, err := Parse(`{"Version":"2012-10-17","Statement":` + statement + `}`); err == nil {
			t.Errorf("%s: no error", sentence)
		}
	}
	if _, err := Parse(`{"Version":"2008-10-17","Statement":[]}`); err == nil {
		t.Error("a version: no error")
	}
}
