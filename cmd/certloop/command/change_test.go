package command

import (
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"certloop/reconciler/api"
)

// files makes these files the working folder's, so that the output has their names.
func files(t *testing.T, contents map[string]string) {
	t.Helper()
	golden, err := filepath.Abs("testdata")
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	if err := os.Symlink(golden, filepath.Join(dir, "testdata")); err != nil {
		t.Fatal(err)
	}
	for name, content := range contents {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	t.Chdir(dir)
}

var records = map[string]string{
	"www.yaml":     "name: www\nkind: Certificate\ndomains: [www.example.com, example.com, '*.shop.example.com', new.example.com]\ntargets: [{region: ap-northeast-1}, {region: us-east-1}]\nrenew_before: 30d\n",
	"all/1.yaml":   "# Certificates come last, whatever the order is here.\nname: blog\nkind: Certificate\naccount: new\ndomains:\n- blog.example.com\n---\nname: www\nkind: Certificate\ndomains: [www.example.com, example.com, '*.shop.example.com']\n---\nname: policy#shop\nkind: Policy\nrecords: [shop*]\naccounts: null\n",
	"all/2.json":   `{"name": "new", "kind": "Account", "directory": "letsencrypt", "email": "admin@example.com"}`,
	"all/notes.md": "not a record",
	"bad.yaml":     "name: www\nkind: Certificate\ndomain: www.example.com\nsuspend: yes\n---\nname: blog\nkind: Certificate\ndomains: [exa mple.com]\n---\nname: [\n",
	"several.yaml": "name: shop\nkind: Certificate\nregion: eu-west-1\ntargets: [{region: mars}]\n---\nname: blog\nkind: Certificate\ndomain: x\n---\nname: new\nkind: Certificate\ndomains: null\n",
	"missing.yaml": "name: blog\nkind: Certificate\naccount: default\n",
	"region.yaml":  "name: shop\nkind: Certificate\nregion: eu-west-1\ntargets: [{region: eu-west-1}]\n",
	"typo.yaml":    "name: typo\nkind: Certificate\ndomains: [typo.example.com]\n",
	"remove.yaml":  "name: typo\nkind: Certificate\nacount: null\nprofil: null\nzone: null\ndomains: [typo.example.com]\n",
	"removed.yaml": "name: typo\nkind: Certificate\nacount: null\nzone: null\ndomains: [typo.example.com]\n",
	"empty.yaml":   "# nothing\n",
	"drop.yaml":    "name: www\nkind: Certificate\ntargets: null\nsuspend: true\n",
	"old.yaml":     "name: shop\nkind: Certificate\n---\nname: not-there\nkind: Certificate\n",
}

func TestGolden_Change(t *testing.T) {
	for name, c := range map[string]struct {
		terminal terminal
		code     int
		args     string
	}{
		"apply":                    {terminal{width: 100}, 0, "apply -f www.yaml"},
		"apply-folder":             {terminal{width: 100}, 0, "apply -f all"},
		"apply-folder-dry-run":     {terminal{width: 100}, 2, "apply -f all --dry-run"},
		"apply-dry-run":            {terminal{width: 100}, 2, "apply -f www.yaml -f drop2.yaml --dry-run"},
		"apply-dry-run-ja":         {terminal{width: 60, environ: japanese}, 2, "apply -f drop.yaml --dry-run"},
		"apply-dry-run-narrow":     {terminal{width: 40}, 2, "apply -f www.yaml --dry-run"},
		"apply-dry-run-unchanged":  {terminal{width: 100}, 0, "apply -f same.yaml --dry-run"},
		"apply-stdin":              {terminal{width: 100, in: records["www.yaml"]}, 0, "apply -f -"},
		"apply-stdin-bad":          {terminal{width: 100, in: records["bad.yaml"]}, 1, "apply -f -"},
		"apply-bad":                {terminal{width: 100}, 1, "apply -f bad.yaml -f all"},
		"apply-bad-ja":             {terminal{width: 100, environ: japanese}, 1, "apply -f bad.yaml"},
		"apply-several-problems":   {terminal{width: 100}, 1, "apply -f several.yaml -f missing.yaml"},
		"apply-missing":            {terminal{width: 100}, 1, "apply -f missing.yaml"},
		"apply-region":             {terminal{width: 100}, 1, "apply -f region.yaml"},
		"apply-unowned-problem":    {terminal{width: 100}, 0, "apply -f typo.yaml"},
		"apply-removal":            {terminal{width: 100}, 2, "apply -f removed.yaml --dry-run"},
		"apply-removal-of-nothing": {terminal{width: 100}, 0, "apply -f remove.yaml"},
		"apply-empty":              {terminal{width: 100}, 3, "apply -f empty.yaml"},
		"apply-no-file":            {terminal{width: 100}, 3, "apply"},
		"apply-unknown-file":       {terminal{width: 100}, 1, "apply -f none.yaml"},
		"apply-ja":                 {terminal{width: 100, environ: japanese}, 0, "apply -f all"},
		"suspend":                  {terminal{width: 100}, 0, "suspend www shop"},
		"suspend-ja":               {terminal{width: 100, environ: japanese}, 0, "suspend www"},
		"suspend-unknown":          {terminal{width: 100}, 1, "suspend www wwww"},
		"suspend-account":          {terminal{width: 100}, 3, "suspend account/jprs"},
		"resume-unchanged":         {terminal{width: 100}, 0, "resume www"},
		"delete":                   {terminal{width: 100, asked: true, in: "y\n"}, 0, "delete www new"},
		"delete-not-confirmed":     {terminal{width: 100, asked: true, in: "\n"}, 1, "delete www"},
		"delete-without-terminal":  {terminal{width: 100}, 3, "delete www"},
		"delete-with-policy":       {terminal{width: 100}, 0, "delete disposable --yes"},
		"delete-narrow":            {terminal{width: 50}, 0, "delete disposable --yes"},
		"delete-ja":                {terminal{width: 100, environ: japanese, asked: true, in: "はい\n"}, 0, "delete disposable www"},
		"delete-others":            {terminal{width: 100}, 0, "delete account/jprs account/default policy/shop --yes --force --wait"},
		"delete-kind":              {terminal{width: 100}, 0, "delete jprs --kind account --yes --force"},
		"delete-used-account":      {terminal{width: 100}, 1, "delete account/jprs --yes"},
		"delete-bad-kind":          {terminal{width: 100}, 3, "delete jprs --kind accounts"},
		"delete-unknown":           {terminal{width: 100}, 1, "delete www wwww --yes"},
		"delete-nothing":           {terminal{width: 100}, 3, "delete"},
		"delete-file":              {terminal{width: 100}, 0, "delete -f old.yaml --yes"},
		"delete-already":           {terminal{width: 100}, 1, "delete old --yes"},
		"apply-help":               {terminal{}, 0, "apply --help"},
		"delete-help-ja":           {terminal{environ: japanese}, 0, "delete --help"},
	} {
		t.Run(name, func(t *testing.T) {
			contents := maps.Clone(records)
			contents["same.yaml"] = "name: www\nkind: Certificate\ndomains: [www.example.com, example.com, '*.shop.example.com']\n"
			contents["drop2.yaml"] = strings.ReplaceAll(records["drop.yaml"], "name: www", "name: shop")
			files(t, contents)
			c.terminal.world = sample()
			c.terminal.world.records = append(c.terminal.world.records, disposable())
			c.terminal.golden(t, name, c.code, strings.Fields(c.args)...)
			if c.code != 0 || strings.Contains(c.args, "--dry-run") {
				if len(c.terminal.world.written) > 0 {
					t.Errorf("%d changes were made", len(c.terminal.world.written))
				}
			}
		})
	}
}

// disposable is a certificate with deletion_policy Delete: one target is in use, one is not, one was adopted.
func disposable() api.Listed {
	l := ready()
	l.Key.Name = "disposable"
	l.Record["name"], l.Record["deletion_policy"] = "disposable", "Delete"
	adopted := l.Status.Targets[1]
	adopted.ARN, adopted.Imported = "arn:aws:acm:eu-west-1:123456789012:certificate/3c4d", false
	l.Status.Targets = append(l.Status.Targets, adopted)
	return l
}

func TestApply_TwiceIsUnchanged(t *testing.T) {
	files(t, records)
	w := sample()
	if out, code := (terminal{world: w}).run(t, "apply", "-f", "all", "-f", "www2.yaml"); code == 0 {
		t.Fatalf("a file that does not exist is no problem:\n%s", out)
	}
	if out, code := (terminal{world: w}).run(t, "apply", "-f", "all"); code != 0 || len(w.written) != 3 {
		t.Fatalf("code %d, %d changes:\n%s", code, len(w.written), out)
	}
	w.written = nil
	out, code := terminal{world: w}.run(t, "apply", "-f", "all")
	if code != 0 || len(w.written) > 0 || strings.Count(out, "unchanged") != 4 {
		t.Errorf("code %d, %d changes:\n%s", code, len(w.written), out)
	}
}

// A file that removes an attribute that no record can have stays usable afterwards.
func TestApply_RemovesAnUnknownAttributeTwice(t *testing.T) {
	files(t, records)
	w := sample()
	for _, want := range []string{"certificate/typo configured\n", "certificate/typo unchanged\nWarning: removed.yaml:3:1: acount: "} {
		if out, code := (terminal{world: w}).run(t, "apply", "-f", "removed.yaml"); code != 0 || !strings.HasPrefix(out, want) {
			t.Errorf("code %d:\n%s\nwant %s", code, out, want)
		}
	}
}

func TestApply_LeavesWhatTheFileDoesNotHave(t *testing.T) {
	for sentence, c := range map[string]struct {
		file      string
		set       []string
		removed   []string
		unrelated map[string]any
	}{
		"a new value":        {records["www.yaml"], []string{"domains", "renew_before"}, nil, nil},
		"a removal":          {records["drop.yaml"], []string{"suspend"}, []string{"targets"}, nil},
		"a partial document": {"name: www\nkind: Certificate\nsuspend: true\n", []string{"suspend"}, nil, map[string]any{"zone": "Z1", "tags": map[string]any{"Team": "web"}}},
		"a set in the table": {"name: www\nkind: Certificate\ndomains: [a.example.com, b.example.com]\n", nil, nil, map[string]any{"domains": []string{"b.example.com", "a.example.com"}}},
	} {
		t.Run(sentence, func(t *testing.T) {
			w := sample()
			before := w.records[w.index(api.Key{Kind: api.KindCertificate, Name: "www"})].Record
			maps.Copy(before, c.unrelated)
			before = maps.Clone(before)
			if out, code := (terminal{world: w, in: c.file}).run(t, "apply", "-f", "-"); code != 0 {
				t.Fatal(out)
			}
			after := w.records[w.index(api.Key{Kind: api.KindCertificate, Name: "www"})].Record
			for name, value := range before {
				if slices.Contains(c.set, name) || slices.Contains(c.removed, name) {
					continue
				}
				if diff := cmp.Diff(value, after[name]); diff != "" {
					t.Errorf("%s changed:\n%s", name, diff)
				}
			}
			for _, name := range c.removed {
				if _, ok := after[name]; ok {
					t.Errorf("%s was not removed", name)
				}
			}
			if len(c.set)+len(c.removed) == 0 && len(w.written) > 0 {
				t.Errorf("something was written: %+v", w.written)
			}
		})
	}
}

// Two writers that change different attributes at the same time both have their way, and no change is lost.
func TestApply_ConcurrentWriters(t *testing.T) {
	w := sample()
	var group sync.WaitGroup
	const writers = 4
	for i := range writers {
		group.Go(func() {
			file := fmt.Sprintf("name: www\nkind: Certificate\n%s: x%d\n", []string{"profile", "preferred_chain", "renew_token", "account"}[i], i)
			if out, code := (terminal{world: w, in: file}).run(t, "apply", "-f", "-"); code != 0 {
				t.Errorf("writer %d: %s", i, out)
			}
		})
	}
	group.Wait()
	record := w.records[w.index(api.Key{Kind: api.KindCertificate, Name: "www"})].Record
	for i, name := range []string{"profile", "preferred_chain", "renew_token", "account"} {
		if record[name] != fmt.Sprintf("x%d", i) {
			t.Errorf("%s is %v", name, record[name])
		}
	}
}

func TestApply_Conflicts(t *testing.T) {
	www := api.Key{Kind: api.KindCertificate, Name: "www"}
	for sentence, c := range map[string]struct {
		// others changes the record before each write, for as many writes.
		others func(w *world, write int)
		args   []string
		in     string
		code   int
		want   string
	}{
		"another attribute changes meanwhile": {func(w *world, write int) {
			if write == 1 {
				w.records[w.index(www)].Record["zone"] = "Z1"
			}
		}, []string{"apply", "-f", "-"}, records["www.yaml"], 0, "certificate/www configured"},
		"it is created meanwhile with the same values": {func(w *world, write int) {
			if write == 1 {
				w.records = append(w.records, certificate("blog", map[string]any{"domains": []any{"blog.example.com"}}, nil))
			}
		}, []string{"apply", "-f", "-"}, "name: blog\nkind: Certificate\ndomains: [blog.example.com]\n", 0, "certificate/blog unchanged"},
		"it is deleted meanwhile": {func(w *world, write int) {
			if write == 1 {
				w.records = slices.Delete(w.records, w.index(www), w.index(www)+1)
			}
		}, []string{"apply", "-f", "-"}, records["www.yaml"], 0, "certificate/www created"},
		"it becomes invalid with what the other wrote": {func(w *world, write int) {
			if write == 1 {
				w.records[w.index(api.Key{Kind: api.KindCertificate, Name: "shop"})].Record = map[string]any{
					"name": "shop", "kind": "Certificate", "domains": []any{"shop.example.jp"}, "region": "us-east-1"}
			}
		}, []string{"apply", "-f", "-"}, "name: shop\nkind: Certificate\ntargets: [{region: us-east-1}]\n", 1, "region: is given beside targets"},
		"another writes without end": {func(w *world, write int) {
			w.records[w.index(www)].Record["zone"] = fmt.Sprint("Z", write)
		}, []string{"apply", "-f", "-"}, records["www.yaml"], 1, "certificate/www was changed by another writer in the meantime: run the command again"},
		"suspended with another change": {func(w *world, write int) {
			w.records[w.index(www)].Record["zone"] = fmt.Sprint("Z", write)
		}, []string{"suspend", "www"}, "", 0, "certificate/www suspended"},
		"the deletion policy changes after it was shown": {func(w *world, _ int) {
			w.records[w.index(www)].Record["deletion_policy"] = "Delete"
		}, []string{"delete", "www", "--yes"}, "", 1, "certificate/www was changed by another writer in the meantime: run the command again"},
	} {
		t.Run(sentence, func(t *testing.T) {
			w, write := sample(), 0
			w.before = func(api.Key) error {
				write++
				// The record that was read stays as it was.
				if at := w.index(www); at >= 0 {
					w.records[at].Record = maps.Clone(w.records[at].Record)
				}
				c.others(w, write)
				return nil
			}
			out, code := terminal{world: w, in: c.in}.run(t, c.args...)
			if code != c.code || !strings.Contains(out, c.want) {
				t.Errorf("code %d, want %d and %q:\n%s", code, c.code, c.want, out)
			}
		})
	}
}

func TestSuspendAndResume(t *testing.T) {
	w := sample()
	www := api.Key{Kind: api.KindCertificate, Name: "www"}
	before := maps.Clone(w.records[w.index(www)].Record)
	for _, step := range []struct{ command, want string }{
		{"suspend", "certificate/www suspended\n"}, {"suspend", "certificate/www unchanged\n"},
		{"resume", "certificate/www resumed\n"}, {"resume", "certificate/www unchanged\n"},
	} {
		if out, code := (terminal{world: w}).run(t, step.command, "www"); code != 0 || out != step.want {
			t.Errorf("%s: code %d, %q, want %q", step.command, code, out, step.want)
		}
	}
	if diff := cmp.Diff(before, w.records[w.index(www)].Record); diff != "" {
		t.Errorf("(-before +after):\n%s", diff)
	}
}

func TestApply_TheAccountComesBeforeItsCertificate(t *testing.T) {
	files(t, records)
	w := sample()
	w.before = func(key api.Key) error {
		if key.Kind == api.KindAccount {
			return errors.New("AWS denies it")
		}
		return nil
	}
	out, code := terminal{world: w}.run(t, "apply", "-f", "all")
	if code != 1 || !strings.Contains(out, "account/new was not written") ||
		!strings.Contains(out, "certificate/blog was not written: a record before it failed") {
		t.Errorf("code %d:\n%s", code, out)
	}
	for _, c := range w.written {
		if c.Key.Kind == api.KindCertificate {
			t.Errorf("%s was written", c.Key)
		}
	}
}
