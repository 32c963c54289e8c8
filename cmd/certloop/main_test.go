package main

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// program is the built command line, in a folder of its own.
var program string

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "certloop")
	if err != nil {
		panic(err)
	}
	program = filepath.Join(folder, "certloop")
	if out, err := exec.Command("go", "build", "-trimpath", "-ldflags", "-s -w -X main.version=v1.2.3", "-o", program, ".").CombinedOutput(); err != nil {
		fmt.Fprintf(os.Stderr, "build: %v\n%s", err, out)
		os.Exit(1)
	}
	code := m.Run()
	_ = os.RemoveAll(folder)
	os.Exit(code)
}

func TestVersion_IsLinkedIn(t *testing.T) {
	out, err := exec.Command(program, "version").Output()
	if err != nil || !strings.HasPrefix(string(out), "certloop v1.2.3 ") {
		t.Errorf("version prints %q, %v", out, err)
	}
}

// maxSize is the largest program in bytes, without symbols.
const maxSize = 24_000_000

// TestSize fails where the linker keeps what is not used, for example all methods of the AWS SDK: whatever executes a
// template of text/template or html/template makes it do so.
func TestSize(t *testing.T) {
	info, err := os.Stat(program)
	if err != nil {
		t.Fatal(err)
	}
	if t.Logf("%d bytes", info.Size()); info.Size() > maxSize {
		t.Errorf("the program has %d bytes, want at most %d", info.Size(), maxSize)
	}
}

// TestStart_TakesLessThan50Milliseconds measures the process's CPU time, which other processes do not extend as they do
// its duration.
func TestStart_TakesLessThan50Milliseconds(t *testing.T) {
	best := time.Hour
	for range 10 {
		cmd := exec.Command(program, "explain", "RateLimited")
		if err := cmd.Run(); err != nil {
			t.Fatal(err)
		}
		best = min(best, cmd.ProcessState.UserTime()+cmd.ProcessState.SystemTime())
	}
	if t.Logf("start: %s of CPU", best); best > 50*time.Millisecond {
		t.Errorf("the start takes %s of CPU, want at most 50 ms", best)
	}
}

// table answers DynamoDB's Scan with two certificates.
func table(t *testing.T) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if target := r.Header.Get("X-Amz-Target"); target != "DynamoDB_20120810.Scan" {
			http.Error(w, target, http.StatusBadRequest)
			return
		}
		w.Header().Set("Content-Type", "application/x-amz-json-1.0")
		_, _ = fmt.Fprint(w, `{"Count":2,"Items":[
			{"name":{"S":"www"},"kind":{"S":"Certificate"},"domains":{"L":[{"S":"www.example.com"}]}},
			{"name":{"S":"api"},"kind":{"S":"Certificate"},"domains":{"L":[{"S":"api.example.com"}]}}]}`)
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// TestReport_AFullDiskKeepsTheOldFile: a limit of the file size stands for the disk.
func TestReport_AFullDiskKeepsTheOldFile(t *testing.T) {
	endpoint, folder := table(t), t.TempDir()
	file := filepath.Join(folder, "report.html")
	for limit, want := range map[string]string{"1": "old", "unlimited": "<!DOCTYPE html>"} {
		if err := os.WriteFile(file, []byte("old"), 0o644); err != nil {
			t.Fatal(err)
		}
		cmd := exec.Command("sh", "-c", `ulimit -f "$1" && exec "$2" report --file "$3"`, "sh", limit, program, file)
		cmd.Env = []string{"HOME=" + t.TempDir(), "AWS_ENDPOINT_URL=" + endpoint, "AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=a", "AWS_SECRET_ACCESS_KEY=b"}
		out, err := cmd.CombinedOutput()
		body, readErr := os.ReadFile(file)
		if readErr != nil || !strings.HasPrefix(string(body), want) || (err == nil) != (want != "old") {
			t.Errorf("with the limit %s: %v: %s\nthe file has %.40q, %v", limit, err, out, body, readErr)
		}
		if entries, err := os.ReadDir(folder); err != nil || len(entries) != 1 {
			t.Errorf("with the limit %s the folder has %v, %v", limit, entries, err)
		}
	}
}

// TestGet_HasNoLineOfTheSDK: this table sends no checksum, about which the SDK writes a line of its own.
func TestGet_HasNoLineOfTheSDK(t *testing.T) {
	cmd := exec.Command(program, "get")
	cmd.Env = []string{"HOME=" + t.TempDir(), "AWS_ENDPOINT_URL=" + table(t), "AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=a", "AWS_SECRET_ACCESS_KEY=b"}
	if out, err := cmd.CombinedOutput(); err != nil || !strings.HasPrefix(string(out), "NAME ") || strings.Contains(string(out), "SDK") {
		t.Errorf("%v:\n%s", err, out)
	}
}

// shells run the program's completion as each shell does, for the words in WORDS, of which the last is being typed.
var shells = map[string]string{
	"bash": `source /usr/share/bash-completion/bash_completion; source <(certloop completion bash)
		COMP_WORDS=($WORDS); COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMP_LINE=$WORDS; COMP_POINT=${#COMP_LINE}; COMP_TYPE=9
		__start_certloop; printf '%s\n' "${COMPREPLY[@]}"`,
	"zsh": `compdef() { :; }; source <(certloop completion zsh)
		_describe() { print -l -- "${completions[@]}"; }
		words=(${=WORDS}); CURRENT=${#words}; _certloop`,
	"fish": `certloop completion fish | source; complete --do-complete "$WORDS"`,
}

func TestCompletion_WorksInEachShell(t *testing.T) {
	endpoint := table(t)
	for shell, script := range shells {
		t.Run(shell, func(t *testing.T) {
			if missing := notInstalled(shell); missing != "" {
				if os.Getenv("CI") != "" {
					t.Fatalf("%s is not installed", missing)
				}
				t.Skipf("%s is not installed; CI has it", missing)
			}
			for words, want := range map[string]string{
				"certloop descr":               "describe",
				"certloop explain ZoneNotD":    "ZoneNotDelegated",
				"certloop get -o js":           "json",
				"certloop describe ww":         "www",
				"certloop wait ap":             "api",
				"certloop wait www --for Acce": "Accepted",
			} {
				if got := completed(t, shell, script, words, endpoint); !slices.Contains(got, want) {
					t.Errorf("%q completes to %q, want %s", words, got, want)
				}
			}
			if got := completed(t, shell, script, "certloop describe www ww", endpoint); slices.Contains(got, "www") {
				t.Errorf("a name that was given is offered again: %q", got)
			}
		})
	}
}

// notInstalled returns what the test of a shell needs and this machine lacks, or "".
func notInstalled(shell string) string {
	if _, err := exec.LookPath(shell); err != nil {
		return shell
	}
	if _, err := os.Stat("/usr/share/bash-completion/bash_completion"); err != nil && shell == "bash" {
		return "bash-completion"
	}
	return ""
}

// completed returns the first word of each line: some shells add a description.
func completed(t *testing.T, shell, script, words, endpoint string) (found []string) {
	t.Helper()
	cmd := exec.Command(shell, "-c", script)
	cmd.Env = []string{"PATH=" + filepath.Dir(program) + ":" + os.Getenv("PATH"), "HOME=" + t.TempDir(), "WORDS=" + words,
		"AWS_ENDPOINT_URL=" + endpoint, "AWS_REGION=us-east-1", "AWS_ACCESS_KEY_ID=a", "AWS_SECRET_ACCESS_KEY=b"}
	out, err := cmd.Output()
	if err != nil {
		t.Logf("%s: %v", shell, err)
	}
	for line := range strings.Lines(string(out)) {
		if word := strings.FieldsFunc(line, func(r rune) bool { return strings.ContainsRune(" \t\n:", r) }); len(word) > 0 {
			found = append(found, word[0])
		}
	}
	return found
}
