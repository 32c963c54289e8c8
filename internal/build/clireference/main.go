// Command clireference writes the reference of the command line: the commands' section of docs/reference/cli.md, and with
// -man the manual pages into a folder.
//
//	clireference
//	clireference -man dist/man
package main

import (
	"flag"
	"fmt"
	"os"
	"time"

	"github.com/spf13/cobra/doc"

	"certloop/cmd/certloop/command"
)

const document = "docs/reference/cli.md"

func main() {
	man := flag.String("man", "", "the folder for manual pages")
	flag.Parse()
	if err := run(*man); err != nil {
		fmt.Fprintln(os.Stderr, "clireference:", err)
		os.Exit(1)
	}
}

func run(man string) error {
	if man != "" {
		return manual(man)
	}
	old, err := os.ReadFile(document)
	if err != nil {
		return err
	}
	text, err := reference(".", command.Tree())
	if err == nil {
		text, err = replaced(string(old), text)
	}
	if err != nil || text == string(old) {
		return err
	}
	fmt.Println("written", document)
	return os.WriteFile(document, []byte(text), 0o644)
}

// manual writes a page for each command. The date is fixed, so that the same source gives the same bytes.
func manual(folder string) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	date := time.Unix(0, 0).UTC()
	return doc.GenManTree(command.Tree(), &doc.GenManHeader{Title: "CERTLOOP", Section: "1", Source: "certloop", Manual: "certloop", Date: &date}, folder)
}
