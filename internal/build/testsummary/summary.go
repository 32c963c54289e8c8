package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
)

// event is one line of go test -json (go doc test2json; build events: go help buildjson).
type event struct {
	Action     string
	Package    string
	Test       string
	Output     string
	ImportPath string
}

// test is the state of one test or subtest. A package's own output is kept under the test "".
type test struct {
	name   string
	output bytes.Buffer
	// outcome is pass, fail or skip; empty while it runs.
	outcome string
}

// pkg is a package whose tests run.
type pkg struct {
	tests []*test
	named map[string]*test
}

func (p *pkg) test(name string) *test {
	t, ok := p.named[name]
	if !ok {
		t = &test{name: name}
		p.named[name] = t
		p.tests = append(p.tests, t)
	}
	return t
}

// skip is one test that was skipped, and the reason.
type skip struct{ test, reason string }

// byDesign reports whether there is nothing to run on any machine: the emulator does not enforce this part of a
// contract. The strict fake, which runs under the same contract, enforces it.
func (k skip) byDesign() bool { return strings.Contains(k.reason, ": not enforced by the emulator: ") }

// summary adds up the events of a run.
type summary struct {
	out io.Writer
	// running are the packages that have not ended.
	running map[string]*pkg
	passed  int
	failed  int
	skipped []skip
}

func newSummary(out io.Writer) *summary { return &summary{out: out, running: map[string]*pkg{}} }

// line reads one line of the command's output. A line that is not an event is printed: it comes from the command
// itself.
func (s *summary) line(line []byte) {
	var e event
	if err := json.Unmarshal(line, &e); err != nil || e.Action == "" {
		_, _ = s.out.Write(line)
		return
	}
	if e.Action == "build-output" {
		_, _ = io.WriteString(s.out, e.Output)
		return
	}
	if e.Package == "" {
		return
	}
	p, ok := s.running[e.Package]
	if !ok {
		p = &pkg{named: map[string]*test{}}
		s.running[e.Package] = p
	}
	s.add(p, e)
}

func (s *summary) add(p *pkg, e event) {
	t := p.test(e.Test)
	switch e.Action {
	case "output":
		t.output.WriteString(e.Output)
	case "pass", "fail", "skip":
		t.outcome = e.Action
		if e.Test == "" {
			s.end(e.Package, p)
		}
	}
}

// end counts the tests of a package that has ended, and prints what a reader of the run needs.
func (s *summary) end(path string, p *pkg) {
	delete(s.running, path)
	whole := p.test("")
	failed := 0
	for _, t := range p.tests {
		switch {
		case t == whole:
		case t.outcome == "pass":
			s.passed++
		case t.outcome == "skip":
			s.skipped = append(s.skipped, skip{path + " " + t.name, reason(t.output.String())})
		case t.outcome == "fail" || whole.outcome == "fail":
			// A test that a panic or the time limit interrupted has no outcome. Its output explains it.
			failed++
			_, _ = s.out.Write(t.output.Bytes())
		}
	}
	if whole.outcome == "fail" && failed == 0 {
		failed = 1 // it did not build, or ended before any test
	}
	s.failed += failed
	if whole.outcome == "fail" {
		// This includes the shuffle's seed, a race report, and a goroutine dump.
		_, _ = s.out.Write(whole.output.Bytes())
		return
	}
	_, _ = io.WriteString(s.out, lastLine(whole.output.String()))
}

// lastLine returns go test's own line about a package.
func lastLine(output string) string {
	output = strings.TrimSuffix(output, "\n")
	return output[strings.LastIndex(output, "\n")+1:] + "\n"
}

// reason returns what a skipped test printed, on one line.
func reason(output string) string {
	var lines []string
	for line := range strings.Lines(output) {
		line = strings.TrimSpace(line)
		if line != "" && !strings.HasPrefix(line, "=== ") && !strings.HasPrefix(line, "--- ") {
			lines = append(lines, line)
		}
	}
	if len(lines) == 0 {
		return "no reason given"
	}
	return strings.Join(lines, " ")
}

// finish prints the skipped tests, and returns why the run is not good, apart from failed tests.
func (s *summary) finish(ci bool) []string {
	var problems []string
	for _, path := range slices.Sorted(maps.Keys(s.running)) {
		p := s.running[path]
		p.test("").outcome = "fail"
		s.end(path, p)
		problems = append(problems, path+" did not end")
	}
	unable := 0
	for _, k := range s.skipped {
		fmt.Fprintf(s.out, "skipped: %s: %s\n", k.test, k.reason)
		if !k.byDesign() {
			unable++
		}
	}
	if s.passed+s.failed == 0 {
		problems = append(problems, "no test ran")
	}
	if ci && unable > 0 {
		problems = append(problems, fmt.Sprintf("CI is set, and on CI no test may be skipped that could run: %d were", unable))
	}
	return problems
}
