package main

import (
	"errors"
	"reflect"
	"strings"
	"testing"
)

const (
	changed = "arn:aws:acm:us-east-1:123456789012:certificate/0f7b3c56-8c2a-4a52-9d3c-6a3f3a1b2c3d"
	ownRole = "arn:aws:iam::123456789012:role/certloop"
)

func TestACMEvent_WakesTheOwnerOfACertificate(t *testing.T) {
	call := func(name, more string) string {
		return `{"version":"0","detail-type":"AWS API Call via CloudTrail","source":"aws.acm","resources":[],"detail":{` +
			`"eventSource":"acm.amazonaws.com","eventName":"` + name + `"` + more + `}}`
	}
	issuer := func(arn string) string {
		return `,"userIdentity":{"type":"AssumedRole","sessionContext":{"sessionIssuer":{"type":"Role","arn":"` + arn + `"}}}`
	}
	asked := `,"requestParameters":{"certificateArn":"` + changed + `"}`
	other := strings.Replace(changed, "0f7b", "1f7b", 1)
	for sentence, c := range map[string]struct {
		event string
		want  []string
	}{
		"ACM's own": {`{"version":"0","detail-type":"ACM Certificate Approaching Expiration","source":"aws.acm","resources":["` + changed +
			`"],"detail":{"DaysToExpiry":3,"CommonName":"example.com"}}`, []string{changed}},
		"somebody deletes it":                  {call("DeleteCertificate", asked+issuer("arn:aws:iam::123456789012:role/admin")), []string{changed}},
		"somebody without a role":              {call("RemoveTagsFromCertificate", asked+`,"userIdentity":{"type":"Root"}`), []string{changed}},
		"somebody imports another one over it": {call("ImportCertificate", asked+`,"responseElements":{"certificateArn":"`+changed+`"}`), []string{changed}},
		"a response with another one":          {call("ImportCertificate", asked+`,"responseElements":{"certificateArn":"`+other+`"}`), []string{changed, other}},
		"the function itself":                  {call("DeleteCertificate", asked+issuer(ownRole)), nil},
		"a call that failed":                   {call("DeleteCertificate", asked+`,"errorCode":"AccessDenied"`), nil},
		"a call without a certificate":         {call("ListCertificates", `,"requestParameters":null,"responseElements":null`), nil},
		"not a certificate":                    {call("DeleteCertificate", `,"requestParameters":{"certificateArn":"arn:aws:acm:x:1:certificate/*"}`), nil},
		"the partition key of another item":    {call("DeleteCertificate", `,"requestParameters":{"certificateArn":"`+changed+`#x"}`), nil},
	} {
		t.Run(sentence, func(t *testing.T) {
			loop := &fakeLoop{}
			answer, _, err := invoke(t, loop, c.event)
			if err != nil || answer != "{}" {
				t.Errorf("the answer is %s, %v", answer, err)
			}
			if !reflect.DeepEqual(loop.woken, c.want) {
				t.Errorf("the owners of %v were woken, want %v", loop.woken, c.want)
			}
		})
	}
}

func TestACMEvent_HasABoundedNumberOfCertificates(t *testing.T) {
	var all []string
	for _, digit := range strings.Split("0123456789abcdef", "") {
		all = append(all, `"`+strings.Replace(changed, "0f7b", digit+"f7b", 1)+`"`)
	}
	loop := &fakeLoop{}
	_, _, err := invoke(t, loop, `{"detail-type":"x","source":"aws.acm","resources":[`+strings.Join(all, ",")+`]}`)
	if err != nil || len(loop.woken) != mostARNs {
		t.Errorf("%d of %d were looked up: %v", len(loop.woken), len(all), err)
	}
}

func TestACMEvent_OfAnotherSourceIsAnError(t *testing.T) {
	for sentence, event := range map[string]string{
		"another service": `{"detail-type":"x","source":"aws.ec2","detail":{}}`,
		"no source":       `{"detail-type":"x","source":"","detail":{}}`,
		"another form":    `{"detail-type":"x","source":"aws.acm","resources":"x"}`,
	} {
		t.Run(sentence, func(t *testing.T) {
			loop := &fakeLoop{}
			_, _, err := invoke(t, loop, event)
			if got := functionError(t, err); got.Type != "InvalidEvent" || loop.calls() > 0 {
				t.Errorf("%+v, %d calls", got, loop.calls())
			}
		})
	}
}

func TestACMEvent_AnOwnerThatCannotBeWokenIsAFunctionError(t *testing.T) {
	_, _, err := invoke(t, &fakeLoop{err: errors.New("boom")},
		`{"detail-type":"x","source":"aws.acm","resources":["`+changed+`"]}`)
	if got := functionError(t, err); got.Type != "WakeFailed" || got.Message != "boom" {
		t.Errorf("%+v", got)
	}
}
