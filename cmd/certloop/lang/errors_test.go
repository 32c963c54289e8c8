package lang

import (
	"errors"
	"fmt"
	"io"
	"testing"
)

// marked has the text of another error, as the errors that choose an exit code.
type marked struct{ error }

func (m marked) Unwrap() error { return m.error }

func TestLanguage_Error(t *testing.T) {
	known := Errorf("unknown flag: --%s", "al")
	for sentence, c := range map[string]struct {
		err               error
		english, japanese string
	}{
		"an error of the catalogue": {known, "unknown flag: --al", "不明なフラグ: --al"},
		"one that is marked":        {marked{known}, "unknown flag: --al", "不明なフラグ: --al"},
		"one inside another of the catalogue": {Errorf("encode the output: %w", known), "encode the output: unknown flag: --al",
			"出力のエンコードに失敗しました: 不明なフラグ: --al"},
		"one inside a text of elsewhere": {fmt.Errorf("a: %w", known), "a: unknown flag: --al", "a: unknown flag: --al"},
		"an error of elsewhere":          {io.ErrUnexpectedEOF, "unexpected EOF", "unexpected EOF"},
		"one of elsewhere inside ours":   {Errorf("encode the output: %w", io.EOF), "encode the output: EOF", "出力のエンコードに失敗しました: EOF"},
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := English.Error(c.err); got != c.english || got != c.err.Error() {
				t.Errorf("English: %q, want %q", got, c.english)
			}
			if got := Japanese.Error(c.err); got != c.japanese {
				t.Errorf("Japanese: %q, want %q", got, c.japanese)
			}
		})
	}
	if err := Errorf("encode the output: %w", io.EOF); !errors.Is(err, io.EOF) {
		t.Error("the cause is lost")
	}
}
