// Package cases is a case's life from hand-over to closing: intake, changes on its status
// axes, statements. Each use case is one method of Desk: begin, load, ask debt, save, add
// events, commit.
package cases
