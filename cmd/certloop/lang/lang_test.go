package lang

import (
	"testing"

	"certloop/reconciler/api"
)

func TestFromEnvironment(t *testing.T) {
	for sentence, c := range map[string]struct {
		all, messages, lang string
		want                Language
	}{
		"nothing is English":                      {"", "", "", English},
		"LANG alone":                              {"", "", "ja_JP.UTF-8", Japanese},
		"LANG without a territory":                {"", "", "ja", Japanese},
		"LANG with a codeset":                     {"", "", "ja.UTF-8", Japanese},
		"another language":                        {"", "", "de_DE.UTF-8", English},
		"the C locale":                            {"", "", "C.UTF-8", English},
		"LC_MESSAGES before LANG":                 {"", "ja_JP.UTF-8", "en_US.UTF-8", Japanese},
		"LC_ALL before LC_MESSAGES":               {"C", "ja_JP.UTF-8", "ja_JP.UTF-8", English},
		"LC_ALL Japanese":                         {"ja_JP.UTF-8", "C", "C", Japanese},
		"a Japanese territory is not a language":  {"", "", "en_JP.UTF-8", English},
		"an empty LC_ALL is the same as no value": {"", "", "ja_JP.eucJP", Japanese},
	} {
		t.Run(sentence, func(t *testing.T) {
			env := map[string]string{"LC_ALL": c.all, "LC_MESSAGES": c.messages, "LANG": c.lang}
			if got := FromEnvironment(func(name string) string { return env[name] }); got != c.want {
				t.Errorf("%v: %s, want %s", env, got, c.want)
			}
		})
	}
}

func TestLanguage_TextsWithoutATranslationStayEnglish(t *testing.T) {
	for _, l := range []Language{English, Japanese, ""} {
		if got := l.T("not in the catalogue"); got != "not in the catalogue" {
			t.Errorf("%q: T returned %q", l, got)
		}
		if got := l.F("%s of %d", "a", 2); got != "a of 2" {
			t.Errorf("%q: F returned %q", l, got)
		}
	}
}

func TestLanguage_Remedy(t *testing.T) {
	if got := English.Remedy(api.ReasonGone); got != api.Remedy(api.ReasonGone) {
		t.Errorf("English: %q", got)
	}
	if got := Japanese.Remedy(api.ReasonGone); got != "名前を確認してください。" {
		t.Errorf("Japanese: %q", got)
	}
	if got := Japanese.Translate(api.Remedy(api.ReasonGone)); got != "名前を確認してください。" {
		t.Errorf("a remedy of the function: %q", got)
	}
	if got := English.Translate(api.Remedy(api.ReasonGone)) + Japanese.Translate("Else."); got != api.Remedy(api.ReasonGone)+"Else." {
		t.Errorf("a remedy in English, and another text: %q", got)
	}
	if got := Japanese.Remedy(api.ReasonReady); got != "" {
		t.Errorf("a reason without a remedy: %q", got)
	}
}
