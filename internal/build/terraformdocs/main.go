// Command terraformdocs writes the tables of inputs and outputs into the README of each Terraform module below a
// folder.
//
//	terraformdocs terraform
package main

import (
	"fmt"
	"os"
	"path/filepath"

	"certloop/internal/build/moduledocs"
)

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: terraformdocs folder")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "terraformdocs:", err)
		os.Exit(1)
	}
}

func run(root string) error {
	folders, err := moduledocs.Folders(root)
	if err != nil {
		return err
	}
	for _, folder := range folders {
		is, want, err := moduledocs.README(folder)
		if err != nil {
			return err
		}
		if is == want {
			continue
		}
		file := filepath.Join(folder, "README.md")
		if err := os.WriteFile(file, []byte(want), 0o644); err != nil {
			return err
		}
		fmt.Println("written", file)
	}
	return nil
}
