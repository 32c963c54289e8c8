// Command testsummary runs a test command with the output of go test -json and prints its result: a line per package as
// it ends, the whole output of what failed, every skipped test with its reason, and the counts.
//
//	testsummary go test -json ./...
//
// It fails if the command fails, if a test fails, or if no test ran. With CI set it also fails if a test was skipped:
// such a run tests less than it seems to.
package main

import (
	"bufio"
	"fmt"
	"io"
	"os"
	"os/exec"
	"os/signal"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: testsummary go test -json [packages]")
		os.Exit(2)
	}
	// Ctrl-C reaches the command by itself. Catching it here lets this program report what ran. Ignoring it would make
	// the command ignore it as well.
	signal.Notify(make(chan os.Signal, 1), os.Interrupt)
	os.Exit(run(os.Args[1:], os.Getenv("CI") != "", os.Stdout, os.Stderr))
}

// run returns the exit code.
func run(command []string, ci bool, stdout, stderr io.Writer) int {
	s := newSummary(stdout)
	err := feed(command, s, stderr)
	problems := s.finish(ci)
	if err != nil && s.failed == 0 {
		problems = append(problems, err.Error())
	}
	for _, p := range problems {
		fmt.Fprintln(stdout, "testsummary: "+p)
	}
	fmt.Fprintf(stdout, "%d passed, %d failed, %d skipped\n", s.passed, s.failed, len(s.skipped))
	if err != nil || s.failed > 0 || len(problems) > 0 {
		return 1
	}
	return 0
}

// feed runs the command and gives s every line of its output.
func feed(command []string, s *summary, stderr io.Writer) error {
	cmd := exec.Command(command[0], command[1:]...)
	cmd.Stderr = stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		return err
	}
	if err := cmd.Start(); err != nil {
		return err
	}
	lines := bufio.NewReader(out)
	for {
		line, err := lines.ReadBytes('\n')
		if len(line) > 0 {
			s.line(line)
		}
		if err != nil {
			break
		}
	}
	if err := cmd.Wait(); err != nil {
		return fmt.Errorf("%s: %w", command[0], err)
	}
	return nil
}
