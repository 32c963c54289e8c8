// Package docs holds the documents that the command line shows.
package docs

import _ "embed"

// Reasons is reference/reasons.md: each reason with its meaning and remedy, in tables.
//
//go:embed reference/reasons.md
var Reasons string

// ReasonsJapanese is ja/reasons.md, the same in Japanese.
//
//go:embed ja/reasons.md
var ReasonsJapanese string
