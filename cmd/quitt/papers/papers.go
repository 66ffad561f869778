// Package papers wires the documents people hand in: the settings, where their content lies, the
// scanner, and the loops.
package papers

import (
	"context"
	"log/slog"
	"path/filepath"
	"strings"
	"time"

	"quitt/cases/upload"
	"quitt/cases/upload/raster"
	"quitt/debt"
	"quitt/notifications"
	"quitt/store"
	"quitt/store/blobs"
	"quitt/store/blobs/s3"
	"quitt/store/vault"
)

// Purpose is what the keys over the creditors' keys are derived for.
const Purpose = "documents"

// Settings say where documents lie and who scans them. Nothing set: a folder beside the database,
// and no scanner.
type Settings struct {
	Place  string        `env:"QUITT_DOCUMENTS"`     // a folder, or s3://BUCKET?endpoint=HOST:PORT
	Key    string        `env:"QUITT_DOCUMENTS_KEY"` // of the bucket's account
	Secret debt.Personal `env:"QUITT_DOCUMENTS_SECRET"`
	Clamd  string        `env:"QUITT_CLAMD"` // unix:/run/clamav/clamd.ctl or tcp:HOST:3310
	Quota  int64         `env:"QUITT_DOCUMENTS_QUOTA_MB" envDefault:"20480"`
	Draw   string        `env:"QUITT_PDFTOPPM" envDefault:"pdftoppm"` // draws PDFs for staff, where it is installed
}

// Check finds what is wrong without touching a disk or a network.
func (s Settings) Check() error {
	if s.Clamd != "" {
		if _, err := upload.NewClamd(s.Clamd); err != nil {
			return err
		}
	}
	if s3.Is(s.Place) {
		_, err := s3.New(s.account())
		return err
	}
	if strings.Contains(s.Place, "://") || s.Quota < 1 {
		return debt.E(debt.Invalid, "documents_place_invalid", nil)
	}
	return nil
}

func (s Settings) account() s3.Account { return s3.Account{URL: s.Place, Key: s.Key, Secret: s.Secret} }

// Values are the settings in force, for quitt config.
func (s Settings) Values(into map[string]any) {
	into["QUITT_DOCUMENTS"], into["QUITT_DOCUMENTS_KEY"], into["QUITT_DOCUMENTS_SECRET"] = s.Place, s.Key, s.Secret
	into["QUITT_CLAMD"], into["QUITT_DOCUMENTS_QUOTA_MB"], into["QUITT_PDFTOPPM"] = s.Clamd, s.Quota, s.Draw
}

// Base is what a desk is made of.
type Base struct {
	Store    *store.Store
	Database string // its URL: the default folder lies beside a database of one file
	Now      func() time.Time
	Keys     [][]byte // over the creditors' keys, the newest first
	Log      *slog.Logger
}

// Desk makes what works with documents, and makes sure that they can be stored.
func (s Settings) Desk(ctx context.Context, b Base) (*upload.Desk, error) {
	v, err := vault.New(b.Keys)
	if err != nil {
		return nil, err
	}
	d := &upload.Desk{Store: b.Store, Vault: v, Now: b.Now, Log: b.Log, Quota: s.Quota << 20, Raster: raster.Find(s.Draw)}
	if s.Clamd != "" {
		if d.Scanner, err = upload.NewClamd(s.Clamd); err != nil {
			return nil, err
		}
	}
	d.Blobs, err = s.blobs(ctx, b.Database)
	return d, err
}

func (s Settings) blobs(ctx context.Context, database string) (blobs.Blobs, error) {
	if !s3.Is(s.Place) {
		return blobs.NewFolder(s.folder(database))
	}
	bucket, err := s3.New(s.account())
	if err != nil {
		return nil, err
	}
	return bucket, bucket.Reach(ctx)
}

// folder is beside the database if that is a file, else below where the program runs.
func (s Settings) folder(database string) string {
	file, isFile := strings.CutPrefix(database, "sqlite:")
	switch {
	case s.Place != "":
		return s.Place
	case isFile:
		return filepath.Join(filepath.Dir(file), "documents")
	}
	return "documents"
}

// Loops are what documents need beside the visitors.
func Loops(d *upload.Desk) []notifications.Loop {
	queue := func(ctx context.Context, creditor debt.ID) (notifications.Queue, error) {
		n, oldest, err := d.Waiting(ctx, creditor)
		return notifications.Queue{Waiting: n, Oldest: oldest}, err
	}
	return []notifications.Loop{
		{Name: "document_scan", Every: 15 * time.Second, Work: d.Scan, Queue: queue},
		{Name: "document_prune", Every: 10 * time.Minute, Work: d.Prune},
	}
}
