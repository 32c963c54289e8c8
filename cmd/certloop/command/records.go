package command

import (
	"github.com/spf13/cobra"

	"certloop/cmd/certloop/lang"
	"certloop/cmd/certloop/manifest"
	"certloop/cmd/certloop/migrate"
)

// moveOver are the commands for whoever moves over from another tool.
var moveOver = []func(*app) *cobra.Command{newImportConfig, newDiscover, newAdopt, newAccount}

// writeRecords writes records to standard output, as YAML for certloop apply.
func (a *app) writeRecords(records []migrate.Record) error {
	plain := make([]map[string]any, len(records))
	for i, r := range records {
		plain[i] = r
	}
	if _, err := a.config.Out.Write(manifest.Encode(plain)); err != nil {
		return lang.Errorf("write the records: %w", err)
	}
	return nil
}
