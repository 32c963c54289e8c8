package main

import (
	"bytes"
	"log/slog"
	"strings"
	"testing"
)

func TestLog_TheHostsOfACAAreOneLine(t *testing.T) {
	var log bytes.Buffer
	noteHosts(slog.New(slog.NewJSONHandler(&log, nil)))(t.Context(), "main", "https://ca.test/dir", []string{"a.test", "b.test"})
	for _, part := range []string{`"msg":"CA uses other hosts"`, `"name":"main"`, `"directory":"https://ca.test/dir"`, `"hosts":["a.test","b.test"]`} {
		if strings.Count(log.String(), "\n") != 1 || !strings.Contains(log.String(), part) {
			t.Errorf("%s is not in %s", part, log.String())
		}
	}
}
