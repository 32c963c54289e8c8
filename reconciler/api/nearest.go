package api

import (
	"strings"
	"unicode"
)

// Nearest returns the one of known that word was most likely meant to be, or "". It ignores case, "-" and "_", so that
// RoleArn finds role_arn.
func Nearest(word string, known []string) string {
	best, least := "", -1
	for _, candidate := range known {
		d := editDistance(Fold(word), Fold(candidate))
		// At most a third of the letters may differ: with more, any short word would be near to any other.
		if d <= max(1, len(candidate)/3) && (least < 0 || d < least) {
			best, least = candidate, d
		}
	}
	return best
}

// Fold returns s in lower case, letters and digits only.
func Fold(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsDigit(r) {
			return unicode.ToLower(r)
		}
		return -1
	}, s)
}

// editDistance is Levenshtein's: how many letters to insert, delete or replace. It returns a large distance for words
// that are too long to be a misspelling, so that no record makes this slow.
func editDistance(from, to string) int {
	a, b := []rune(from), []rune(to)
	if len(a) > 64 || len(b) > 64 {
		return 64
	}
	row := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := range a {
		diagonal := row[0]
		row[0] = i + 1
		for j := range b {
			replace := diagonal
			if a[i] != b[j] {
				replace++
			}
			diagonal = row[j+1]
			row[j+1] = min(replace, diagonal+1, row[j]+1)
		}
	}
	return row[len(b)]
}
