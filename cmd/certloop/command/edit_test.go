package command

import (
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"certloop/reconciler/api"
)

// editor returns an editor that runs one script after another, one each time it is opened. After the last it changes nothing.
// $1 is the file. It keeps what it was given as seen-1, seen-2, and so on.
func editor(t *testing.T, scripts ...string) (command, dir string) {
	t.Helper()
	dir = t.TempDir()
	body := "#!/bin/sh\nset -e\ncd " + dir + "\nn=$(($(cat count 2>/dev/null || echo 0) + 1))\necho $n > count\ncp \"$1\" seen-$n\ncase $n in\n"
	for i, script := range scripts {
		body += string(rune('1'+i)) + ") " + script + ";;\n"
	}
	path := filepath.Join(dir, "editor")
	if err := os.WriteFile(path, []byte(body+"esac\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	t.Setenv("TMPDIR", dir)
	return path, dir
}

const setRenewBefore = `sed -i 's/^domains:/renew_before: 30d\n&/' "$1"`

// file matches the name of the file in the editor.
var file = regexp.MustCompile(`\S*/certloop-[a-z0-9.-]+\.yaml`)

func TestEdit(t *testing.T) {
	shop := api.Key{Kind: api.KindCertificate, Name: "shop"}
	for sentence, c := range map[string]struct {
		scripts []string
		// others is what another writer does before the write.
		others func(w *world)
		code   int
		want   string
		// record is what the attributes of the record are afterwards, besides name and kind.
		record map[string]any
		// kept is a part of the text that is kept in a file; empty: none is kept.
		kept string
	}{
		"sets an attribute": {scripts: []string{setRenewBefore}, want: "certificate/shop configured\n",
			record: map[string]any{"domains": []string{"shop.example.jp"}, "renew_before": "30d", "zone": "Z1"}},
		"removes an attribute, whose line was deleted": {scripts: []string{`sed -i '/^zone/d' "$1"`}, want: "certificate/shop configured\n",
			record: map[string]any{"domains": []string{"shop.example.jp"}}},
		"without a change writes nothing":   {want: "certificate/shop unchanged\n"},
		"with an empty text writes nothing": {scripts: []string{`: > "$1"`}, want: "certificate/shop unchanged\n"},
		"opens again with the problems": {scripts: []string{`sed -i 's/^domains:/renew_befor: 30d\n&/; s/^zone.*//' "$1"`, `sed -i s/befor:/before:/ "$1"`},
			want: "certificate/shop configured\n", record: map[string]any{"domains": []string{"shop.example.jp"}, "renew_before": "30d"}},
		"stops where the problems were not corrected, and keeps the text": {scripts: []string{`sed -i 's/^domains:/domain:/' "$1"`}, code: 1,
			want: "Error: nothing was written, because the text still has problems: FILE:3:1: domain: is not a known attribute: did you mean domains?\n" +
				"FILE:1:1: domains: is missing: give 1 to 100 DNS names\nYour text is in FILE\n", kept: "domain:"},
		"keeps another name out": {scripts: []string{`sed -i s/^name:.*/name:\ www/ "$1"`}, code: 1,
			want: "Error: nothing was written, because the text still has problems: the text must have this record alone, " +
				"with its name and kind: certificate/shop\nYour text is in FILE\n", kept: "name: www"},
		"keeps the text where another writer came first": {scripts: []string{setRenewBefore, ""}, code: 1, kept: "renew_before: 30d",
			others: func(w *world) {
				w.records[w.index(shop)].Record = map[string]any{"name": "shop", "kind": "Certificate", "zone": "Z1"}
			},
			want: "Error: certificate/shop was changed by another writer while you edited it\nYour text is in FILE\n"},
		"keeps the text where the editor fails": {scripts: []string{setRenewBefore + "; exit 3"}, code: 1, kept: "renew_before: 30d",
			want: "Error: the editor EDITOR failed: exit status 3. Set EDITOR to another command\nYour text is in FILE\n"},
		"keeps no text where the editor does not start": {scripts: []string{"exit 127"}, code: 1,
			want: "Error: the editor EDITOR failed: exit status 127. Set EDITOR to another command\n"},
	} {
		t.Run(sentence, func(t *testing.T) {
			command, dir := editor(t, c.scripts...)
			w := sample()
			w.records[w.index(shop)].Record["zone"] = "Z1"
			w.records[w.index(shop)].Record["domains"] = []string{"shop.example.jp"}
			before := maps.Clone(w.records[w.index(shop)].Record)
			if c.others != nil {
				w.before = func(api.Key) error {
					c.others(w)
					return nil
				}
			}
			out, code := terminal{world: w, environ: []string{"EDITOR=" + command}}.run(t, "edit", "shop")
			out = strings.ReplaceAll(file.ReplaceAllString(out, "FILE"), command, "EDITOR")
			if code != c.code || out != c.want {
				t.Errorf("code %d, want %d:\n%s\nwant\n%s", code, c.code, out, c.want)
			}
			if c.others == nil {
				if c.record == nil {
					c.record = before
				} else {
					c.record["name"], c.record["kind"] = "shop", "Certificate"
				}
				if diff := cmp.Diff(c.record, w.records[w.index(shop)].Record); diff != "" {
					t.Errorf("(-want +got):\n%s", diff)
				}
			}
			checkKept(t, dir, c.kept)
		})
	}
}

func checkKept(t *testing.T, dir, want string) {
	t.Helper()
	files, _ := filepath.Glob(filepath.Join(dir, "certloop-*"))
	switch {
	case want == "" && len(files) > 0:
		t.Errorf("%q are left", files)
	case want != "" && len(files) != 1:
		t.Errorf("%d files are left, want 1", len(files))
	case want != "":
		body, err := os.ReadFile(files[0])
		if err != nil || !strings.Contains(string(body), want) {
			t.Errorf("the text that is kept lacks %q: %v\n%s", want, err, body)
		}
	}
}

// The lines of problems are those of the text in the editor, with the header above it.
func TestEdit_ShowsTheProblemsAtTheTop(t *testing.T) {
	for _, language := range [][]string{nil, japanese} {
		command, dir := editor(t, `printf 'suspend: yes\nacount: x\n' >> "$1"`, "")
		w := sample()
		_, code := terminal{world: w, environ: append([]string{"EDITOR=" + command}, language...)}.run(t, "edit", "www")
		if code != 1 || len(w.written) > 0 {
			t.Errorf("code %d, %d changes", code, len(w.written))
		}
		seen, err := os.ReadFile(filepath.Join(dir, "seen-2"))
		if err != nil {
			t.Fatal(err)
		}
		lines := strings.Split(string(seen), "\n")
		found := 0
		for _, line := range lines {
			at := regexp.MustCompile(`^#~ (\d+):\d+: (suspend|acount): `).FindStringSubmatch(line)
			if at == nil {
				continue
			}
			found++
			if n := atoi(at[1]); n < 1 || n > len(lines) || !strings.HasPrefix(lines[n-1], at[2]) {
				t.Errorf("line %s is not that of %s:\n%s", at[1], at[2], seen)
			}
		}
		if found != 2 {
			t.Errorf("found %d problems:\n%s", found, seen)
		}
	}
}

func atoi(text string) (n int) {
	for _, r := range text {
		n = 10*n + int(r-'0')
	}
	return n
}

func TestEdit_PrefersVISUALAndKeepsOwnComments(t *testing.T) {
	command, dir := editor(t, `sed -i 's/^domains:/# why\nsuspend: maybe\n&/' "$1"`, `sed -i s/maybe/true/ "$1"`)
	w := sample()
	out, code := terminal{world: w, environ: []string{"EDITOR=false", "VISUAL=" + command}}.run(t, "edit", "www")
	if code != 0 || out != "certificate/www configured\n" {
		t.Errorf("code %d:\n%s", code, out)
	}
	if seen, err := os.ReadFile(filepath.Join(dir, "seen-2")); err != nil || !strings.Contains(string(seen), "# why\n") {
		t.Errorf("the comment is lost: %v\n%s", err, seen)
	}
	if len(w.written) != 1 {
		t.Errorf("%d changes were made", len(w.written))
	}
}
