package screen

import (
	"strings"
	"testing"

	"github.com/charmbracelet/x/ansi"
	"pgregory.net/rapid"
)

func TestFill(t *testing.T) {
	const arn = "arn:aws:acm:us-east-1:123456789012:certificate/1a2b"
	for sentence, c := range map[string]struct {
		text  string
		limit int
		want  string
	}{
		"short text stays":                      {"a b", 10, "a b"},
		"words go to the next line":             {"one two three", 8, "one two\nthree"},
		"a long word stays whole":               {"at " + arn + " now", 20, "at\n" + arn + "\nnow"},
		"Japanese is broken between characters": {"証明書を更新する", 8, "証明書を\n更新する"},
		"no line begins with a full stop":       {"確認する。次へ", 8, "確認す\nる。次へ"},
		"nor with a small or a long sound":      {"あサーバ", 4, "あ\nサー\nバ"},
		"no line ends with an opening bracket":  {"あい「う」", 6, "あい\n「う」"},
		"a Latin word in Japanese stays whole":  {"値をacm_arnに設定", 8, "値を\nacm_arn\nに設定"},
		"a break replaces a space":              {"ロール role を", 8, "ロール\nrole を"},
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := strings.Join(fill(c.text, c.limit), "\n"); got != c.want {
				t.Errorf("got\n%s\nwant\n%s", got, c.want)
			}
		})
	}
}

// TestFill_LosesNothing: a line is longer than the limit only if it is one unit, and only spaces are replaced.
func TestFill_LosesNothing(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.StringOf(rapid.RuneFrom([]rune("ab- 証明書をー、。「」（）"))).Draw(t, "text")
		limit := rapid.IntRange(1, 30).Draw(t, "limit")
		lines := fill(text, limit)
		for _, line := range lines {
			if ansi.StringWidth(line) > limit && len(runs(strings.TrimSpace(line))) > 1 {
				t.Errorf("%q has more than %d cells", line, limit)
			}
		}
		if got := strings.ReplaceAll(strings.Join(lines, ""), " ", ""); got != strings.ReplaceAll(text, " ", "") {
			t.Errorf("%q became %q", text, lines)
		}
	})
}
