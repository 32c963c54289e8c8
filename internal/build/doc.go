// Package build holds the rules of the source tree as tests (which package may import which, no path of anybody's own
// machine), and below it the programs that make runs: one sums up a test run, one packs the Lambda function.
package build
