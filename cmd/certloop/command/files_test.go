package command

import (
	"os"
	"strings"
	"testing"
)

func TestFiles_OfAFolder(t *testing.T) {
	const blog, docs = "name: blog\nkind: Certificate\ndomains: [blog.example.com]\n", "name: docs\nkind: Certificate\ndomains: [docs.example.com]\n"
	files(t, map[string]string{"folder/..data/a.yaml": blog, "folder/sub/b.yml": docs, "folder/c.txt": "not a record", "folder/.git/d.yaml": "x", "none/e.txt": ""})
	for link, target := range map[string]string{"folder/a.yaml": "..data/a.yaml", "link": "folder"} {
		if err := os.Symlink(target, link); err != nil {
			t.Fatal(err)
		}
	}
	const both = "certificate/blog would be created\n  domains: blog.example.com\ncertificate/docs would be created\n  domains: docs.example.com\n"
	for path, want := range map[string]string{"folder": both, "folder/": both, "link": both, ".": both,
		"folder/sub": "certificate/docs would be created\n", "none": "Error: there is no file in none whose name ends in yaml, yml, json"} {
		args := []string{"apply", "--dry-run", "-f", path}
		if path == "." {
			t.Chdir("folder")
		}
		out, code := terminal{world: sample()}.run(t, args...)
		if path == "." {
			t.Chdir("..")
		}
		if (code == 2) != (path != "none") || !strings.HasPrefix(out, want) {
			t.Errorf("%s: code %d:\n%s\nwant\n%s", path, code, out, want)
		}
	}
}
