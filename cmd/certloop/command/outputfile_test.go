package command

import (
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
)

// contentOf returns the content and the mode of a file, and the names in its folder.
func contentOf(t *testing.T, path string) (content string, mode fs.FileMode, names []string) {
	t.Helper()
	body, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	info, err := os.Stat(path)
	if err != nil {
		t.Fatal(err)
	}
	entries, err := os.ReadDir(filepath.Dir(path))
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		names = append(names, e.Name())
	}
	return string(body), info.Mode().Perm(), names
}

func TestReport_ReplacesAFile(t *testing.T) {
	before := syscall.Umask(0o027)
	defer syscall.Umask(before)
	for sentence, c := range map[string]struct {
		old  fs.FileMode
		want fs.FileMode
	}{
		"a new file has the mode of the umask": {0, 0o640},
		"an old file keeps its mode":           {0o600, 0o600},
		"also one that others may read":        {0o664, 0o664},
	} {
		t.Run(sentence, func(t *testing.T) {
			file := filepath.Join(t.TempDir(), "report.csv")
			if c.old != 0 {
				write(t, file, strings.Repeat("old\n", 1000), c.old)
			}
			output, code := terminal{world: sample()}.run(t, "report", "--format", "csv", "--file", file)
			content, mode, names := contentOf(t, file)
			if code != 0 || mode != c.want || len(names) != 1 || !strings.HasPrefix(content, "name,domains") || strings.Contains(content, "old\nold") {
				t.Errorf("code %d, mode %o, want %o, %q:\n%s%s", code, mode, c.want, names, output, content)
			}
		})
	}
}

func write(t *testing.T, file, content string, mode fs.FileMode) {
	t.Helper()
	if err := os.WriteFile(file, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Chmod(file, mode); err != nil {
		t.Fatal(err)
	}
}

// A link stays a link, and the file behind it is replaced.
func TestReport_FollowsALink(t *testing.T) {
	dir := t.TempDir()
	if err := os.Mkdir(filepath.Join(dir, "real"), 0o755); err != nil {
		t.Fatal(err)
	}
	file, link := filepath.Join(dir, "real", "r.html"), filepath.Join(dir, "link.html")
	write(t, file, "old", 0o644)
	if err := os.Symlink(file, link); err != nil {
		t.Fatal(err)
	}
	if output, code := (terminal{world: sample()}).run(t, "report", "--file", link); code != 0 {
		t.Fatal(output)
	}
	if target, err := os.Readlink(link); err != nil || target != file {
		t.Errorf("the link is %q, %v", target, err)
	}
	if content, _, names := contentOf(t, file); !strings.HasPrefix(content, "<!DOCTYPE html>") || len(names) != 1 {
		t.Errorf("%q: %s", names, content)
	}
}

func TestReport_RefusesWhatIsNoFile(t *testing.T) {
	dir := t.TempDir()
	write(t, filepath.Join(dir, "file"), "old", 0o644)
	if err := os.Symlink(filepath.Join(dir, "nowhere"), filepath.Join(dir, "dangling")); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(dir, filepath.Join(dir, "folder")); err != nil {
		t.Fatal(err)
	}
	if err := syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink("loop", filepath.Join(dir, "loop")); err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		".": "is a folder: give the name of a file", "folder": "is a folder: give the name of a file", "pipe": "is not a regular file",
		"dangling": "is a link to a file that does not exist", "no/r.html": "no does not exist: create it", "file/r.html": "was not written: not a directory",
		"loop": "was not written: ",
	} {
		w := sample()
		w.reading = func() error { t.Errorf("%s: the table was read before the file was refused", name); return nil }
		output, code := terminal{world: w}.run(t, "report", "--file", dir+"/"+name)
		if code != ExitFailed || !strings.Contains(output, want) {
			t.Errorf("%s: code %d, want %q:\n%s", name, code, want, output)
		}
	}
	if output, code := (terminal{world: sample()}).run(t, "report", "--file", os.DevNull); code != ExitFailed || !strings.Contains(output, "is not a regular file") {
		t.Errorf("%s: code %d:\n%s", os.DevNull, code, output)
	}
	if info, err := os.Stat(os.DevNull); err != nil || info.Mode().IsRegular() {
		t.Errorf("%s is a file now", os.DevNull)
	}
}

// TestOutputFile_AFailureLeavesNothing: here a folder takes the place of the file in the meantime.
func TestOutputFile_AFailureLeavesNothing(t *testing.T) {
	file := filepath.Join(t.TempDir(), "report.csv")
	f, err := openOutput(file)
	if err != nil {
		t.Fatal(err)
	}
	if err := os.Mkdir(file, 0o755); err != nil {
		t.Fatal(err)
	}
	write(t, filepath.Join(file, "kept"), "old", 0o644)
	err = f.replace([]byte("new"))
	entries, readErr := os.ReadDir(filepath.Dir(file))
	if err == nil || !strings.HasPrefix(err.Error(), file+" was not written: ") || readErr != nil || len(entries) != 1 {
		t.Errorf("%v, the folder has %v, %v", err, entries, readErr)
	}
	if content, _, _ := contentOf(t, filepath.Join(file, "kept")); content != "old" {
		t.Errorf("the content is %q", content)
	}
}

// A file that the operator may not write stays as it is, although a rename could replace it.
func TestOutputFile_IsNotReplacedAgainstItsMode(t *testing.T) {
	if os.Getuid() == 0 {
		t.Log("root may write each file, so only the mode is checked")
	}
	file := filepath.Join(t.TempDir(), "report.csv")
	write(t, file, "old", 0o444)
	f, err := openOutput(file)
	if os.Getuid() != 0 && err == nil {
		t.Error("a file that is read-only is replaced")
	}
	if os.Getuid() == 0 {
		if err := f.replace([]byte("new")); err != nil {
			t.Fatal(err)
		}
		if _, mode, _ := contentOf(t, file); mode != 0o444 {
			t.Errorf("the mode is %o", mode)
		}
	}
}
