package spec_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/hashicorp/go-multierror"

	"certloop/reconciler/api"
	"certloop/reconciler/spec"
)

// slow is more time than the decoder may take on a busy machine.
const slow = 2 * time.Second

// FuzzDecode passes any JSON object to the decoders. They end soon, their error is a message, and what they accept is
// within bounds.
func FuzzDecode(f *testing.F) {
	for _, seed := range []string{
		`{}`, `{"name":"www","kind":"Certificate","domains":["example.com","*.b.example.com","bücher.example"]}`,
		`{"name":"default","kind":"Account","directory":"https://ca.example/dir","email":"a@example.com"}`,
		`{"name":"www","kind":"Certificate","domains":["example.com"],"tags":{"aws:x":"y","a":"aws:b"},"targets":[{"region":"us-east-1"},{"acm_arn":"x"}]}`,
		`{"name":"policy#a","kind":"Policy","records":["a.*"],"domains":["**.example.com"],"roles":["arn:aws:iam::123456789012:role/x",{"arn":"x"}],"max_certificates":1e400}`,
		`{"name":"policy#a","kind":"Policy","records":["*"],"acm_arns":["arn:aws:acm:*:123456789012:certificate/*"],"wildcards":null,"zones":[]}`,
		`{"a":{"b":{"c":[[[[[[[[]]]]]]]]}}}`, `{"name":1e400,"domains":"\u202e","suspend":null,"\u0000":"\ud800"}`,
	} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		var record map[string]any
		d := json.NewDecoder(bytes.NewReader(text))
		d.UseNumber()
		if d.Decode(&record) != nil {
			return
		}
		began := time.Now()
		api.SpecDigest(record)
		c, err := spec.DecodeCertificate(record, defaults)
		checkDecoded(t, err)
		if c != nil && (len(c.Domains) > 100 || len(c.Targets) > 20 || len(c.Tags) > 40) {
			t.Errorf("%+v", c)
		}
		_, err = spec.DecodeAccount(record)
		checkDecoded(t, err)
		p, err := spec.DecodePolicy(record)
		checkDecoded(t, err)
		if p != nil && (len(p.Records) == 0 || len(p.Records) > 100 || len(p.Domains) > 100 || len(p.Roles) > 100 || p.MaxCertificates > 1000) {
			t.Errorf("%+v", p)
		}
		if took := time.Since(began); took > slow {
			t.Errorf("it takes %s", took)
		}
	})
}

func checkDecoded(t *testing.T, err error) {
	if err == nil {
		return
	}
	var all *multierror.Error
	if message := err.Error(); len(message) > api.MaxMessage || !api.Clean(message) || message != api.MessageOf(err) || !errors.As(err, &all) {
		t.Errorf("%d bytes: %q", len(message), message)
	}
}

// FuzzHostname: DNS and a CA accept an accepted name, and it does not change when it is decoded again.
func FuzzHostname(f *testing.F) {
	for _, seed := range []string{"example.com", "*.example.com.", "bücher.example", "xn--bcher-kva.example", "日本語。jp", "a..b", "-a.com", "xn--a.com",
		"1.2.3.4", "http://u:p@example.com", "ＡＢＣ.example", "a\u200db.example", "ß.example", strings.Repeat("a", 64) + ".com", strings.Repeat("ü.", 140) + "com"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, given string) {
		began := time.Now()
		name, problem := decodeDomain(given)
		if took := time.Since(began); took > slow {
			t.Errorf("%d bytes take %s", len(given), took)
		}
		if problem != nil {
			checkDecoded(t, problem)
			return
		}
		base := strings.TrimPrefix(name, "*.")
		if len(base) > 237 || strings.ToLower(name) != name || strings.ContainsFunc(base, func(r rune) bool {
			return (r < 'a' || r > 'z') && (r < '0' || r > '9') && r != '-' && r != '.'
		}) {
			t.Errorf("%q becomes %q", given, name)
		}
		for label := range strings.SplitSeq(base, ".") {
			if label == "" || len(label) > 63 {
				t.Errorf("%q has the label %q", name, label)
			}
		}
		if again, problem := decodeDomain(name); again != name || problem != nil {
			t.Errorf("%q becomes %q, %v", name, again, problem)
		}
	})
}

func decodeDomain(given string) (string, error) {
	c, err := spec.DecodeCertificate(certificate(object{"domains": list(given)}), defaults)
	if err != nil {
		return "", err
	}
	return c.Domains[0], nil
}

// Before this check, one domain of 300 KB took 30 seconds of CPU in punycode.
func TestHostname_ALongNameIsRefusedBeforeItIsParsed(t *testing.T) {
	for sentence, name := range map[string]string{
		"one long label": strings.Repeat("ü", 150_000) + ".example", "many labels": strings.Repeat("ü.", 75_000) + "example",
		"an A-label": "xn--" + strings.Repeat("a", 300_000) + ".example", "dots": strings.Repeat("。", 100_000),
	} {
		t.Run(sentence, func(t *testing.T) {
			began := time.Now()
			_, err := decodeDomain(name)
			if err == nil || !strings.Contains(err.Error(), "characters: use at most") || time.Since(began) > slow/4 {
				t.Errorf("after %s: %v", time.Since(began), err)
			}
		})
	}
}

func TestDecode_ARecordIsMeasuredBeforeItIsRead(t *testing.T) {
	deep := any("x")
	for range 100_000 {
		deep = []any{deep}
	}
	wide := object{}
	for i := range 8_000 {
		wide["attribute"+strings.Repeat("x", i%7)+time.Duration(i).String()] = 1
	}
	for sentence, c := range map[string]struct {
		change object
		want   string
	}{
		"a deep one": {object{"unknown": deep}, "record: is nested more than 32 levels deep"},
		"a long one": {object{"unknown": strings.Repeat("x", 500<<10)}, "record: has more than 400 KB"},
		"a wide one": {wide, "and others: are not known attributes"},
	} {
		t.Run(sentence, func(t *testing.T) {
			record, began := certificate(c.change), time.Now()
			api.SpecDigest(record)
			_, err := spec.DecodeCertificate(record, defaults)
			var all *multierror.Error
			if !errors.As(err, &all) || !strings.HasPrefix(all.Errors[len(all.Errors)-1].Error(), c.want) || len(all.Errors) > 110 || time.Since(began) > slow {
				t.Errorf("after %s: %v", time.Since(began), err)
			}
		})
	}
}

// A status stores the keys of users' tags for each target.
func TestDecodeCertificate_RefusesTagsThatAWSRefuses(t *testing.T) {
	long := object{}
	for i := range 40 {
		long[strings.Repeat("世", 100)+string(rune('a'+i%26))+string(rune('a'+i/26))] = "v"
	}
	for sentence, c := range map[string]struct {
		tags object
		want string
	}{
		"a value of AWS's own": {object{"a": "AWS:x"}, "begins with aws:"},
		"space at the end":     {object{"a": "x "}, "white space"},
		"a key with space":     {object{" a": "x"}, "white space"},
		"a line separator":     {object{"a\u2028b": "x"}, "is not a tag key"},
		"long keys together":   {long, "use at most 5120"},
	} {
		t.Run(sentence, func(t *testing.T) {
			_, err := spec.DecodeCertificate(certificate(object{"tags": c.tags}), defaults)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("it says: %v", err)
			}
		})
	}
}
