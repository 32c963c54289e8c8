package main

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

const source = "package main\n\nfunc main() { println(\"hello\") }\n"

// build compiles a small program.
func build(t *testing.T, environ ...string) string {
	t.Helper()
	dir := t.TempDir()
	file, program := filepath.Join(dir, "main.go"), filepath.Join(dir, "program")
	if err := os.WriteFile(file, []byte(source), 0o644); err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command("go", "build", "-o", program, file)
	cmd.Env = append(os.Environ(), append([]string{"CGO_ENABLED=0", "GOOS=linux"}, environ...)...)
	if out, err := cmd.CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return program
}

// terms writes a file with licences.
func terms(t *testing.T) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "licences")
	if err := os.WriteFile(path, []byte("licences"), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func read(t *testing.T, path string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestPack_HasOneExecutableInItsRoot(t *testing.T) {
	program := build(t, "GOARCH=arm64")
	out := filepath.Join(t.TempDir(), "function.zip")
	if err := run(program, terms(t), "arm64", out); err != nil {
		t.Fatal(err)
	}
	r, err := zip.OpenReader(out)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = r.Close() }()
	if len(r.File) != 3 || r.File[1].Name != "bootstrap" || r.File[1].Mode() != 0o755 {
		t.Fatalf("holds %d files, the second %s with mode %s", len(r.File), r.File[1].Name, r.File[1].Mode())
	}
	if r.File[2].Name != "THIRD_PARTY_LICENSES" || r.File[2].Mode() != 0o644 || r.File[2].UncompressedSize64 == 0 {
		t.Errorf("the third file is %s with mode %s and %d bytes", r.File[2].Name, r.File[2].Mode(), r.File[2].UncompressedSize64)
	}
	// Terraform reads it here: behind the 30 bytes of the first local header.
	if body := read(t, out); string(body[30:40]) != "arch-arm64" {
		t.Errorf("the archive begins with %q", body[:40])
	}
	f, err := r.File[1].Open()
	if err != nil {
		t.Fatal(err)
	}
	got, err := io.ReadAll(f)
	if err != nil || !bytes.Equal(got, read(t, program)) {
		t.Errorf("%d bytes came back, %v", len(got), err)
	}
}

func TestPack_TheSameProgramGivesTheSameArchive(t *testing.T) {
	program := build(t, "GOARCH=amd64")
	dir := t.TempDir()
	one, two := filepath.Join(dir, "one.zip"), filepath.Join(dir, "two.zip")
	if err := run(program, terms(t), "amd64", one); err != nil {
		t.Fatal(err)
	}
	// Neither the file's time nor its mode may change the archive.
	other := filepath.Join(dir, "other")
	if err := os.WriteFile(other, read(t, program), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := run(other, terms(t), "amd64", two); err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(read(t, one), read(t, two)) {
		t.Error("the archives differ")
	}
}

func TestPack_RefusesAProgramThatLambdaCouldNotStart(t *testing.T) {
	notELF := filepath.Join(t.TempDir(), "script")
	if err := os.WriteFile(notELF, []byte("#!/bin/sh\n"), 0o755); err != nil {
		t.Fatal(err)
	}
	program := build(t, "GOARCH=amd64")
	dynamic := filepath.Join(t.TempDir(), "dynamic")
	// A PT_INTERP header is all that makes a program dynamic: rename the PT_NOTE header of a static one.
	if err := os.WriteFile(dynamic, interp(t, read(t, program)), 0o755); err != nil {
		t.Fatal(err)
	}
	for sentence, c := range map[string]struct{ program, arch, want string }{
		"for another architecture": {program, "arm64", "it is for EM_X86_64: build it with GOARCH=arm64"},
		"an unknown architecture":  {program, "riscv64", `architecture "riscv64" is not known: use arm64 or amd64`},
		"no program":               {notELF, "amd64", "it is not a Linux program: build it with GOOS=linux"},
		"linked dynamically":       {dynamic, "amd64", "it is linked dynamically: build it with CGO_ENABLED=0"},
		"not found":                {filepath.Join(t.TempDir(), "none"), "amd64", "no such file"},
	} {
		t.Run(sentence, func(t *testing.T) {
			out := filepath.Join(t.TempDir(), "function.zip")
			err := run(c.program, terms(t), c.arch, out)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("error %v, want %s", err, c.want)
			}
			if _, err := os.Stat(out); err == nil {
				t.Error("an archive was written")
			}
		})
	}
}

// interp turns the PT_NOTE program header of a 64-bit little-endian ELF file into PT_INTERP.
func interp(t *testing.T, elf []byte) []byte {
	t.Helper()
	const headers, size, ptInterp, ptNote = 64, 56, 3, 4
	for at := headers; at < headers+20*size; at += size {
		if elf[at] == ptNote {
			elf[at] = ptInterp
			return elf
		}
	}
	t.Fatal("the program has no PT_NOTE header")
	return nil
}

func TestPack_TwelveMegabytesAreTooLarge(t *testing.T) {
	if err := fits(maxSize-1, maxSize); err != nil {
		t.Errorf("one byte below the limit: %v", err)
	}
	err := fits(maxSize, maxSize)
	if want := "the archive has 12000000 bytes: it must have fewer than 12000000"; err == nil || err.Error() != want {
		t.Errorf("error %v, want %s", err, want)
	}
}
