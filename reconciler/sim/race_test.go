//go:build race

package sim

const raceDetector = 1
