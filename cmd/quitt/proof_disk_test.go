//go:build linux

package main

import (
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
)

const envLimit = "QUITT_PROOF_LIMIT"

// runLimited becomes the program named by the arguments, under a limit on the size of
// every file it writes.
func runLimited() {
	n, err := strconv.ParseUint(os.Getenv(envLimit), 10, 64)
	if err == nil {
		err = syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: n, Max: n})
	}
	if err == nil {
		err = syscall.Exec(os.Args[1], os.Args[1:], os.Environ()) //nolint:gosec // the proof names the program
	}
	_, _ = fmt.Fprintln(os.Stderr, err)
	os.Exit(99)
}

// full judges an import that may have met the end of the disk, and repeats it with space.
func (p *proof) full(s site, r result) (stored bool) {
	p.Helper()
	stored = p.allOrNothing(s)
	switch {
	case r.code == exitOK && stored:
		p.counts["stored"]++
	case r.code == exitFailed && !stored && strings.Contains(r.err, sentenceFull):
		p.counts["refused"]++
	default:
		p.violation("exit %d, stored %t: %s", r.code, stored, r.err)
	}
	return stored
}

// largest is the size of the largest file beside a database.
func (p *proof) largest(s site) int64 {
	p.Helper()
	most := int64(0)
	for _, suffix := range []string{"", "-wal", "-shm"} {
		if info, err := os.Stat(s.path + suffix); err == nil {
			most = max(most, info.Size())
		}
	}
	return most
}

// A limit on the file size needs no rights and hits every write of the import.
func TestAnImportOnALimitedDiskStoresAllOrNothing(t *testing.T) {
	t.Parallel()
	p := newProof(t, "disk-limit", "sqlite", 4)
	path := p.handovers(p.rows)
	s := p.copy()
	p.must(s, "import", path, "--creditor", "praxis")
	least, most := p.largest(p.template), p.largest(s)
	p.drop(s)
	self, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p.each(func(i int, rng *rand.Rand) {
		s := p.copy()
		defer p.drop(s)
		limit := least // the first has no room at all, so one is refused for certain
		if i > 0 {
			limit += rng.Int64N(most - least)
		}
		c := exec.Command(self, binary(t), "import", path, "--creditor", "praxis")
		r := p.startAs(c, s, envChild+"=limit", envLimit+"="+strconv.FormatInt(limit, 10)).end()
		p.full(s, r)
		if p.last(i) || r.code == exitOK {
			p.undisturbed(s, path)
		}
	})
	if p.counts["refused"] == 0 {
		p.Errorf("no import met the limit")
	}
}

// A file system of its own is the real thing; it needs the right to mount one.
func TestAnImportOnAFullDiskStoresNothing(t *testing.T) {
	t.Parallel()
	p := newProof(t, "disk-full", "sqlite", 10)
	path := p.handovers(p.rows)
	p.each(func(_ int, rng *rand.Rand) {
		dir := filepath.Join(t.TempDir(), "disk")
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		size := func(n int64) string { return "size=" + strconv.FormatInt(n, 10) }
		need := 2 * p.largest(p.template)
		if err := syscall.Mount("quitt", dir, "tmpfs", 0, size(64<<20)); err != nil {
			p.counts["without-mount"]++
			t.Logf("no right to mount (%v): only the limit on the file size was proved, by the test beside this one", err)
			return
		}
		p.counts["with-mount"]++
		defer func() {
			if err := syscall.Unmount(dir, syscall.MNT_DETACH); err != nil {
				t.Error(err)
			}
		}()
		s := p.copyTo(dir)
		p.must(s, "verify")
		room := need + rng.Int64N(1<<20)
		if err := syscall.Mount("quitt", dir, "tmpfs", syscall.MS_REMOUNT, size(room)); err != nil {
			t.Fatal(err)
		}
		r := p.start(s, "import", path, "--creditor", "praxis").end()
		if err := syscall.Mount("quitt", dir, "tmpfs", syscall.MS_REMOUNT, size(64<<20)); err != nil {
			t.Fatal(err)
		}
		if p.full(s, r) && p.rows == longRows {
			p.violation("%d rows on a disk of %d bytes", p.rows, room)
		}
		p.undisturbed(s, path)
	})
}
