package build

import (
	"regexp"
	"testing"
)

// japaneseWords are spellings and terms that another one replaces, with that one. The terms are those of the Japanese
// documentation of AWS and of JPRS: one word for one thing, on every page and in every message.
var japaneseWords = map[*regexp.Regexp]string{
	regexp.MustCompile(`サーバ[^ー]`):                        "サーバー",
	regexp.MustCompile(`ユーザ[^ー]`):                        "ユーザー",
	regexp.MustCompile(`ブラウザ[^ー]`):                       "ブラウザー",
	regexp.MustCompile(`リゾルバ[^ー]`):                       "リゾルバー",
	regexp.MustCompile(`プロバイダ[^ー]`):                      "プロバイダー",
	regexp.MustCompile(`コントローラ[^ー]`):                     "コントローラー",
	regexp.MustCompile(`下さい`):                            "ください",
	regexp.MustCompile(`出来`):                             "でき…",
	regexp.MustCompile(`全て`):                             "すべて",
	regexp.MustCompile(`又は|及び`):                          "または, および",
	regexp.MustCompile(`既に`):                             "すでに",
	regexp.MustCompile(`無い`):                             "ない",
	regexp.MustCompile(`注文`):                             "オーダー",
	regexp.MustCompile(`プライベートキー|プライベート鍵|私有鍵`):           "秘密鍵",
	regexp.MustCompile(`キータイプ|鍵タイプ|鍵種別`):                 "鍵の種類",
	regexp.MustCompile(`資格情報`):                           "認証情報 (AWS), クレデンシャル (EAB)",
	regexp.MustCompile(`チャレンジ値`):                         "TXT 値",
	regexp.MustCompile(`インポート先`):                         "ターゲット",
	regexp.MustCompile(`状態 \(condition`):                 "コンディション",
	regexp.MustCompile(`[Ａ-Ｚａ-ｚ０-９（）［］：]`):               "the ASCII character",
	regexp.MustCompile(`(?:ません|です|ます|ました|ください): [^%\[]`): "。 at the end of a sentence",
	regexp.MustCompile(`公的認証局`):                          "パブリック認証局",
	regexp.MustCompile(`〜`):                              "～",
}

// unspaced matches Japanese next to a Latin letter or a digit, between which AWS's documentation has a space.
var unspaced = regexp.MustCompile(`[\p{Hiragana}\p{Katakana}\p{Han}][A-Za-z0-9]|[A-Za-z0-9][\p{Hiragana}\p{Katakana}\p{Han}]`)

func TestJapanese_UsesOneWordForOneThing(t *testing.T) {
	files := 0
	for _, file := range tracked(t, "README.ja.md", "docs/ja/*.md", "cmd/certloop/lang/ja*.go") {
		files++
		text := read(t, "../../"+file)
		for word, better := range japaneseWords {
			if found := word.FindString(text); found != "" {
				t.Errorf("%s: %q: write %s", file, found, better)
			}
		}
	}
	if files < 6 {
		t.Errorf("only %d files were read", files)
	}
}

func TestJapanese_PagesHaveSpacesBetweenScripts(t *testing.T) {
	for page := range japanesePages(t) {
		text := fence.ReplaceAllString(read(t, "../../"+page), "")
		text = code.ReplaceAllString(linkTarget.ReplaceAllString(text, "]"), "` `")
		if found := unspaced.FindString(text); found != "" {
			t.Errorf("%s: %q: put a space between", page, found)
		}
	}
}

// linkTarget matches where a link leads.
var linkTarget = regexp.MustCompile(`\]\([^)]*\)`)

// wrapped matches a line break inside of a Japanese paragraph, which a browser shows as a space.
var wrapped = regexp.MustCompile(`[\p{Hiragana}\p{Katakana}\p{Han}、。)]\n[ \t]*[\p{Hiragana}\p{Katakana}\p{Han}(]`)

func TestJapanese_ParagraphsHaveNoLineBreaks(t *testing.T) {
	for page := range japanesePages(t) {
		if found := wrapped.FindString(fence.ReplaceAllString(read(t, "../../"+page), "")); found != "" {
			t.Errorf("%s: %q: write the paragraph on one line", page, found)
		}
	}
}
