package intake

import (
	"bytes"
	"encoding/csv"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"quitt/cases"
	"quitt/debt"
	kept "quitt/store/intake"
)

// problemList is how problems are kept with a job.
type problemList struct {
	List []problemRow
	More int
}

// problemRow keeps the values of an error with what they are, for JSON would make text and
// floating numbers of amounts and days.
type problemRow struct {
	cases.Problem
	Kinds map[string]string `json:",omitempty"`
}

func freeze(p cases.Problem) problemRow {
	out := problemRow{p, map[string]string{}}
	e := *p.Err
	e.Args = debt.Args{}
	for k, v := range p.Err.Args {
		switch v := v.(type) {
		case debt.Cents:
			out.Kinds[k], e.Args[k] = "cents", strconv.FormatInt(int64(v), 10)
		case debt.BasisPoints:
			out.Kinds[k], e.Args[k] = "rate", strconv.FormatInt(int64(v), 10)
		case int:
			out.Kinds[k], e.Args[k] = "int", strconv.Itoa(v)
		case debt.Date:
			out.Kinds[k], e.Args[k] = "date", v.String()
		default:
			e.Args[k] = v
		}
	}
	out.Err = &e
	return out
}

func (p problemRow) thaw() (cases.Problem, error) {
	for k, kind := range p.Kinds {
		text, _ := p.Err.Args[k].(string) // freeze wrote nothing else
		if kind == "date" {
			d, err := debt.ParseDate(text)
			if err != nil {
				return cases.Problem{}, err
			}
			p.Err.Args[k] = d
			continue
		}
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return cases.Problem{}, err
		}
		switch kind {
		case "cents":
			p.Err.Args[k] = debt.Cents(n)
		case "rate":
			p.Err.Args[k] = debt.BasisPoints(n) //nolint:gosec // was one
		default:
			p.Err.Args[k] = int(n)
		}
	}
	return p.Problem, nil
}

// problemsOf gives what is kept with a job, and how many more there were.
func problemsOf(j kept.Job) (list []cases.Problem, more int, err error) {
	if j.Problems == "" {
		return nil, 0, nil
	}
	var frozen problemList
	if err := json.Unmarshal([]byte(j.Problems.Reveal()), &frozen); err != nil {
		return nil, 0, err
	}
	for _, row := range frozen.List {
		p, err := row.thaw()
		if err != nil {
			return nil, 0, err
		}
		list = append(list, p)
	}
	return list, frozen.More, nil
}

// keep adds up what a portion did with what the job did before. A problem of the reference names
// the column as the file does.
func keep(j *kept.Job, m cases.Mapping, report cases.ImportReport) error {
	for i, p := range report.Problems {
		if at := m.Fields["reference"].Column; p.Column == "reference" && at > 0 {
			report.Problems[i].Column = m.Headers[at-1]
		}
	}
	c := &j.Counts
	c.New, c.Unchanged, c.Faulty = c.New+report.New, c.Unchanged+report.Unchanged, c.Faulty+report.Faulty
	c.Read = c.New + c.Unchanged + c.Faulty
	if len(report.Problems) == 0 && report.More == 0 {
		return nil
	}
	return keepProblems(j, report.Problems, report.More)
}

func keepProblems(j *kept.Job, list []cases.Problem, more int) error {
	var frozen problemList
	if j.Problems != "" {
		if err := json.Unmarshal([]byte(j.Problems.Reveal()), &frozen); err != nil {
			return err
		}
	}
	frozen.More += more
	for _, p := range list {
		if len(frozen.List) == cases.MaxProblems {
			frozen.More++
			continue
		}
		frozen.List = append(frozen.List, freeze(p))
	}
	slices.SortStableFunc(frozen.List, func(a, b problemRow) int { return a.Row - b.Row })
	text, err := json.Marshal(frozen)
	j.Problems = debt.Personal(text)
	return err
}

// Table writes problems as a CSV file that spreadsheets open in German as well as in English:
// with a mark for UTF-8 and semicolons. header and sentence are in the reader's language. Cells
// that a spreadsheet would compute are made text: who wrote them is unknown.
func Table(header []string, list []cases.Problem, sentence func(error) string) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString("\ufeff")
	w := csv.NewWriter(&b)
	w.Comma, w.UseCRLF = ';', true
	err := w.Write(header)
	for _, p := range list {
		if err != nil {
			return nil, err
		}
		err = w.Write([]string{strconv.Itoa(p.Row), defused(p.Column), defused(p.Value), defused(sentence(p.Err))})
	}
	w.Flush()
	return b.Bytes(), err
}

// defused puts an apostrophe before what begins like a formula (CWE-1236).
func defused(cell string) string {
	if trimmed := strings.TrimLeft(cell, " \u00a0"); trimmed != "" && strings.ContainsRune("=+-@\t\r\n|%＝＋－＠", []rune(trimmed)[0]) {
		return "'" + cell
	}
	return cell
}
