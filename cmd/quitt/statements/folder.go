package statements

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"time"

	"quitt/bank"
	"quitt/bank/archive"
	"quitt/debt"
	"quitt/notifications"
	"quitt/payments/transfer"
	"quitt/store"
)

// Settings are those of the bank rail.
type Settings struct {
	// Folder is where files of banks are put, each creditor's in a folder of its code; read ones
	// are moved into done beside them, those that cannot be read into refused.
	Folder string `env:"QUITT_STATEMENTS_DIR"`
}

// Values tells what is set.
func (s Settings) Values(into map[string]any) { into["QUITT_STATEMENTS_DIR"] = s.Folder }

// settled is how long a file has not changed before it is read: whoever puts it there may write
// still.
const settled = 10 * time.Second

// folder watches one.
type folder struct {
	Settings

	desk transfer.Desk
	log  *slog.Logger
}

// Loops read the files that banks put into the folder, and do what is left to do with lines.
func Loops(s Settings, d transfer.Desk, log *slog.Logger) []notifications.Loop {
	list := []notifications.Loop{{Name: "bank_lines", Every: time.Minute, Work: func(ctx context.Context, creditor debt.ID) (int, error) {
		n, err := d.Work(ctx, creditor)
		return n.All() + n.Proofs, err
	}, Queue: func(ctx context.Context, creditor debt.ID) (notifications.Queue, error) {
		waiting, oldest, err := d.Queue(ctx, creditor)
		return notifications.Queue{Waiting: waiting, Oldest: oldest}, err
	}}}
	if s.Folder != "" {
		f := folder{s, d, log}
		list = append(list, notifications.Loop{Name: "bank_files", Every: 15 * time.Second, Work: f.work, Queue: f.queue})
	}
	return list
}

// work reads one file of a creditor.
func (f folder) work(ctx context.Context, creditor debt.ID) (int, error) {
	dir, list, err := f.ready(ctx, creditor)
	if err != nil || len(list) == 0 {
		return 0, err
	}
	return 1, f.take(ctx, creditor, filepath.Join(dir, list[0].Name()))
}

// queue tells the files that are there and not read.
func (f folder) queue(ctx context.Context, creditor debt.ID) (q notifications.Queue, err error) {
	_, list, err := f.ready(ctx, creditor)
	for _, info := range list {
		if q.Waiting++; q.Oldest.IsZero() || info.ModTime().Before(q.Oldest) {
			q.Oldest = info.ModTime()
		}
	}
	return q, err
}

// ready gives the folder of a creditor and the files in it that nobody writes any more.
func (f folder) ready(ctx context.Context, creditor debt.ID) (dir string, files []fs.FileInfo, err error) {
	code, err := f.code(ctx, creditor)
	if err != nil {
		return "", nil, err
	}
	dir = filepath.Join(f.Folder, code)
	list, err := os.ReadDir(dir)
	if errors.Is(err, fs.ErrNotExist) {
		return dir, nil, nil
	}
	for _, e := range list {
		info, gone := e.Info()
		if gone == nil && info.Mode().IsRegular() && f.desk.Now().Sub(info.ModTime()) >= settled {
			files = append(files, info)
		}
	}
	return dir, files, err
}

func (f folder) code(ctx context.Context, creditor debt.ID) (code string, err error) {
	err = f.desk.Store.Read(ctx, "", func(r *store.Reader) error {
		list, err := r.Creditors()
		for _, c := range list {
			if c.ID == creditor {
				code = c.Code
			}
		}
		return err
	})
	return code, err
}

// take reads a file and moves it away once that is committed. One that may be read later, when
// the database is there again, stays.
func (f folder) take(ctx context.Context, creditor debt.ID, path string) error {
	r, err := Read(ctx, f.desk, creditor, path)
	switch {
	case err == nil:
		return move(path, "done")
	case !refusal(err):
		return err
	}
	f.log.Warn("a bank's file is refused", "creditor", string(creditor), "sha256", r.File.SHA256, "reason", r.File.Reason)
	return move(path, "refused")
}

// refusal reports whether a file is wrong, and not the moment.
func refusal(err error) bool {
	var format *bank.FormatError
	kind := debt.KindOf(err)
	return errors.As(err, &format) || kind == debt.Invalid || kind == debt.NotFound
}

// move puts a file into a folder beside it; one of the same name stays what it is.
func move(path, into string) error {
	dir, name := filepath.Join(filepath.Dir(path), into), filepath.Base(path)
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	to := filepath.Join(dir, name)
	for n := 2; ; n++ {
		if _, err := os.Lstat(to); errors.Is(err, fs.ErrNotExist) {
			return os.Rename(path, to)
		}
		to = filepath.Join(dir, strconv.Itoa(n)+"-"+name)
	}
}

// Read imports a file by its path.
func Read(ctx context.Context, d transfer.Desk, creditor debt.ID, path string) (transfer.Report, error) {
	file, err := os.Open(path) //nolint:gosec // the operator names the file
	if err != nil {
		return transfer.Report{}, err
	}
	defer func() { _ = file.Close() }()
	info, err := file.Stat()
	if err != nil {
		return transfer.Report{}, err
	}
	return d.Import(ctx, creditor, archive.File{Name: filepath.Base(path), R: file, Size: info.Size()})
}
