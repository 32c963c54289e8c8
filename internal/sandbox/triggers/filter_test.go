package triggers

import (
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodbstreams/types"
)

func TestFilter(t *testing.T) {
	record := func(kind string) map[string]any {
		return lambdaRecord("arn", types.Record{EventName: types.OperationTypeInsert, Dynamodb: &types.StreamRecord{
			SequenceNumber: aws.String("1"), Keys: map[string]types.AttributeValue{"kind": &types.AttributeValueMemberS{Value: kind}}}})
	}
	const kinds = `{"dynamodb":{"Keys":{"kind":{"S":["Certificate","Account"]}}}}`
	for sentence, c := range map[string]struct {
		patterns []string
		kind     string
		want     bool
	}{
		"no pattern matches all":            {nil, "CertificateStatus", true},
		"one of the values":                 {[]string{kinds}, "Account", true},
		"none of the values":                {[]string{kinds}, "CertificateStatus", false},
		"one of the patterns":               {[]string{`{"eventName":["REMOVE"]}`, kinds}, "Account", true},
		"every field of a pattern must fit": {[]string{`{"eventName":["REMOVE"],"dynamodb":{"Keys":{"kind":{"S":["Account"]}}}}`}, "Account", false},
		"both fields fit":                   {[]string{`{"eventName":["INSERT"],"dynamodb":{"Keys":{"kind":{"S":["Account"]}}}}`}, "Account", true},
		"a field that is not there":         {[]string{`{"dynamodb":{"NewImage":{"kind":{"S":["Account"]}}}}`}, "Account", false},
		"a field below one that is a value": {[]string{`{"eventName":{"S":["INSERT"]}}`}, "Account", false},
	} {
		t.Run(sentence, func(t *testing.T) {
			f, err := ParseFilter(c.patterns...)
			if err != nil {
				t.Fatal(err)
			}
			if got := f.Matches(record(c.kind)); got != c.want {
				t.Errorf("matches %v, want %v", got, c.want)
			}
			if got := RecordsOnly.Matches(record(c.kind)); got != (c.kind == "Account") {
				t.Errorf("RecordsOnly matches %s: %v", c.kind, got)
			}
		})
	}
	for sentence, pattern := range map[string]string{
		"a comparison": `{"eventName":[{"prefix":"IN"}]}`, "a value without a list": `{"eventName":"INSERT"}`,
		"an empty object": `{"dynamodb":{}}`, "no JSON": `{`,
	} {
		if _, err := ParseFilter(pattern); err == nil {
			t.Errorf("%s: no error", sentence)
		}
	}
}
