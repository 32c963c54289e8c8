package gateway

import (
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"

	"github.com/aws/smithy-go/encoding/cbor"
)

// alarmsPath is where the SDK sends DescribeAlarms in the protocol rpc-v2-cbor, which the emulator does not speak.
const alarmsPath = "POST /service/GraniteServiceVersion20100801/operation/DescribeAlarms"

// metricAlarms is the emulator's answer in the query protocol, as far as certloop reads it.
type metricAlarms struct {
	Alarms []struct {
		Name        string   `xml:"AlarmName"`
		Description string   `xml:"AlarmDescription"`
		State       string   `xml:"StateValue"`
		Enabled     bool     `xml:"ActionsEnabled"`
		Actions     []string `xml:"AlarmActions>member"`
	} `xml:"DescribeAlarmsResult>MetricAlarms>member"`
}

// describeAlarms translates a request and its answer. Of the input it knows AlarmNamePrefix only, and it answers in one page.
func (s *router) describeAlarms(w http.ResponseWriter, r *http.Request) {
	form, err := alarmsForm(r.Body)
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	query := r.Clone(r.Context())
	query.URL.Path, query.Body, query.ContentLength = "/", io.NopCloser(strings.NewReader(form)), int64(len(form))
	query.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	query.Header.Set("Content-Length", fmt.Sprint(len(form)))
	query.Header.Del("Smithy-Protocol")
	answer := httptest.NewRecorder()
	s.emulator.ServeHTTP(answer, query)
	var found metricAlarms
	if err := xml.Unmarshal(answer.Body.Bytes(), &found); err != nil || answer.Code != http.StatusOK {
		http.Error(w, answer.Body.String(), http.StatusBadGateway)
		return
	}
	w.Header().Set("Smithy-Protocol", "rpc-v2-cbor")
	w.Header().Set("Content-Type", "application/cbor")
	_, _ = w.Write(cbor.Encode(found.value()))
}

func alarmsForm(body io.Reader) (string, error) {
	text, err := io.ReadAll(io.LimitReader(body, 1<<20))
	if err != nil {
		return "", err
	}
	input, err := cbor.Decode(text)
	if err != nil {
		return "", fmt.Errorf("the body is not CBOR: %w", err)
	}
	fields, _ := input.(cbor.Map)
	form := url.Values{"Action": {"DescribeAlarms"}, "Version": {"2010-08-01"}}
	for name, value := range fields {
		text, ok := value.(cbor.String)
		if name != "AlarmNamePrefix" || !ok {
			return "", fmt.Errorf("the sandbox does not know the field %s of DescribeAlarms", name)
		}
		form.Set(name, string(text))
	}
	return form.Encode(), nil
}

func (m metricAlarms) value() cbor.Value {
	list := cbor.List{}
	for _, a := range m.Alarms {
		actions := cbor.List{}
		for _, action := range a.Actions {
			actions = append(actions, cbor.String(action))
		}
		list = append(list, cbor.Map{"AlarmName": cbor.String(a.Name), "AlarmDescription": cbor.String(a.Description),
			"StateValue": cbor.String(a.State), "ActionsEnabled": cbor.Bool(a.Enabled), "AlarmActions": actions})
	}
	return cbor.Map{"MetricAlarms": list}
}
