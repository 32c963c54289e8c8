package command

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"certloop/cmd/certloop/lang"
	"certloop/cmd/certloop/manifest"
	"certloop/reconciler/spec"
)

// filesFlag adds -f.
func (a *app) filesFlag(cmd *cobra.Command, files *[]string) {
	cmd.Flags().StringArrayVarP(files, "filename", "f", nil, a.screen.T("a file or folder with records in YAML or JSON, or - for standard input; repeatable"))
	_ = cmd.MarkFlagFilename("filename", extensions...)
}

// extensions are those of the files that are read in a folder.
var extensions = []string{"yaml", "yml", "json"}

// documents reads the records of files. With problems the documents are those that could be read.
func (a *app) documents(paths []string, region string) ([]manifest.Document, manifest.Problems, error) {
	var files []manifest.File
	for _, path := range paths {
		found, err := a.filesAt(path)
		if err != nil {
			return nil, nil, err
		}
		files = append(files, found...)
	}
	docs, err := manifest.Decode(files, spec.Defaults{Region: region})
	var problems manifest.Problems
	switch {
	case errors.As(err, &problems):
		return docs, problems, nil
	case len(docs) == 0:
		return nil, nil, usageError{lang.Errorf("there is no record in %s", strings.Join(paths, ", "))}
	}
	return docs, nil, nil
}

// filesAt reads a file, standard input, or the files of a folder in the order of their names, without hidden folders, such as
// .git or the copies in a mounted ConfigMap.
func (a *app) filesAt(path string) ([]manifest.File, error) {
	info, err := os.Stat(path)
	if path == "-" || err != nil || !info.IsDir() {
		body, err := a.readFile(path)
		if path == "-" {
			path = "<stdin>"
		}
		return []manifest.File{{Name: path, Body: body}}, err
	}
	var files []manifest.File
	// With the separator, WalkDir follows a link to a folder.
	root := strings.TrimRight(path, string(filepath.Separator)) + string(filepath.Separator)
	err = filepath.WalkDir(root, func(inside string, entry fs.DirEntry, err error) error {
		if err == nil && entry.IsDir() && strings.HasPrefix(entry.Name(), ".") && inside != root {
			return fs.SkipDir
		}
		if err != nil || entry.IsDir() || !slices.Contains(extensions, strings.TrimPrefix(filepath.Ext(inside), ".")) {
			return err
		}
		body, err := a.readFile(inside)
		files = append(files, manifest.File{Name: inside, Body: body})
		return err
	})
	if err == nil && len(files) == 0 {
		err = usageError{lang.Errorf("there is no file in %s whose name ends in %s", path, list(extensions))}
	}
	return files, err
}
