package main

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/aws/smithy-go/logging"

	"certloop/reconciler/logkey"
)

// sdkLogger writes the log lines of the AWS SDK to the function's log. The SDK's own logger writes plain text, which a
// reader of JSON does not expect.
type sdkLogger struct {
	log *slog.Logger
	ctx context.Context
}

func (l sdkLogger) Logf(of logging.Classification, format string, values ...any) {
	level := slog.LevelDebug
	if of == logging.Warn {
		level = slog.LevelWarn
	}
	l.log.LogAttrs(l.ctx, level, "AWS SDK", slog.String(logkey.Detail, fmt.Sprintf(format, values...)))
}

// WithContext adds the request ID of the invocation to a line (logging.ContextLogger).
func (l sdkLogger) WithContext(ctx context.Context) logging.Logger { return sdkLogger{l.log, ctx} }
