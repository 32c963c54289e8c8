package command

import (
	"encoding/json"
	"slices"

	"github.com/spf13/cobra"

	"certloop/cmd/certloop/lang"
	"certloop/cmd/certloop/plain"
	"certloop/reconciler/api"
)

// These are the values of -o.
const (
	outputWide = "wide"
	outputJSON = "json"
	outputYAML = "yaml"
	outputName = "name"
)

var outputs = []string{outputWide, outputJSON, outputYAML, outputName}

// outputFlag adds -o.
func (a *app) outputFlag(cmd *cobra.Command, output *string) {
	cmd.Flags().StringVarP(output, "output", "o", "", a.screen.F("the form: %s", list(outputs)))
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(outputs, cobra.ShellCompDirectiveNoFileComp))
}

func checkOutput(output string) error {
	if output != "" && !slices.Contains(outputs, output) {
		return usageError{lang.Errorf("-o is %q: use %s", output, list(outputs))}
	}
	return nil
}

// encodings are the forms of what is not a list of records.
var encodings = []string{outputJSON, outputYAML}

// encodingFlag adds -o for json and yaml only.
func (a *app) encodingFlag(cmd *cobra.Command, output *string) {
	cmd.Flags().StringVarP(output, "output", "o", "", a.screen.F("the form: %s", list(encodings)))
	_ = cmd.RegisterFlagCompletionFunc("output", cobra.FixedCompletions(encodings, cobra.ShellCompDirectiveNoFileComp))
}

func checkEncoding(output string) error {
	if output != "" && !slices.Contains(encodings, output) {
		return usageError{lang.Errorf("-o is %q: use %s", output, list(encodings))}
	}
	return nil
}

// item is a record in JSON and YAML (docs/reference/cli.md): what the user wrote, and what the controller wrote.
type item struct {
	Name   string         `json:"name"`
	Kind   api.Kind       `json:"kind"`
	Record map[string]any `json:"record"`
	Status any            `json:"status"`
}

func itemOf(l api.Listed) item {
	it := item{Name: l.Key.Name, Kind: l.Key.Kind, Record: l.Record}
	switch l.Key.Kind {
	case api.KindAccount:
		it.Status = statusOrNil(l.AccountStatus)
	case api.KindPolicy:
		it.Status = statusOrNil(l.PolicyStatus)
	default:
		it.Status = statusOrNil(l.Status)
	}
	return it
}

// statusOrNil makes a missing status null.
func statusOrNil[T any](status *T) any {
	if status == nil {
		return nil
	}
	return status
}

// encode writes a list of items.
func (a *app) encode(output string, items []any) error {
	return a.encodeValue(output, map[string]any{"items": items})
}

// encodeValue writes a value as JSON or YAML. Both have the same fields, and no control character but line ends.
func (a *app) encodeValue(output string, value any) error {
	body, err := json.MarshalIndent(value, "", "  ")
	body = []byte(plain.Escaped(string(body)))
	if err == nil && output == outputYAML {
		body, err = toYAML(body)
	}
	if err != nil {
		return lang.Errorf("encode the output: %w", err)
	}
	_, err = a.config.Out.Write(append(body, '\n'))
	return err
}
