// Package s3 keeps sealed content in a bucket of an S3-compatible service.
package s3

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/url"
	"strings"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"

	"quitt/debt"
	"quitt/store/blobs"
)

// Account is a bucket and who may use it.
type Account struct {
	URL    string // s3://bucket?endpoint=host:port&region=eu-central-1&prefix=quitt/&tls=off
	Key    string
	Secret debt.Personal
}

// Bucket is blobs.Blobs in a bucket. Make it with New.
type Bucket struct {
	client       *minio.Client
	name, prefix string
}

// Is reports whether a place is a bucket and not a folder.
func Is(place string) bool { return strings.HasPrefix(place, "s3://") }

// New reads the address of a bucket. Without "tls=off" nothing is sent in the clear; the
// content is sealed either way, the key of the account is not.
func New(a Account) (*Bucket, error) {
	u, err := url.Parse(a.URL)
	if err != nil || u.Scheme != "s3" || u.Host == "" || u.User != nil || strings.Trim(u.Path, "/") != "" {
		return nil, debt.E(debt.Invalid, "documents_place_invalid", nil)
	}
	q := u.Query()
	endpoint := q.Get("endpoint")
	for name := range q {
		if !strings.Contains(" endpoint region prefix tls ", " "+name+" ") {
			return nil, debt.E(debt.Invalid, "documents_place_invalid", nil)
		}
	}
	if endpoint == "" || a.Key == "" || a.Secret == "" {
		return nil, debt.E(debt.Invalid, "documents_place_invalid", nil)
	}
	client, err := minio.New(endpoint, &minio.Options{
		Creds: credentials.NewStaticV4(a.Key, a.Secret.Reveal(), ""), Secure: q.Get("tls") != "off", Region: q.Get("region"),
	})
	if err != nil {
		return nil, fmt.Errorf("%w: %w", debt.E(debt.Invalid, "documents_place_invalid", nil), err)
	}
	return &Bucket{client, u.Host, q.Get("prefix")}, nil
}

// Reach asks whether the bucket is there and may be used.
func (b *Bucket) Reach(ctx context.Context) error {
	found, err := b.client.BucketExists(ctx, b.name)
	if err == nil && !found {
		err = errors.New("no such bucket")
	}
	return unreachable(err)
}

// Put stores content; the service answers once it is durable. A retry writes the same bytes to
// the same name.
func (b *Bucket) Put(ctx context.Context, owner debt.ID, sealed []byte) (string, error) {
	name := blobs.Name(owner, sealed)
	if err := blobs.Check(name); err != nil {
		return "", err
	}
	_, err := b.client.PutObject(ctx, b.name, b.prefix+name, bytes.NewReader(sealed), int64(len(sealed)),
		minio.PutObjectOptions{ContentType: "application/octet-stream", DisableMultipart: true})
	return name, unreachable(err)
}

// Get reads content, no more than there can be.
func (b *Bucket) Get(ctx context.Context, name string) ([]byte, error) {
	if err := blobs.Check(name); err != nil {
		return nil, err
	}
	object, err := b.client.GetObject(ctx, b.name, b.prefix+name, minio.GetObjectOptions{})
	if err != nil {
		return nil, unreachable(err)
	}
	defer func() { _ = object.Close() }()
	info, err := object.Stat()
	switch {
	case err != nil:
		return nil, unreachable(err)
	case info.Size > blobs.Most:
		return nil, debt.E(debt.NotFound, "document_damaged", nil)
	}
	out := make([]byte, info.Size)
	_, err = io.ReadFull(object, out)
	return out, unreachable(err)
}

// Remove deletes content.
func (b *Bucket) Remove(ctx context.Context, name string) error {
	if err := blobs.Check(name); err != nil {
		return err
	}
	err := b.client.RemoveObject(ctx, b.name, b.prefix+name, minio.RemoveObjectOptions{})
	if errors.Is(unreachable(err), fs.ErrNotExist) {
		return nil
	}
	return unreachable(err)
}

// Each lists an owner's content.
func (b *Bucket) Each(ctx context.Context, owner debt.ID, fn func(name string, stored time.Time) error) error {
	ctx, cancel := context.WithCancel(ctx) // ends the listing when fn does
	defer cancel()
	for object := range b.client.ListObjects(ctx, b.name, minio.ListObjectsOptions{Prefix: b.prefix + string(owner) + "/", Recursive: true}) {
		name := strings.TrimPrefix(object.Key, b.prefix)
		switch {
		case object.Err != nil:
			return unreachable(object.Err)
		case blobs.Check(name) != nil:
			continue // not ours
		}
		if err := fn(name, object.LastModified); err != nil {
			return err
		}
	}
	return nil
}

// unreachable tells what is not there from a service that does not answer.
func unreachable(err error) error {
	var said minio.ErrorResponse
	switch {
	case err == nil:
		return nil
	case errors.As(err, &said) && said.Code == "NoSuchKey":
		return fmt.Errorf("%w: %w", fs.ErrNotExist, err)
	}
	return fmt.Errorf("%w: %w", debt.E(debt.Unavailable, "documents_unreachable", nil), err)
}
