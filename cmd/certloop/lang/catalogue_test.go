package lang

import (
	"go/ast"
	"go/parser"
	"go/token"
	"maps"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"certloop/internal/doctable"
	"certloop/reconciler/api"
)

// TestCatalogue_HasEachTextOfTheCommandLine checks that the catalogue and the source have the same texts.
func TestCatalogue_HasEachTextOfTheCommandLine(t *testing.T) {
	used := map[string]bool{}
	for _, u := range usesOf(t, "..") {
		if _, ok := japanese()[u.text]; !ok && !used[u.text] {
			t.Errorf("%s: no Japanese. Add this line to cmd/certloop/lang/ja.go, with your best translation:\n\t{%s, \"…\"},", u.at, strconv.Quote(u.text))
		}
		used[u.text] = true
		if verb := padded(u.text); u.format && verb != "" {
			t.Errorf("%s: %s pads by characters, and a Japanese character has two cells on a terminal: pad by cells", u.at, verb)
		}
	}
	for _, entries := range catalogue {
		for _, e := range entries {
			if !used[e.english] {
				t.Errorf("nothing uses this entry, remove it from cmd/certloop/lang/ja.go: %q", e.english)
			}
		}
	}
}

// sentinels are errors that are never shown.
var sentinels = []string{"differs", "failed"}

// TestCatalogue_ErrorsAreOfTheCatalogue checks that no error of the command line can be shown in English only.
func TestCatalogue_ErrorsAreOfTheCatalogue(t *testing.T) {
	set, packages := parsed(t, "..")
	errorfs := 0
	for folder, files := range packages {
		if filepath.Base(folder) == "lang" || folder == ".." {
			continue
		}
		for _, f := range files {
			ast.Inspect(f, func(n ast.Node) bool {
				call, ok := n.(*ast.CallExpr)
				if !ok {
					return true
				}
				method, ok := call.Fun.(*ast.SelectorExpr)
				if !ok {
					return true
				}
				switch of, _ := method.X.(*ast.Ident); {
				case of == nil:
				case of.Name == "lang" && method.Sel.Name == "Errorf":
					errorfs++
				case of.Name == "fmt" && method.Sel.Name == "Errorf", of.Name == "errors" && method.Sel.Name == "New":
					if text, _ := literal(call.Args[0], nil); !slices.Contains(sentinels, text) {
						t.Errorf("%s: write lang.Errorf for %s.%s, with the same arguments, so that the error is shown in Japanese too. "+
							"Then add to cmd/certloop/lang/ja.go:\n\t{%q, \"…\"},", set.Position(call.Pos()), of.Name, method.Sel.Name, text)
					}
				}
				return true
			})
		}
	}
	if errorfs == 0 {
		t.Error("no error was found")
	}
}

// sentence matches text that an operator would read.
var sentence = regexp.MustCompile(`[A-Za-z]{2,} [a-z]{2,} [a-z]{2,}`)

// notShown are sentences that the command line compares or replaces, and never shows.
var notShown = []string{
	"failed to refresh cached credentials", "the SSO session has expired", "no EC2 IMDS role found", "token has expired",
	`not authorized to perform: ([a-z0-9-]+:[A-Za-z]+)(?: on resource: (\S+))?`, "resource groups tagging api",
	"certloop has not read the record yet",
	`Use "{{.CommandPath}} [command] --help" for more information about a command.`,
}

// TestCatalogue_HasEachSentence checks that the source has no sentence outside of the calls that translate. Examples are
// commands.
func TestCatalogue_HasEachSentence(t *testing.T) {
	set, packages := parsed(t, "..")
	literals := 0
	for folder, files := range packages {
		if filepath.Base(folder) == "lang" {
			continue
		}
		for _, f := range files {
			ast.Inspect(f, func(n ast.Node) bool {
				switch n := n.(type) {
				case *ast.CallExpr:
					method, ok := n.Fun.(*ast.SelectorExpr)
					return !ok || !translates(method)
				case *ast.KeyValueExpr:
					key, ok := n.Key.(*ast.Ident)
					return !ok || key.Name != "Example" && key.Name != "Use"
				case *ast.BasicLit:
					literals++
					if text, _ := literal(n, nil); n.Kind == token.STRING && sentence.MatchString(text) && !slices.Contains(notShown, text) {
						t.Errorf("%s: %q is English only: give it to T or F of the screen, make the error with lang.Errorf, or add it to notShown", set.Position(n.Pos()), text)
					}
				}
				return true
			})
		}
	}
	if literals < 100 {
		t.Errorf("only %d literals were read", literals)
	}
}

// TestCatalogue_TranslationsAgree checks the verbs of formats, and the names that a translation must repeat.
func TestCatalogue_TranslationsAgree(t *testing.T) {
	formats := map[string]bool{}
	for _, u := range usesOf(t, "..") {
		formats[u.text] = formats[u.text] || u.format
	}
	seen := map[string]bool{}
	for _, entries := range catalogue {
		for _, e := range entries {
			if seen[e.english] {
				t.Errorf("%q is in the catalogue twice", e.english)
			}
			seen[e.english] = true
			for _, problem := range problems(e.english, e.japanese, formats[e.english]) {
				t.Errorf("%q: the Japanese %s: %q", e.english, problem, e.japanese)
			}
		}
	}
}

func TestRemedies_EachHasItsJapanese(t *testing.T) {
	reasons := map[api.Reason]bool{}
	for _, rows := range doctable.Read(t, "../../../docs/reference/reasons.md") {
		for _, row := range rows {
			r := api.Reason(row.Name)
			reasons[r] = true
			english, translated := api.Remedy(r), Japanese.Remedy(r)
			if english == "" && translated != "" {
				t.Errorf("%s: no remedy in English, and in Japanese %q", r, translated)
			}
			if english == "" {
				continue
			}
			if !kanaOrKanji.MatchString(translated) {
				t.Errorf("no Japanese. Add this line to cmd/certloop/lang/ja_remedies.go:\n\tapi.Reason%s: \"…\", // %s", r, english)
				continue
			}
			for _, problem := range problems(english, translated, false) {
				t.Errorf("%s: the Japanese %s: %q", r, problem, translated)
			}
		}
	}
	for r := range japaneseRemedies {
		if !reasons[r] {
			t.Errorf("ja_remedies.go has %s, which is no reason", r)
		}
	}
	if len(reasons) < 50 {
		t.Errorf("only %d reasons were read", len(reasons))
	}
}

// markdownLink matches a link; a message keeps only its text.
var markdownLink = regexp.MustCompile(`\[([^]]*)\]\([^)]*\)`)

// TestDocs_TheJapaneseReasonsHaveTheRemedies compares docs/ja/reasons.md with the English page and the catalogue.
func TestDocs_TheJapaneseReasonsHaveTheRemedies(t *testing.T) {
	documented := map[string][]string{}
	for language, file := range map[string]string{"en": "reference/reasons.md", "ja": "ja/reasons.md"} {
		rows := slices.Concat(slices.Collect(maps.Values(doctable.Read(t, "../../../docs/"+file)))...)
		documented[language] = slices.Sorted(slices.Values(doctable.Names(rows)))
		for _, r := range rows {
			if language == "en" {
				continue
			}
			want := Japanese.Remedy(api.Reason(r.Name))
			if want == "" {
				want = "対応不要です。"
			}
			if got := strings.ReplaceAll(markdownLink.ReplaceAllString(r.Cells["対処"], "$1"), "`", ""); got != want {
				t.Errorf("%s: the documented remedy is %q, and the catalogue has %q", r.Name, got, want)
			}
			if !kanaOrKanji.MatchString(r.Cells["意味"]) {
				t.Errorf("%s has no meaning in Japanese", r.Name)
			}
		}
	}
	if len(documented["en"]) < 50 || !slices.Equal(documented["en"], documented["ja"]) {
		t.Errorf("docs/reference/reasons.md has\n%q, docs/ja/reasons.md has\n%q", documented["en"], documented["ja"])
	}
}

// TestProblems_AreFound checks the rules of the other tests.
func TestProblems_AreFound(t *testing.T) {
	for sentence, c := range map[string]struct {
		english, japanese string
		want              int
	}{
		"same verbs":                         {"%s has %d targets", "%s のターゲットは %d 個です", 0},
		"other order by index":               {"%s of %d", "%[2]d 個中 %[1]s", 0},
		"other order without index":          {"%s of %d", "%d 個中 %s", 1},
		"a verb is missing":                  {"%s of %d", "%s", 1},
		"a verb is of another type":          {"%d left", "残り %s", 1},
		"a percent sign is no verb":          {"%d%% done", "%d%% 完了", 0},
		"a name is missing":                  {"set acm_arn", "ARN を設定してください", 1},
		"a flag is missing":                  {"use --all", "すべてを指定", 1},
		"a name is repeated":                 {"set acm_arn", "acm_arn を設定してください", 0},
		"a line is missing":                  {"a\nb", "あ", 1},
		"nothing":                            {"a", " ", 1},
		"width and precision from arguments": {"%*d", "%d", 1},
		"the same argument twice":            {"%s", "%[1]s %[1]s", 1},
	} {
		t.Run(sentence, func(t *testing.T) {
			if got := problems(c.english, c.japanese, true); len(got) != c.want {
				t.Errorf("%q: %q, want %d problems", c.japanese, got, c.want)
			}
		})
	}
	if padded("%-20s") == "" || padded("%5d %s") != "" {
		t.Error("a width of a text is not found, or one of a number is")
	}
}

func TestScan_FindsTextsAndRefusesOthers(t *testing.T) {
	const source = `package p
const hint = "from a " + "constant"
func f(l lang.Language, s string) {
	l.T("a literal")
	o.lang.F("a format %s", s)
	l.T(hint)
	l.T(s)
	l.F("a sum " + s)
	lang.Errorf("an error of %v", s)
	fmt.Errorf("another error")
}`
	set := token.NewFileSet()
	file, err := parser.ParseFile(set, "p.go", source, parser.SkipObjectResolution)
	if err != nil {
		t.Fatal(err)
	}
	found, unknown := scan(set, []*ast.File{file})
	if len(found) != 4 || found[3].text != "an error of %v" || found[0].text != "a literal" || !found[1].format || found[2].text != "from a constant" {
		t.Errorf("found are %+v", found)
	}
	if len(unknown) != 2 {
		t.Errorf("not known are %q, want the last two", unknown)
	}
}
