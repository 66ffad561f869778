package bench

import (
	"bytes"
	"html/template"
	"math/rand/v2"
	"net"
	"testing"

	"github.com/gofiber/fiber/v2"

	"quitt/store/storetest"
)

// The yardstick is the cheapest honest page of the same size: one prepared query by
// primary key, one html/template, no session, no access rule, no interest.

const yardstickSQL = `SELECT file_reference, creditor_reference, review, stage, processing, payment, objection, plan,
	close_reason, principal_cents, interest_cents, costs_cents FROM cases WHERE creditor_id = $1 AND id = $2`

var yardstickPage = template.Must(template.New("page").Parse(`<!doctype html><html lang="de"><head><title>{{.Reference}}</title></head><body>
<h1>{{.Reference}}</h1><table>{{range .Rows}}<tr><th>{{.Name}}</th><td>{{.Text}}</td><td>{{.Cents}}</td></tr>
{{end}}</table></body></html>`))

type yardstickRow struct {
	Name, Text string
	Cents      int64
}

// yardstick serves a page of about size bytes on a free port.
func yardstick(b *testing.B, url string, keys [][2]string, size int) net.Listener {
	b.Helper()
	db := storetest.Raw(b, url)
	db.SetMaxOpenConns(16)
	db.SetMaxIdleConns(16)
	st, err := db.Prepare(yardstickSQL)
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = st.Close() })
	app := fiber.New(fiber.Config{DisableStartupMessage: true, Immutable: true})
	app.Get("/", func(c *fiber.Ctx) error {
		key := keys[rand.IntN(len(keys))]
		var texts [9]string
		var cents [3]int64
		err := st.QueryRowContext(c.UserContext(), key[0], key[1]).Scan(&texts[0], &texts[1], &texts[2], &texts[3], &texts[4],
			&texts[5], &texts[6], &texts[7], &texts[8], &cents[0], &cents[1], &cents[2])
		if err != nil {
			return err
		}
		var page bytes.Buffer
		rows := make([]yardstickRow, size/92)
		for i := range rows {
			rows[i] = yardstickRow{"Zeile & Name", texts[i%9] + " <Beispieltext der Seite>", cents[i%3]}
		}
		if err := yardstickPage.Execute(&page, map[string]any{"Reference": texts[0], "Rows": rows}); err != nil {
			return err
		}
		c.Set(fiber.HeaderContentType, "text/html; charset=utf-8")
		_, err = c.Write(page.Bytes())
		return err
	})
	return serve(b, app)
}

func serve(b *testing.B, app *fiber.App) net.Listener {
	b.Helper()
	ln, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		b.Fatal(err)
	}
	go func() { _ = app.Listener(ln) }() // ends with Shutdown
	b.Cleanup(func() { _ = app.Shutdown() })
	return ln
}
