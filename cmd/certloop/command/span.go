package command

import (
	"strconv"
	"strings"
	"time"

	"certloop/cmd/certloop/lang"
)

// parseSpan returns a time such as 14d, 36h or 90m. It must be positive.
func parseSpan(flag, text string) (time.Duration, error) {
	if days, ok := strings.CutSuffix(text, "d"); ok {
		if n, err := strconv.ParseUint(days, 10, 16); err == nil && n > 0 {
			return time.Duration(n) * 24 * time.Hour, nil
		}
	} else if d, err := time.ParseDuration(text); err == nil && d > 0 {
		return d, nil
	}
	return 0, usageError{lang.Errorf("%s is %q: use a positive time such as 14d or 36h", flag, text)}
}
