package main

import (
	"context"
	"io"
	"log/slog"

	"github.com/aws/aws-lambda-go/lambdacontext"

	"certloop/reconciler/api"
	"certloop/reconciler/logkey"
)

// newLogger writes one JSON object per line to w, with the names that Lambda's log filter knows (timestamp, level,
// message), and with the request ID of the invocation.
func newLogger(w io.Writer, level slog.Level) *slog.Logger {
	options := &slog.HandlerOptions{Level: level, ReplaceAttr: func(groups []string, a slog.Attr) slog.Attr {
		return lambdacontext.ReplaceAttr(groups, bounded(a))
	}}
	return slog.New(requestHandler{slog.NewJSONHandler(w, options)})
}

// longestStack is the most bytes of a stack trace, the only text that is longer than a message.
const longestStack = 16 << 10

// bounded bounds and cleans every text of a line: a line may hold text from a CA, DNS or a record.
func bounded(a slog.Attr) slog.Attr {
	switch v := a.Value.Resolve(); {
	case a.Key == logkey.Stack && v.Kind() == slog.KindString:
		a.Value = slog.StringValue(v.String()[:min(len(v.String()), longestStack)])
	case v.Kind() == slog.KindString:
		a.Value = slog.StringValue(api.Message(v.String()))
	case v.Kind() == slog.KindAny:
		if err, ok := v.Any().(error); ok {
			a.Value = slog.StringValue(api.Message(err.Error()))
		}
	}
	return a
}

// requestHandler adds request_id to the lines of an invocation.
type requestHandler struct{ slog.Handler }

func (h requestHandler) Handle(ctx context.Context, r slog.Record) error {
	if lc, ok := lambdacontext.FromContext(ctx); ok {
		r.AddAttrs(slog.String(logkey.RequestID, lc.AwsRequestID))
	}
	return h.Handler.Handle(ctx, r)
}

// WithAttrs keeps the request ID, which the embedded handler alone would drop.
func (h requestHandler) WithAttrs(attrs []slog.Attr) slog.Handler {
	return requestHandler{h.Handler.WithAttrs(attrs)}
}

// WithGroup keeps the request ID, which the embedded handler alone would drop.
func (h requestHandler) WithGroup(name string) slog.Handler {
	return requestHandler{h.Handler.WithGroup(name)}
}
