// Package browser holds the tests that look at the pages as people do: in a real Chromium,
// with the keyboard, with scripts off, on a small screen, in the dark, from right to left.
// It has no code of its own; the program under test is built and started as a child.
//
//	scripts/with-chromium go test ./portal/browser/
//	QUITT_SCREENS=dir … -run Screens    also writes pictures of every page into dir
package browser
