package gateway

import (
	"bytes"
	"encoding/xml"
	"io"
	"net/http"
	"strings"
)

// session is the response to AssumeRole (https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html).
type session struct {
	XMLName   xml.Name `xml:"AssumeRoleResponse"`
	AccessKey string   `xml:"AssumeRoleResult>Credentials>AccessKeyId"`
	ARN       string   `xml:"AssumeRoleResult>AssumedRoleUser>Arn"`
}

// sessions reads the responses of the security token service, so that other fakes know the account of each access key.
func sessions(assumed func(accessKey, account string)) func(*http.Response) error {
	return func(r *http.Response) error {
		if assumed == nil || !strings.Contains(r.Request.Header.Get("Authorization"), "/sts/aws4_request") {
			return nil
		}
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return err
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		var s session
		if xml.Unmarshal(body, &s) != nil {
			return nil
		}
		// arn:aws:sts::<account>:assumed-role/<role>/<session>
		if parts := strings.SplitN(s.ARN, ":", 6); len(parts) == 6 && s.AccessKey != "" {
			assumed(s.AccessKey, parts[4])
		}
		return nil
	}
}
