package reconciler

import (
	"context"
	"log/slog"
	"time"

	"certloop/reconciler/api"
	"certloop/reconciler/logkey"
	"certloop/reconciler/plan"
)

// Every line is logged with the context of its invocation, which adds the request ID.

// seconds is a duration in seconds, to the millisecond. A slog.Duration would be nanoseconds in JSON.
func seconds(key string, d time.Duration) slog.Attr {
	return slog.Float64(key, float64(d.Round(time.Millisecond).Milliseconds())/1000)
}

func record(kind api.Kind, name string) []slog.Attr {
	return []slog.Attr{slog.String(logkey.Kind, string(kind)), slog.String(logkey.Name, name)}
}

// logPass logs the one line of a pass that did something.
func (r *Reconciler) logPass(ctx context.Context, key api.Key, t tally, took, again time.Duration) {
	if t.effects == 0 {
		return
	}
	r.Log.LogAttrs(ctx, slog.LevelInfo, "reconciled", append(record(key.Kind, key.Name),
		slog.Int(logkey.Effects, t.effects), seconds(logkey.Took, took), seconds(logkey.RetryIn, again))...)
}

// logWait logs, at level debug, what a pass waits for.
func (r *Reconciler) logWait(ctx context.Context, key api.Key, next plan.Plan) {
	attrs := append(record(key.Kind, key.Name), slog.String(logkey.Reason, string(next.Reason)), slog.String(logkey.Detail, next.Message))
	if !next.At.IsZero() {
		attrs = append(attrs, slog.Time(logkey.Until, next.At))
	}
	r.Log.LogAttrs(ctx, slog.LevelDebug, "waits", attrs...)
}

// logEffect logs the one line of an effect. known are further attributes; empty ones are omitted.
func (r *Reconciler) logEffect(ctx context.Context, key api.Key, next plan.Plan, err error, known ...slog.Attr) {
	attrs := append(record(key.Kind, key.Name),
		slog.String(logkey.Action, string(next.Action)), slog.String(logkey.Reason, string(next.Reason)))
	for _, a := range known {
		if a.Value.String() != "" {
			attrs = append(attrs, a)
		}
	}
	level, message := slog.LevelInfo, "effect"
	if err != nil {
		attrs = append(attrs, slog.String(logkey.ErrorKind, string(api.KindOf(err))), slog.String(logkey.Error, err.Error()))
	}
	if plan.IsFailure(next.Action, err) {
		level, message = slog.LevelWarn, "effect failed"
	}
	r.Log.LogAttrs(ctx, level, message, attrs...)
}

// effectOn returns the attributes of an effect on a certificate.
func effectOn(in plan.Input, next plan.Plan, out plan.Outcome) []slog.Attr {
	arn, order := out.ARN, ""
	if arn == "" {
		arn = next.ARN
	}
	if in.Issuance != nil {
		order = in.Issuance.OrderURL
	}
	if out.Order != nil && out.Order.URL != "" {
		order = out.Order.URL
	}
	return []slog.Attr{slog.Int64(logkey.Generation, in.Stored.Generation), slog.String(logkey.Target, next.Target),
		slog.String(logkey.ARN, arn), slog.String(logkey.Order, order)}
}
