package stay

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// command is what may be entered at the prompt and sent to the control endpoint.
type command struct {
	// usage is the command with its arguments: <required>, [optional].
	usage string
	// what describes it in one line.
	what string
	run  func(ctx context.Context, b *Box, arguments []string) (string, error)
}

// commands are all commands. docs/guides/sandbox.md has the same table.
var commands []command

func init() {
	commands = []command{
		{"ca down", "both CAs close every connection", func(_ context.Context, b *Box, _ []string) (string, error) { return b.ca.down(), nil }},
		{"ca slow [DURATION]", "each answer of the CAs takes longer, by 5s", caSlow},
		{"ca limit [DURATION]", "the CAs refuse new orders and accounts: 429 with a Retry-After of 1m", caLimit},
		{"ca up", "the CAs work again", func(_ context.Context, b *Box, _ []string) (string, error) { return b.ca.up(), nil }},
		{"acm delete NAME", "delete a record's certificate in ACM, without certloop", acmDelete},
		{"lb use NAME", "the load balancer serves the record's certificate, and what is imported later", lbUse},
		{"lb lag [DURATION]", "it picks up later imports after that time, 12h", lbLag},
		{"lb other", "it serves somebody else's certificate", func(_ context.Context, b *Box, _ []string) (string, error) { return b.lb.other() }},
		{"lb down", "it refuses connections", func(_ context.Context, b *Box, _ []string) (string, error) { return b.lb.down() }},
		{"lb up", "it works again, and serves at once what ACM holds", func(_ context.Context, b *Box, _ []string) (string, error) { return b.lb.up() }},
		{"clock DURATION", "move the clock ahead, for example by 61d", moveClock},
		{"inbox [NUMBER]", "list the mails that arrived, or show one", showInbox},
		{"status", "show the switches", func(_ context.Context, b *Box, _ []string) (string, error) { return b.status(), nil }},
		{"env", "print the export lines", func(_ context.Context, b *Box, _ []string) (string, error) { return b.exports(), nil }},
		{"help", "list the commands", func(context.Context, *Box, []string) (string, error) { return help(), nil }},
		{"quit", "end the sandbox", func(_ context.Context, b *Box, _ []string) (string, error) { b.end(); return "", nil }},
	}
}

// words are the fixed words of a usage.
func (c command) words() (words []string, least, most int) {
	for _, word := range strings.Fields(c.usage) {
		switch {
		case strings.HasPrefix(word, "["):
			most++
		case word == strings.ToUpper(word):
			least, most = least+1, most+1
		default:
			words = append(words, word)
		}
	}
	return words, least, most
}

// Do executes a command and returns what it shows.
func (b *Box) Do(ctx context.Context, line string) (string, error) {
	given := strings.Fields(line)
	if len(given) == 0 {
		return "", nil
	}
	for _, c := range commands {
		words, least, most := c.words()
		if len(given) < len(words) || !strings.EqualFold(strings.Join(given[:len(words)], " "), strings.Join(words, " ")) {
			continue
		}
		arguments := given[len(words):]
		if len(arguments) < least || len(arguments) > most {
			return "", fmt.Errorf("%s has %d arguments: enter %s", strings.Join(words, " "), len(arguments), c.usage)
		}
		return c.run(ctx, b, arguments)
	}
	return "", fmt.Errorf("%q is not a command: enter help for the list", line)
}

func help() string {
	var lines []string
	for _, c := range commands {
		lines = append(lines, fmt.Sprintf("  %-21s %s", c.usage, c.what))
	}
	return strings.Join(lines, "\n")
}

// status shows the switches.
func (b *Box) status() string {
	return fmt.Sprintf("CAs    %s\nlb     %s\nclock  %s\nmails  %d", &b.ca, &b.lb, &b.clock, len(b.inbox.all()))
}

func caSlow(_ context.Context, b *Box, arguments []string) (string, error) {
	d, err := duration(arguments, 5*time.Second)
	if err != nil {
		return "", err
	}
	return b.ca.slow(d), nil
}

func caLimit(_ context.Context, b *Box, arguments []string) (string, error) {
	d, err := duration(arguments, time.Minute)
	if err == nil && d < time.Second {
		err = fmt.Errorf("the duration is %s: a Retry-After has whole seconds, use 1s or more", d)
	}
	if err != nil {
		return "", err
	}
	return b.ca.limited(d), nil
}

func acmDelete(ctx context.Context, b *Box, arguments []string) (string, error) {
	return b.deleteCertificate(ctx, arguments[0])
}

func lbUse(ctx context.Context, b *Box, arguments []string) (string, error) {
	return b.useCertificate(ctx, arguments[0])
}

func lbLag(_ context.Context, b *Box, arguments []string) (string, error) {
	d, err := duration(arguments, 12*time.Hour)
	if err != nil {
		return "", err
	}
	return b.lb.lag(d)
}

func moveClock(ctx context.Context, b *Box, arguments []string) (string, error) {
	d, err := duration(arguments, 0)
	if err != nil {
		return "", err
	}
	return b.moveClock(ctx, d)
}

func showInbox(_ context.Context, b *Box, arguments []string) (string, error) {
	if len(arguments) == 0 {
		return b.inbox.list(0)
	}
	n, err := strconv.Atoi(arguments[0])
	if err != nil || n < 1 {
		return "", fmt.Errorf("%q is not the number of a mail: enter inbox for the list", arguments[0])
	}
	return b.inbox.list(n)
}

// duration reads a duration of Go, or of whole days as in 61d. A plus sign may precede it.
func duration(arguments []string, fallback time.Duration) (time.Duration, error) {
	if len(arguments) == 0 {
		return fallback, nil
	}
	text := strings.TrimPrefix(arguments[0], "+")
	problem := fmt.Errorf("%q is not a duration: use for example 90s, 12h or 61d", arguments[0])
	if days, ok := strings.CutSuffix(text, "d"); ok {
		n, err := strconv.Atoi(days)
		if err != nil || n < 0 || n > 36500 {
			return 0, problem
		}
		return time.Duration(n) * 24 * time.Hour, nil
	}
	d, err := time.ParseDuration(text)
	if err != nil {
		return 0, problem
	}
	if d < 0 {
		return 0, errors.New("the duration is negative: use a positive one")
	}
	return d, nil
}
