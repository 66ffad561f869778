// Package bench measures the portal over HTTP, beside a yardstick in the same run: figures
// of a noisy machine mean little alone. It has tests only; docs/benchmarks.md has the
// commands and what came out.
package bench
