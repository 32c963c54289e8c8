// Command lambdazip packs a program as the archive of a Lambda function for the runtime provided.al2023:
//
//	lambdazip -arch arm64 -licenses dist/THIRD_PARTY_LICENSES -o dist/certloop-lambda-arm64.zip dist/arm64/bootstrap
//
// The archive holds the program as bootstrap in its root, executable, behind an empty file whose name is the
// architecture, and the licences of the program's code. It depends only on these bytes: the same source gives the same
// archive on every machine, and a deployment shows no change without one. A program that Lambda could not start is
// refused here with the reason.
package main

import (
	"crypto/sha256"
	"flag"
	"fmt"
	"os"
)

func main() {
	arch := flag.String("arch", "", "the architecture the program must be for: arm64 or amd64")
	terms := flag.String("licenses", "", "the file with the licences of the program's code")
	out := flag.String("o", "", "the archive to write")
	flag.Parse()
	if flag.NArg() != 1 || *out == "" || *arch == "" || *terms == "" {
		flag.Usage()
		os.Exit(2)
	}
	if err := run(flag.Arg(0), *terms, *arch, *out); err != nil {
		fmt.Fprintln(os.Stderr, "lambdazip:", err)
		os.Exit(1)
	}
}

// maxSize is the largest archive in bytes. The documents promise it to users.
const maxSize = 12_000_000

func run(program, terms, arch, out string) error {
	body, err := os.ReadFile(program)
	if err != nil {
		return err
	}
	if err := startable(body, arch); err != nil {
		return fmt.Errorf("%s: %w", program, err)
	}
	licences, err := os.ReadFile(terms)
	if err != nil {
		return err
	}
	archive, err := pack(body, licences, arch)
	if err != nil {
		return fmt.Errorf("pack %s: %w", program, err)
	}
	if err := fits(len(archive), maxSize); err != nil {
		return fmt.Errorf("%s: %w", out, err)
	}
	if err := os.WriteFile(out, archive, 0o644); err != nil {
		return err
	}
	fmt.Printf("%s  %d bytes  sha256 %x\n", out, len(archive), sha256.Sum256(archive))
	return nil
}

func fits(size, most int) error {
	if size >= most {
		return fmt.Errorf("the archive has %d bytes: it must have fewer than %d", size, most)
	}
	return nil
}
