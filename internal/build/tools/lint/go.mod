module certloop/internal/build/tools/lint

go 1.26.8

require (
	codeberg.org/polyfloyd/go-errorlint v1.9.0
	github.com/nishanths/exhaustive v0.15.0
	golang.org/x/tools v0.52.0
)

require golang.org/x/sync v0.24.0 // indirect
