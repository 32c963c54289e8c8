package main

import (
	"bytes"
	"encoding/json"
	"os"
	"strings"
	"testing"
)

// TestMain lets the test binary stand in for go test: it prints a given output and ends with a given exit code.
func TestMain(m *testing.M) {
	if output, ok := os.LookupEnv("TESTSUMMARY_PLAY"); ok {
		_, _ = os.Stdout.WriteString(output)
		if os.Getenv("TESTSUMMARY_CODE") != "" {
			os.Exit(3)
		}
		os.Exit(0)
	}
	os.Exit(m.Run())
}

func lines(events ...event) string {
	var b strings.Builder
	for _, e := range events {
		line, _ := json.Marshal(e)
		b.Write(append(line, '\n'))
	}
	return b.String()
}

func start(p string) event { return event{Action: "start", Package: p} }
func printed(p, test, s string) event {
	return event{Action: "output", Package: p, Test: test, Output: s}
}
func ended(p, test, a string) event { return event{Action: a, Package: p, Test: test} }

// green is a package with two tests that pass, one of them with a subtest.
var green = lines(start("x/a"), printed("x/a", "", "-test.shuffle 7\n"), printed("x/a", "TestOne", "=== RUN TestOne\n"),
	ended("x/a", "TestOne/sub", "pass"), ended("x/a", "TestOne", "pass"), printed("x/a", "TestTwo", "noise\n"),
	ended("x/a", "TestTwo", "pass"), printed("x/a", "", "PASS\n"), printed("x/a", "", "ok  \tx/a\t0.1s\n"), ended("x/a", "", "pass"))

func TestRun_PrintsItsResult(t *testing.T) {
	skipped := lines(start("x/b"), printed("x/b", "TestS/case", "=== RUN   TestS/case\n"),
		printed("x/b", "TestS/case", "    s_test.go:9: moto is not available: no\n"), printed("x/b", "TestS/case", "        python3\n"),
		printed("x/b", "TestS/case", "--- SKIP: TestS/case (0.00s)\n"), ended("x/b", "TestS/case", "skip"),
		ended("x/b", "TestS", "pass"), printed("x/b", "", "ok  \tx/b\t0.1s\n"), ended("x/b", "", "pass"))
	for sentence, c := range map[string]struct {
		output string
		fails  bool
		ci     bool
		code   int
		want   []string
		not    []string
	}{
		"all pass": {output: green, want: []string{"ok  \tx/a\t0.1s\n", "\n3 passed, 0 failed, 0 skipped\n"},
			not: []string{"noise", "shuffle"}},
		"nothing ran": {code: 1, want: []string{"no test ran", "\n0 passed, 0 failed, 0 skipped\n"}},
		"only packages without tests": {code: 1, output: lines(start("x/n"), printed("x/n", "", "?   \tx/n\t[no test files]\n"),
			ended("x/n", "", "skip")), want: []string{"[no test files]", "no test ran", "\n0 passed, 0 failed, 0 skipped\n"}},
		"one is skipped": {output: green + skipped, want: []string{
			"\nskipped: x/b TestS/case: s_test.go:9: moto is not available: no python3\n", "\n4 passed, 0 failed, 1 skipped\n"}},
		"one is skipped on CI": {output: green + skipped, ci: true, code: 1, want: []string{"moto is not available",
			"CI is set", "\n4 passed, 0 failed, 1 skipped\n"}},
		"a part that an emulator does not enforce is allowed on CI": {ci: true, output: green + lines(start("x/b"),
			printed("x/b", "TestS", "    suite.go:24: not enforced by the emulator: it has no quota\n"), ended("x/b", "TestS", "skip"),
			ended("x/b", "", "pass")), want: []string{"it has no quota", "\n3 passed, 0 failed, 1 skipped\n"}},
		"one is skipped without a reason": {output: green + lines(start("x/b"), ended("x/b", "TestS", "skip"),
			ended("x/b", "", "pass")), want: []string{"skipped: x/b TestS: no reason given"}},
		"one fails": {code: 1, fails: true, output: green + lines(start("x/f"), printed("x/f", "", "-test.shuffle 42\n"),
			printed("x/f", "TestF", "=== RUN   TestF\n"), printed("x/f", "TestF", "    f_test.go:1: got 1\n"),
			printed("x/f", "TestF", "        want 2\n"), ended("x/f", "TestF", "fail"), printed("x/f", "TestG", "quiet\n"),
			ended("x/f", "TestG", "pass"), printed("x/f", "", "FAIL\tx/f\t0.1s\n"), ended("x/f", "", "fail")),
			want: []string{"got 1\n        want 2\n", "-test.shuffle 42\n", "FAIL\tx/f\t0.1s\n", "\n4 passed, 1 failed, 0 skipped\n"},
			not:  []string{"quiet", "testsummary: "}},
		"one is cut off by the time limit": {code: 1, fails: true, output: lines(start("x/t"),
			printed("x/t", "TestSlow", "panic: test timed out after 10m0s\n"), ended("x/t", "", "fail")),
			want: []string{"test timed out", "\n0 passed, 1 failed, 0 skipped\n"}},
		"one package does not build": {code: 1, fails: true, output: green + lines(
			event{Action: "build-output", ImportPath: "x/r", Output: "r.go:2:12: undefined: y\n"},
			event{Action: "build-fail", ImportPath: "x/r"}, start("x/r"), printed("x/r", "", "FAIL\tx/r [build failed]\n"),
			ended("x/r", "", "fail")),
			want: []string{"undefined: y", "[build failed]", "\n3 passed, 1 failed, 0 skipped\n"}},
		"the command fails without an event": {code: 1, fails: true, output: green + "go: no go.mod\n",
			want: []string{"go: no go.mod\n", "testsummary: ", "exit status 3", "\n3 passed, 0 failed, 0 skipped\n"}},
		"the command ends in the middle": {code: 1, output: green + lines(start("x/d"), printed("x/d", "TestD", "half\n")),
			want: []string{"half\n", "x/d did not end", "\n3 passed, 1 failed, 0 skipped\n"}},
	} {
		t.Run(sentence, func(t *testing.T) {
			exe, err := os.Executable()
			if err != nil {
				t.Fatal(err)
			}
			t.Setenv("TESTSUMMARY_PLAY", c.output)
			if c.fails {
				t.Setenv("TESTSUMMARY_CODE", "3")
			}
			var out, stderr bytes.Buffer
			if code := run([]string{exe}, c.ci, &out, &stderr); code != c.code {
				t.Errorf("exit code %d, want %d", code, c.code)
			}
			got := "\n" + out.String()
			for _, want := range c.want {
				if !strings.Contains(got, want) {
					t.Errorf("lacks %q:\n%s", want, got)
				}
			}
			for _, not := range c.not {
				if strings.Contains(got, not) {
					t.Errorf("holds %q:\n%s", not, got)
				}
			}
			if last := strings.TrimSuffix(c.want[len(c.want)-1], "\n"); strings.HasSuffix(last, "skipped") &&
				!strings.HasSuffix(got, last+"\n") {
				t.Errorf("the counts are not last:\n%s", got)
			}
		})
	}
}

func TestRun_AMissingCommandIsAFailure(t *testing.T) {
	var out bytes.Buffer
	if code := run([]string{"./no-such-command"}, false, &out, &out); code != 1 ||
		!strings.Contains(out.String(), "no-such-command") {
		t.Errorf("exit code %d: %s", code, out.String())
	}
}
