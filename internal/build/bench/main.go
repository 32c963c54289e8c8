// Command bench measures what docs/design/performance.md states, and prints it beside the targets. It fails if a count falls short; a
// time depends on the machine and is only printed.
package main

import (
	"fmt"
	"os"
	"text/tabwriter"
)

// row is one line of the table. A row without a bound is only printed.
type row struct {
	what     string
	measured string
	target   string
	judged   bool
	ok       bool
}

// count returns a row that fails where the count is above most.
func count(what string, n, most int) row {
	return row{what: what, measured: fmt.Sprint(n), target: fmt.Sprintf("≤ %d", most), judged: true, ok: n <= most}
}

// printed returns a row that is only printed.
func printed(what, measured, target string) row {
	return row{what: what, measured: measured, target: target}
}

func (r row) verdict() string {
	switch {
	case !r.judged:
		return "-"
	case r.ok:
		return "yes"
	}
	return "NO"
}

func main() {
	failed := false
	out := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	fmt.Fprintln(out, "what\tmeasured\ttarget\tok")
	for _, measure := range []func() ([]row, error){issue, convergedPass, resync, start} {
		rows, err := measure()
		if err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		for _, r := range rows {
			fmt.Fprintf(out, "%s\t%s\t%s\t%s\n", r.what, r.measured, r.target, r.verdict())
			failed = failed || (r.judged && !r.ok)
		}
	}
	_ = out.Flush()
	if failed {
		os.Exit(1)
	}
}
