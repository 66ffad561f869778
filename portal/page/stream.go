package page

import (
	"bufio"
	"context"
	"net"
	"time"

	"github.com/gofiber/fiber/v2"
)

// readerRest is for how long the reader of a long answer may take nothing.
const readerRest = time.Minute

// Stream answers with what is written while it is read, for at most so long as a whole: it is never
// there as a whole, and outlives its handler. A reader that went away is no mistake of ours.
func Stream(c *fiber.Ctx, most time.Duration, write func(ctx context.Context, w *Reader)) {
	conn := c.Context().Conn()
	c.Context().SetBodyStreamWriter(func(out *bufio.Writer) {
		ctx, cancel := context.WithTimeout(context.Background(), most)
		defer cancel()
		r := &Reader{out: out, conn: conn, watch: time.AfterFunc(readerRest, func() { _ = conn.Close() })}
		defer r.watch.Stop()
		write(ctx, r)
	})
}

// Reader is who reads a long answer. He has a rest at each step, and one who takes nothing is left.
type Reader struct {
	out   *bufio.Writer
	conn  net.Conn
	watch *time.Timer
}

// Step begins the reader's time anew. The deadline of an ordinary answer is too short for a long
// file.
func (r *Reader) Step() error {
	r.watch.Reset(readerRest)
	return r.conn.SetWriteDeadline(time.Time{})
}

// Write is a step.
func (r *Reader) Write(b []byte) (int, error) {
	if err := r.Step(); err != nil {
		return 0, err
	}
	return r.out.Write(b)
}

// Flush sends what was written, so that nobody between us takes the connection for dead.
func (r *Reader) Flush() error {
	if err := r.Step(); err != nil {
		return err
	}
	return r.out.Flush()
}
