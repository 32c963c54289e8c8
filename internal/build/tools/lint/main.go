// Command lint looks for what vet and staticcheck do not. go vet runs it, package by package, and keeps its results:
//
//	go vet -vettool=dist/lint ./...
//
// It has these analyzers:
//
//   - errorlint: errors are compared and converted with errors.Is and errors.As, and wrapped with %w.
//   - exhaustive: a switch over the values of a type has a case for each, or a default.
//   - nilness, unusedwrite: no pointer is used that is nil there, no field is written that nobody reads.
//   - reflectvaluecompare: values of reflection are not compared with ==.
//
// Left out, because what they find here is right as it is: contextcheck (every call of lego and every constructor of the
// AWS SDK, which take no context), deepequalerrors (what a test compares may hold errors) and nilerr (an error that becomes
// a part of the answer). revive is no analyzer; what counts of it, staticcheck's ST checks have. All of golangci-lint would
// bring more than two hundred modules, to be built on each clean run.
package main

import (
	"codeberg.org/polyfloyd/go-errorlint/errorlint"
	"github.com/nishanths/exhaustive"
	"golang.org/x/tools/go/analysis/passes/nilness"
	"golang.org/x/tools/go/analysis/passes/reflectvaluecompare"
	"golang.org/x/tools/go/analysis/passes/unusedwrite"
	"golang.org/x/tools/go/analysis/unitchecker"
)

// open are types whose switches pick some values: other tests hold that nothing is forgotten of reasons, kinds and actions.
const open = `reflect\.Kind$|/api\.(Reason|Kind)$|/plan\.Action$|/sim\.Kind$`

func main() {
	set("d", "true") // a default stands for the other values
	set("typeignore", open)
	unitchecker.Main(
		errorlint.NewAnalyzer(), exhaustive.Analyzer, nilness.Analyzer,
		reflectvaluecompare.Analyzer, unusedwrite.Analyzer,
	)
}

func set(flag, value string) {
	if err := exhaustive.Analyzer.Flags.Set(flag, value); err != nil {
		panic(err)
	}
}
