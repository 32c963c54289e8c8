package main

import (
	"archive/zip"
	"bytes"
	"compress/flate"
	"debug/elf"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"
)

// marker returns the name of the archive's first entry, an empty file. A name is uncompressed at a fixed position in an
// archive. So Terraform can read the architecture at plan, where it cannot unpack anything: terraform/function.tf.
func marker(arch string) string { return "arch-" + arch }

// licences is the name of the archive's last entry: the licences of all code in the program.
const licences = "THIRD_PARTY_LICENSES"

// pack returns an archive of body and the licences of its code, marked as one for the architecture.
func pack(body, terms []byte, arch string) ([]byte, error) {
	var out bytes.Buffer
	w := zip.NewWriter(&out)
	w.RegisterCompressor(zip.Deflate, func(to io.Writer) (io.WriteCloser, error) {
		return flate.NewWriter(to, flate.BestCompression)
	})
	// This is the earliest time of the format. The file's own time would make every build a different archive.
	modified := time.Date(1980, 1, 1, 0, 0, 0, 0, time.UTC)
	if _, err := w.CreateHeader(&zip.FileHeader{Name: marker(arch), Method: zip.Store, Modified: modified}); err != nil {
		return nil, err
	}
	for _, e := range []struct {
		name string
		mode fs.FileMode
		body []byte
	}{
		{"bootstrap", 0o755, body}, // Lambda executes the file with the mode it finds here
		{licences, 0o644, terms},
	} {
		header := &zip.FileHeader{Name: e.name, Method: zip.Deflate, Modified: modified}
		header.SetMode(e.mode)
		entry, err := w.CreateHeader(header)
		if err != nil {
			return nil, err
		}
		if _, err := entry.Write(e.body); err != nil {
			return nil, err
		}
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

var machines = map[string]elf.Machine{"arm64": elf.EM_AARCH64, "amd64": elf.EM_X86_64}

// startable returns an error if Lambda could not start the program: it must be a static Linux executable for the
// architecture.
func startable(body []byte, arch string) error {
	machine, ok := machines[arch]
	if !ok {
		return fmt.Errorf("architecture %q is not known: use arm64 or amd64", arch)
	}
	f, err := elf.NewFile(bytes.NewReader(body))
	if err != nil {
		return errors.New("it is not a Linux program: build it with GOOS=linux")
	}
	if f.Machine != machine {
		return fmt.Errorf("it is for %s: build it with GOARCH=%s", f.Machine, arch)
	}
	for _, p := range f.Progs {
		// The dynamic loader of the build machine need not exist in Lambda's image.
		if p.Type == elf.PT_INTERP {
			return errors.New("it is linked dynamically: build it with CGO_ENABLED=0")
		}
	}
	if f.Type != elf.ET_EXEC {
		return fmt.Errorf("it is of type %s, not an executable: build package main", f.Type)
	}
	return nil
}
