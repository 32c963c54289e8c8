// Package build holds the rules of the source tree as tests: which package may import which, and no path of a
// developer's machine. Its subpackages are the programs that make runs: one summarizes a test run, one packs the Lambda
// function.
package build
