// Package stdlib holds the modules that scripts load as "@std//…".
package stdlib

import "embed"

// Files are the modules, by path.
//
//go:embed *.star
var Files embed.FS
