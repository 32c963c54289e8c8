package iam

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
)

// Call is one call of an AWS API, as received over HTTP.
type Call struct {
	AccessKey, Region, Service string
	// Operation is the API's name for it.
	Operation string
	// JSON is the body of a JSON protocol, Form that of the query protocol, Batch that of Route 53.
	JSON  map[string]any
	Form  url.Values
	Batch changeBatch
	// ID is the resource in a path, such as a zone or a function.
	ID string
}

// changeBatch is the body of ChangeResourceRecordSets.
type changeBatch struct {
	Changes []struct {
		Action string
		Name   string `xml:"ResourceRecordSet>Name"`
		Type   string `xml:"ResourceRecordSet>Type"`
	} `xml:"ChangeBatch>Changes>Change"`
}

// Read reads a request and leaves it unchanged.
func Read(r *http.Request) (Call, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return Call{}, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	c := scopeOf(r.Header.Get("Authorization"))
	target := r.Header.Get("X-Amz-Target")
	switch {
	case target != "":
		c.Operation = target[strings.LastIndex(target, ".")+1:]
		return c, json.Unmarshal(body, &c.JSON)
	case strings.HasPrefix(r.Header.Get("Content-Type"), "application/x-www-form-urlencoded"):
		c.Form, err = url.ParseQuery(string(body))
		c.Operation = c.Form.Get("Action")
		return c, err
	case strings.HasPrefix(r.URL.Path, "/2013-04-01/"):
		return c, c.readRoute53(r, body)
	case r.Method == http.MethodGet && distribution.MatchString(r.URL.Path):
		c.Operation, c.ID = "GetDistribution", distribution.FindStringSubmatch(r.URL.Path)[1]
		return c, nil
	case r.Method == http.MethodGet && r.URL.Path == "/domainnames":
		c.Operation = "GetDomainNames"
		return c, nil
	case r.Method == http.MethodPost && invocation.MatchString(r.URL.Path):
		c.Operation, c.ID, c.JSON = "Invoke", invocation.FindStringSubmatch(r.URL.Path)[1], map[string]any{}
		return c, nil
	}
	return c, fmt.Errorf("%s %s is not known", r.Method, r.URL.Path)
}

// invocation matches the path of Lambda's Invoke, with the function's name.
var invocation = regexp.MustCompile(`^/2015-03-31/functions/([^/]+)/invocations$`)

// distribution matches the path of CloudFront's GetDistribution, with the ID.
var distribution = regexp.MustCompile(`^/2020-05-31/distribution/([^/]+)$`)

// scopeOf reads Credential=<key>/<date>/<region>/<service>/aws4_request.
func scopeOf(authorization string) (c Call) {
	_, credential, _ := strings.Cut(authorization, "Credential=")
	credential, _, _ = strings.Cut(credential, ",")
	if parts := strings.Split(credential, "/"); len(parts) == 5 {
		c.AccessKey, c.Region, c.Service = parts[0], parts[2], parts[3]
	}
	return c
}

// readRoute53 finds the operation from method and path (Route 53 API Reference).
func (c *Call) readRoute53(r *http.Request, body []byte) error {
	parts := strings.Split(strings.Trim(strings.TrimPrefix(r.URL.Path, "/2013-04-01/"), "/"), "/")
	if len(parts) > 1 {
		c.ID = parts[1]
	}
	switch fmt.Sprint(r.Method, " ", parts[0], " ", len(parts)) {
	case "GET hostedzonesbyname 1":
		c.Operation = "ListHostedZonesByName"
	case "GET hostedzone 2":
		c.Operation = "GetHostedZone"
	case "GET hostedzone 3":
		c.Operation = "ListResourceRecordSets"
	case "GET change 2":
		c.Operation = "GetChange"
	case "POST hostedzone 3":
		c.Operation = "ChangeResourceRecordSets"
		return xml.Unmarshal(body, &c.Batch)
	default:
		return fmt.Errorf("%s %s is not known", r.Method, r.URL.Path)
	}
	return nil
}

// text returns a field of the JSON body.
func (c Call) text(path ...string) string {
	var at any = c.JSON
	for _, name := range path {
		object, _ := at.(map[string]any)
		at = object[name]
	}
	s, _ := at.(string)
	return s
}

// objects returns the elements of a list in the JSON body.
func (c Call) objects(name string) (all []map[string]any) {
	list, _ := c.JSON[name].([]any)
	for _, v := range list {
		object, _ := v.(map[string]any)
		all = append(all, object)
	}
	return all
}

// tags returns the tags of a request, {"Key":…,"Value":…}.
func (c Call) tags() map[string]string {
	all := map[string]string{}
	for _, tag := range c.objects("Tags") {
		key, _ := tag["Key"].(string)
		value, _ := tag["Value"].(string)
		all[key] = value
	}
	return all
}

func distinct(values []string) []string {
	slices.Sort(values)
	return slices.Compact(values)
}
