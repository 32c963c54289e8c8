// Command mutants disables each decision of a package in turn (each condition of an if, each case of a switch without a tag, each
// row of a table of decisions, each min and max) and runs tests that must notice it.
//
//	go run ./internal/build/mutants [-package reconciler/plan] [-further reconciler/sim] [-from n] [-to n] [-file name]
//
// It makes one copy of the package in which every decision can be disabled by a number, builds the tests of the package on that
// copy once, and runs them for each number. What these tests do not notice is run with the tests of the further package. It prints
// what survived, and exits 1 if something did that no comment explains. Such a comment is on the line or the one above, and begins
// with "mutant:".
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

type options struct {
	folder, further, furtherTests, file string
	from, to                            int
	timeout                             time.Duration
}

func main() {
	var o options
	flag.StringVar(&o.folder, "package", "reconciler/plan", "the package whose decisions are disabled")
	flag.StringVar(&o.further, "further", "reconciler/sim", "the package whose tests run where its own notice nothing; empty: none")
	flag.StringVar(&o.furtherTests, "further-tests", "^Test(Scenarios_WithoutFaults|Attack|Served|Reports|Policy|Wait|Rollback|Force|Placeholder|Pace|Issue|ARI|Revocation|Takeover|Ledger_OneThat)", "which of them")
	flag.StringVar(&o.file, "file", "", "only the decisions of these files, with commas between them")
	flag.IntVar(&o.from, "from", 1, "the first number")
	flag.IntVar(&o.to, "to", 1<<30, "the last number")
	flag.DurationVar(&o.timeout, "timeout", 2*time.Minute, "how long one run of tests may take; longer counts as noticed")
	flag.Parse()
	survivors, err := run(context.Background(), o)
	if err != nil {
		fmt.Fprintln(os.Stderr, "mutants:", err)
		os.Exit(2)
	}
	if survivors > 0 {
		os.Exit(1)
	}
}

// run returns how many decisions survived without an explanation.
func run(ctx context.Context, o options) (int, error) {
	work, err := os.MkdirTemp("", "mutants")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(work)
	points, tests, err := build(ctx, o, work)
	if err != nil {
		return 0, err
	}
	killed, explained, survived := 0, 0, 0
	began := time.Now()
	for _, p := range points {
		if p.number < o.from || p.number > o.to || (o.file != "" && !slices.Contains(strings.Split(o.file, ","), filepath.Base(p.file))) {
			continue
		}
		switch by := noticed(ctx, o, tests, p.number); {
		case by != "":
			killed++
			fmt.Printf("killed    %4d %s (%s)\n", p.number, p, by)
		case p.explained:
			explained++
			fmt.Printf("explained %4d %s\n", p.number, p)
		default:
			survived++
			fmt.Printf("SURVIVED  %4d %s\n", p.number, p)
		}
	}
	fmt.Printf("%d decisions: %d killed, %d explained, %d survived, in %s\n", killed+explained+survived, killed, explained, survived, time.Since(began).Round(time.Second))
	return survived, nil
}

// build writes the copy, and builds the tests of both packages on it. A decision that does not compile when it can be disabled is left out.
func build(ctx context.Context, o options, work string) ([]point, []string, error) {
	left := map[int]bool{}
	for {
		points, overlay, err := instrument(o.folder, work, left)
		if err != nil {
			return nil, nil, err
		}
		var tests []string
		for _, folder := range []string{o.folder, o.further} {
			if folder == "" {
				continue
			}
			binary := filepath.Join(work, filepath.Base(folder)+".test")
			out, err := exec.CommandContext(ctx, "go", "test", "-c", "-vet=off", "-overlay", overlay, "-o", binary, "./"+folder).CombinedOutput()
			if err != nil {
				if !leaveOut(points, string(out), left) {
					return nil, nil, fmt.Errorf("build the tests of %s: %w\n%s", folder, err, out)
				}
				tests = nil
				break
			}
			tests = append(tests, binary)
		}
		if tests != nil {
			return points, tests, nil
		}
	}
}

// noticed returns which tests fail without the decision; empty: none does.
func noticed(ctx context.Context, o options, tests []string, number int) string {
	for i, binary := range tests {
		folder, arguments := o.folder, []string{"-test.failfast", "-test.count=1"}
		if i > 0 {
			folder, arguments = o.further, append(arguments, "-test.run", o.furtherTests)
		} else if folder == "reconciler/plan" {
			arguments = append(arguments, "-rapid.nofailfile") // its properties fail as they should
		}
		limited, cancel := context.WithTimeout(ctx, o.timeout)
		cmd := exec.CommandContext(limited, binary, arguments...)
		cmd.Dir = folder
		cmd.Env = append(os.Environ(), fmt.Sprintf("%s=%d", variable, number))
		out, err := cmd.CombinedOutput()
		late := limited.Err() != nil
		cancel()
		switch {
		case late:
			return "they do not end"
		case err != nil:
			return firstFailure(string(out), folder)
		}
	}
	return ""
}
