package portal

import (
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"sync"
	"testing"
	"testing/fstest"

	"quitt/store"
	"quitt/store/storetest"
)

func TestMain(m *testing.M) {
	code := m.Run()
	if err := storetest.Tidy(); err != nil {
		_, _ = fmt.Fprintln(os.Stderr, err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// model is a world as it is in the beginning. Building one takes seconds, most of them for the
// codes of its letters, which are hashed as slowly as in operation.
type model struct {
	once   sync.Once
	world  *world
	rows   *storetest.Filled
	papers fstest.MapFS
}

var models = map[string]*model{"sqlite": {}, "postgres": {}}

func (m *model) build(t testing.TB, engine string) {
	t.Helper()
	m.rows = storetest.Fill(t, engine, func(url string) {
		s := storetest.Open(t, store.Options{URL: url})
		w := newWorld(t, s)
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		m.papers = fstest.MapFS{}
		w.must(filepath.WalkDir(w.folder, func(path string, d os.DirEntry, err error) error {
			if err != nil || d.IsDir() {
				return err
			}
			name, err := filepath.Rel(w.folder, path)
			if err != nil {
				return err
			}
			b, err := os.ReadFile(path)
			m.papers[filepath.ToSlash(name)] = &fstest.MapFile{Data: b, Mode: 0o600}
			return err
		}))
		m.world = w
	})
}

// worldOn gives a world of a test's own: the rows, the papers and the memory of the model.
func worldOn(t testing.TB, engine string) *world {
	t.Helper()
	m := models[engine]
	m.once.Do(func() { m.build(t, engine) })
	if m.world == nil {
		t.Fatal("there is no world to begin with") // the test that built it says why
	}
	url := m.rows.Copy(t)
	w := m.world.copied(t, storetest.Open(t, store.Options{URL: url}))
	w.rows = url
	folder := t.TempDir()
	w.must(os.CopyFS(folder, m.papers))
	w.openPapers(folder)
	return w
}

// copied has the same people with the same secrets, and shares nothing that changes.
func (w *world) copied(t testing.TB, s *store.Store) *world {
	t.Helper()
	c := emptyWorld(t, s)
	c.clock.Set(w.clock.Now())
	c.files = w.files
	tenants, files, roles := map[*tenant]*tenant{}, map[*dossier]*dossier{}, map[*role]*role{}
	for _, k := range w.tenants {
		own := *k
		own.files = map[string]*dossier{}
		for key, f := range k.files {
			file := *f
			file.of, own.files[key], files[f] = &own, &file, &file
		}
		tenants[k] = &own
		c.tenants = append(c.tenants, &own)
	}
	same := func(list []*role) (out []*role) {
		for _, r := range list {
			if roles[r] == nil {
				own := *r
				own.file, own.feed, own.leads = files[r.file], tenants[r.feed], maps.Clone(r.leads)
				roles[r] = &own
			}
			out = append(out, roles[r])
		}
		return out
	}
	c.roles, c.helpers = same(w.roles), same(w.helpers)
	known := func(d *datum) *datum {
		own := *d
		own.of, own.file = tenants[d.of], files[d.file]
		return &own
	}
	for _, d := range w.zoo.words {
		c.zoo.words = append(c.zoo.words, known(d))
	}
	for text, d := range w.zoo.numbers {
		c.zoo.numbers[text] = known(d)
	}
	c.openRail()
	return c
}

// Two copies are two worlds: what happens in one is not known in the other.
func TestACopyOfAWorldIsAWorldOfItsOwn(t *testing.T) {
	eachWorld(t, func(t *testing.T, w *world) {
		other := worldOn(t, w.store.Engine())
		f, g := w.tenants[0].files[otherCase], other.tenants[0].files[otherCase]
		if f == g || f.of != w.tenants[0] || f.caseID != g.caseID || len(w.roles) != len(other.roles) || w.helpers[0] == other.helpers[0] {
			t.Fatal("no copy")
		}
		for i, r := range w.roles {
			if o := other.roles[i]; r == o || r.name != o.name || r.cookie != o.cookie || r.file != nil && (o.file == r.file || o.file.caseID != r.file.caseID) {
				t.Errorf("%s", r.name)
			}
		}
		w.must(w.desk.Revoke(t.Context(), f.of.ID, f.caseID))
		if _, err := w.desk.Open(t.Context(), f.enters()); err == nil {
			t.Error("a revoked letter opens its case")
		}
		if _, err := other.desk.Open(t.Context(), g.enters()); err != nil {
			t.Errorf("revoked in the other world: %v", err)
		}
	})
}
