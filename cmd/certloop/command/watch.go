package command

import (
	"bytes"
	"context"
	"strings"
	"time"

	"certloop/cmd/certloop/screen"
	"certloop/cmd/certloop/view"
	"certloop/reconciler/api"
)

// watchInterval is how often the table is read. A scan of 1,000 certificates costs about a hundredth of a cent.
const watchInterval = 2 * time.Second

// watch shows the certificates again whenever they change, until it is interrupted: in place on a terminal, elsewhere the
// changed lines.
func (a *app) watch(ctx context.Context, names []string, o getOptions, within time.Duration) error {
	loop := &readLoop{app: a, interval: watchInterval, patience: watchPatience, live: screen.NewLive(a.screen)}
	defer loop.live.End()
	_, err := loop.run(ctx, func(ctx context.Context) (lines []string, done bool, err error) {
		found, err := a.records(ctx, api.KindCertificate, names)
		return a.tableLines(a.selected(found, o, within), o.output == outputWide), false, err
	})
	return err
}

func (a *app) tableLines(list []view.Certificate, wide bool) []string {
	var text bytes.Buffer
	view.Certificates(a.screen.To(&text), list, wide)
	return strings.Split(strings.TrimRight(text.String(), "\n"), "\n")
}
