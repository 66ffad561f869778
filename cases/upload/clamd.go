package upload

import (
	"bytes"
	"context"
	"encoding/binary"
	"fmt"
	"io"
	"net"
	"strings"
	"time"

	"quitt/debt"
)

// Clamd is a ClamAV daemon behind a socket. Make it with NewClamd.
type Clamd struct{ network, address string }

// NewClamd takes "unix:/run/clamav/clamd.ctl" or "tcp:host:3310", or refuses with Invalid
// "clamd_invalid".
func NewClamd(at string) (*Clamd, error) {
	network, address, _ := strings.Cut(at, ":")
	if network != "unix" && network != "tcp" || address == "" {
		return nil, debt.E(debt.Invalid, "clamd_invalid", nil)
	}
	return &Clamd{network, address}, nil
}

// scanTime is how long a scan may take; ten megabytes take a second or two.
const scanTime = time.Minute

// chunk is how much is sent at once.
const chunk = 256 << 10

// Scan sends content and gives the name of what was found, "" for nothing. Any other answer, or
// none, is Unavailable "clamd_unreachable": it is not known to be clean.
func (c *Clamd) Scan(ctx context.Context, content []byte) (finding string, err error) {
	ctx, cancel := context.WithTimeout(ctx, scanTime)
	defer cancel()
	conn, err := (&net.Dialer{}).DialContext(ctx, c.network, c.address)
	if err != nil {
		return "", noScanner(err)
	}
	defer func() { _ = conn.Close() }()
	stop := context.AfterFunc(ctx, func() { _ = conn.Close() }) // ends reads and writes
	defer stop()
	if err := instream(conn, content); err != nil {
		return "", noScanner(err)
	}
	answer, err := io.ReadAll(io.LimitReader(conn, 4096))
	if err != nil {
		return "", noScanner(err)
	}
	return read(string(bytes.TrimRight(answer, "\x00\n")))
}

// instream writes the command INSTREAM (clamd(8)): lengths and pieces, and a length of 0.
func instream(w io.Writer, content []byte) error {
	if _, err := io.WriteString(w, "zINSTREAM\x00"); err != nil {
		return err
	}
	var size [4]byte
	for len(content) > 0 {
		piece := content[:min(chunk, len(content))]
		content = content[len(piece):]
		binary.BigEndian.PutUint32(size[:], uint32(len(piece))) //nolint:gosec // at most chunk
		if _, err := w.Write(size[:]); err != nil {
			return err
		}
		if _, err := w.Write(piece); err != nil {
			return err
		}
	}
	_, err := w.Write(make([]byte, 4))
	return err
}

func read(answer string) (string, error) {
	said, ok := strings.CutPrefix(answer, "stream: ")
	switch found, infected := strings.CutSuffix(said, " FOUND"); {
	case ok && said == "OK":
		return "", nil
	case ok && infected && found != "":
		return found, nil
	}
	return "", noScanner(fmt.Errorf("clamd says %.80q", answer))
}

func noScanner(err error) error {
	return fmt.Errorf("%w: %w", debt.E(debt.Unavailable, "clamd_unreachable", nil), err)
}
