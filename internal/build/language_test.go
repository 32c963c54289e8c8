package build

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strings"
	"testing"
)

// plainWords are words that a plainer one replaces, with that one: documents for operators and users, whose English may be
// a second language, say it.
var plainWords = map[*regexp.Regexp]string{
	regexp.MustCompile(`(?i)\bpeople\b`):                              "operators or users",
	regexp.MustCompile(`(?i)\btold\b`):                                "delivered, sent or reported",
	regexp.MustCompile(`(?i)\bmend(s|ed|ing)?\b`):                     "fix",
	regexp.MustCompile(`(?i)\bmostly\b`):                              "usually",
	regexp.MustCompile(`(?i)\blook(s|ed|ing)? (at|whether)\b`):        "read, observe or check",
	regexp.MustCompile(`(?i)\bwithout more ado\b|in the same breath`): "the plain thing",
	regexp.MustCompile(`(?i)\bin the dark\b|\bon hold for good\b`):    "the plain thing",
	regexp.MustCompile(`(?i)\bsays (that|whether)\b`):                 "reports whether, or returns",
	regexp.MustCompile(`(?i)\bthe CA's (own )?words?\b`):              "the CA's error message",
	regexp.MustCompile(`(?i)\bput (a record|one)\b`):                  "create",
	regexp.MustCompile(`(?i)\bpassing (error|fault)s?\b`):             "transient",
}

// code matches names in code style, which stay as they are: the changelog has former names of stored fields.
var code = regexp.MustCompile("`[^`]*`")

// TestDocumentsUsePlainWords holds the documents, and the descriptions and messages of the Terraform modules.
func TestDocumentsUsePlainWords(t *testing.T) {
	files := 0
	for _, file := range tracked(t, "*.md", "terraform/*.tf") {
		files++
		line := 0
		for text := range strings.Lines(read(t, "../../"+file)) {
			line++
			for word, better := range plainWords {
				if found := word.FindString(code.ReplaceAllString(text, "")); found != "" {
					t.Errorf("%s:%d: %q: write %s", file, line, found, better)
				}
			}
		}
	}
	if files < 40 {
		t.Fatalf("only %d files were read", files)
	}
}

// TestMessagesUsePlainWords holds the string literals of the program; contracts and tests have sentences as keys.
func TestMessagesUsePlainWords(t *testing.T) {
	literals := 0
	for _, folder := range []string{"cmd", "reconciler", "store", "providers"} {
		for _, f := range parse(t, "../../"+folder) {
			if strings.Contains(f.at(f.file), "/contract/") {
				continue
			}
			ast.Inspect(f.file, func(n ast.Node) bool {
				text, ok := n.(*ast.BasicLit)
				if !ok || text.Kind != token.STRING {
					return true
				}
				literals++
				for word, better := range plainWords {
					if found := word.FindString(text.Value); found != "" {
						t.Errorf("%s: %q: write %s", f.at(text), found, better)
					}
				}
				return true
			})
		}
	}
	if literals < 1000 {
		t.Fatalf("only %d literals were read", literals)
	}
}

// TestComments_UsePlainWords holds the comments of all Go files.
func TestComments_UsePlainWords(t *testing.T) {
	comments := 0
	for _, name := range tracked(t, "*.go") {
		set := token.NewFileSet()
		file, err := parser.ParseFile(set, "../../"+name, nil, parser.ParseComments|parser.SkipObjectResolution)
		if err != nil {
			t.Fatal(err)
		}
		for _, group := range file.Comments {
			comments++
			for word, better := range plainWords {
				if found := word.FindString(code.ReplaceAllString(group.Text(), "")); found != "" {
					t.Errorf("%s:%d: %q: write %s", name, set.Position(group.Pos()).Line, found, better)
				}
			}
		}
	}
	if comments < 1000 {
		t.Fatalf("only %d comments were read", comments)
	}
}
