package s3_test

import (
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"quitt/debt"
	"quitt/store"
	"quitt/store/blobs/blobtest"
	"quitt/store/blobs/s3"
)

const (
	access = "documents"
	secret = "only-for-this-test"
)

// server starts a real S3-compatible server over an empty bucket, for this test alone.
func server(t *testing.T) (account s3.Account, stop func()) {
	t.Helper()
	program := os.Getenv("QUITT_TEST_S3_SERVER")
	if program == "" {
		t.Fatal("QUITT_TEST_S3_SERVER is not set: run make test, or scripts/with-documents go test …")
	}
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := ln.Addr().String()
	if err := ln.Close(); err != nil {
		t.Fatal(err)
	}
	root, side := t.TempDir(), t.TempDir()
	if err := os.Mkdir(filepath.Join(root, "quitt"), 0o700); err != nil {
		t.Fatal(err)
	}
	c := exec.Command(program, "--port", address, "--access", access, "--secret", secret, "--region", "eu-central-1", "--quiet", "posix", "--sidecar", side, root)
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	gone := make(chan struct{})
	go func() { _ = c.Wait(); close(gone) }() // killed on purpose
	stop = func() { _ = c.Process.Kill(); <-gone }
	t.Cleanup(stop)
	for range 300 {
		conn, err := net.Dial("tcp", address)
		if err == nil {
			_ = conn.Close()
			return s3.Account{URL: "s3://quitt?tls=off&region=eu-central-1&prefix=documents/&endpoint=" + address, Key: access, Secret: secret}, stop
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("the server did not start")
	return s3.Account{}, nil
}

func TestABucketKeepsContent(t *testing.T) {
	account, stop := server(t)
	b, err := s3.New(account)
	if err != nil {
		t.Fatal(err)
	}
	if err := b.Reach(t.Context()); err != nil {
		t.Fatal(err)
	}
	blobtest.Keeps(t, b)
	unreachable := debt.E(debt.Unavailable, "documents_unreachable", nil)
	account.Secret = "another"
	other, err := s3.New(account)
	if err != nil {
		t.Fatal(err)
	}
	if err := other.Reach(t.Context()); !errors.Is(err, unreachable) {
		t.Errorf("with another secret: %v", err)
	}
	stop()
	if _, err := b.Put(t.Context(), store.NewID(), []byte("x")); !errors.Is(err, unreachable) {
		t.Errorf("without a server: %v", err)
	}
}

func TestAddressesOfBuckets(t *testing.T) {
	for url, ok := range map[string]bool{
		"s3://b?endpoint=h:1": true, "s3://b?endpoint=h:1&region=r&prefix=p/&tls=off": true, "s3://b": false, "s3://?endpoint=h:1": false,
		"http://b?endpoint=h:1": false, "s3://b/c?endpoint=h:1": false, "s3://u:p@b?endpoint=h:1": false, "s3://b?endpoint=h:1&secret=x": false, "": false,
	} {
		if _, err := s3.New(s3.Account{URL: url, Key: "k", Secret: "s"}); (err == nil) != ok {
			t.Errorf("%s: %v", url, err)
		}
	}
	if _, err := s3.New(s3.Account{URL: "s3://b?endpoint=h:1"}); err == nil {
		t.Error("without a key")
	}
}
