package command

import (
	"crypto/rand"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"syscall"

	"certloop/cmd/certloop/lang"
)

// newFileMode is the mode of a file that did not exist, before the process's umask.
const newFileMode = 0o644

// outputFile is a file that is written as a whole: at each time it has its old content or the new one, also if the disk is full
// or the machine stops.
type outputFile struct {
	// named is the path that the operator gave, path the file itself, which may be behind a link.
	named, path string
	// mode is that of the file, or zero if there is none.
	mode fs.FileMode
}

// openOutput checks that a file can be written, before the work for it is done. It creates nothing. The rename of a file would
// replace a folder, a device or a pipe by a file, so these are refused.
func openOutput(named string) (outputFile, error) {
	f := outputFile{named: named, path: named}
	link, err := os.Lstat(named)
	if errors.Is(err, fs.ErrNotExist) {
		return f, f.checkFolder()
	}
	if err != nil {
		return f, f.wrap(err)
	}
	if link.Mode()&fs.ModeSymlink != 0 {
		if f.path, err = filepath.EvalSymlinks(named); errors.Is(err, fs.ErrNotExist) {
			return f, lang.Errorf("%s is a link to a file that does not exist: remove it, or give another file", named)
		}
		if err != nil {
			return f, f.wrap(err)
		}
	}
	info, err := os.Stat(f.path)
	switch {
	case err != nil:
		return f, f.wrap(err)
	case info.IsDir():
		return f, lang.Errorf("%s is a folder: give the name of a file", named)
	case !info.Mode().IsRegular():
		return f, lang.Errorf("%s is not a regular file: give another file, or none for standard output", named)
	}
	f.mode = info.Mode().Perm()
	return f, f.checkWritable()
}

// checkFolder reports a folder that does not exist.
func (f outputFile) checkFolder() error {
	folder := filepath.Dir(f.path)
	info, err := os.Stat(folder)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return lang.Errorf("the folder %s does not exist: create it", folder)
	case err != nil:
		return f.wrap(err)
	case !info.IsDir():
		return lang.Errorf("%s is not a folder: give another file", folder)
	}
	return nil
}

// checkWritable reports a file that the operator may not write, which a rename would replace all the same.
func (f outputFile) checkWritable() error {
	file, err := os.OpenFile(f.path, os.O_WRONLY, 0)
	if err != nil {
		return f.wrap(err)
	}
	return file.Close()
}

// replace writes the file. With an error the old content stays.
func (f outputFile) replace(body []byte) (err error) {
	beside, err := f.beside()
	if err != nil {
		return f.wrap(err)
	}
	defer func() {
		if err != nil {
			_ = os.Remove(beside.Name())
			err = f.wrap(err)
		}
	}()
	_, err = beside.Write(body)
	if err == nil && f.mode != 0 {
		err = beside.Chmod(f.mode)
	}
	if err == nil {
		err = beside.Sync()
	}
	if closed := beside.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(beside.Name(), f.path)
	}
	return err
}

// beside creates a file in the same folder, with the mode that the file has or that a new one has.
func (f outputFile) beside() (*os.File, error) {
	mode := fs.FileMode(newFileMode)
	if f.mode != 0 {
		// Nobody may read the new content who may not read the old one.
		mode = f.mode & 0o600
	}
	name := filepath.Join(filepath.Dir(f.path), "."+filepath.Base(f.path)+"."+rand.Text()[:8])
	return os.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode|0o200)
}

// wrap returns the error with the path that the operator gave, and what to do.
func (f outputFile) wrap(err error) error {
	var of *fs.PathError
	if errors.As(err, &of) {
		err = of.Err
	}
	var rename *os.LinkError
	if errors.As(err, &rename) {
		err = rename.Err
	}
	switch {
	case errors.Is(err, fs.ErrPermission):
		return lang.Errorf("you may not write %s: give another file", f.named)
	case errors.Is(err, syscall.ENOSPC):
		return lang.Errorf("%s was not written, because the disk is full", f.named)
	}
	return lang.Errorf("%s was not written: %w", f.named, err)
}
