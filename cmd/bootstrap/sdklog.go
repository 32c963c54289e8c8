package main

import (
	"context"
	"fmt"
	"log/slog"

	"github.com/aws/smithy-go/logging"

	"certloop/reconciler/logkey"
)

// sdkLogger writes what the AWS SDK logs as lines of the function's own log: its own logger writes plain text, which
// nobody who reads JSON expects.
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

// WithContext gives a line the request ID of its invocation (logging.ContextLogger).
func (l sdkLogger) WithContext(ctx context.Context) logging.Logger { return sdkLogger{l.log, ctx} }
