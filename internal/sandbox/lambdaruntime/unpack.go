package lambdaruntime

import (
	"archive/zip"
	"fmt"
	"io"
	"os"
)

// unpack writes the archive's bootstrap to path, with its mode in the archive: a file that is not executable there does
// not start in Lambda either.
func unpack(archive, path string) (err error) {
	r, err := zip.OpenReader(archive)
	if err != nil {
		return err
	}
	defer func() { _ = r.Close() }()
	for _, f := range r.File {
		if f.Name == "bootstrap" {
			return extract(f, path)
		}
	}
	return fmt.Errorf("%s holds no bootstrap in its root", archive)
}

func extract(f *zip.File, path string) error {
	in, err := f.Open()
	if err != nil {
		return err
	}
	defer func() { _ = in.Close() }()
	out, err := os.OpenFile(path, os.O_CREATE|os.O_WRONLY|os.O_EXCL, f.Mode())
	if err != nil {
		return err
	}
	if _, err := io.Copy(out, in); err != nil {
		_ = out.Close()
		return err
	}
	return out.Close()
}
