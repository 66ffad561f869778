package post

import (
	"bytes"
	"context"
	"crypto/md5" //nolint:gosec // the interface asks for it, as a checksum
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/url"
	"strconv"
	"strings"
	"time"

	"quitt/debt"
)

// Mode says whether letters are printed.
type Mode string

// In test mode the service takes letters, prints none and forgets them after some days.
const (
	Test Mode = "test"
	Live Mode = "live"
)

// Hybrid prints and posts letters through a service with the interface that LetterXpress
// (v3) and OnlineBrief24 (v1) share: the address is read from the PDF.
type Hybrid struct {
	base   *url.URL
	user   debt.Personal
	key    debt.Personal
	mode   Mode
	client *http.Client
	pause  time.Duration
}

var _ Provider = (*Hybrid)(nil)

// Account is how to reach the service.
type Account struct {
	URL  string // "https://api.letterxpress.de/v3"
	User debt.Personal
	Key  debt.Personal
	Mode Mode
}

const (
	patience      = 60 * time.Second       // for a whole request: a PDF of some megabytes
	pace          = 550 * time.Millisecond // the service takes 120 requests a minute
	maxAnswer     = 4 << 20                // bytes
	maxPDF        = 50 << 20               // bytes
	maxPages      = 200                    // of the list of print jobs
	maxReasonSize = 200                    // runes of a refusal that are shown
)

// NewHybrid checks an account: Invalid "post_setting" names the setting that is missing or
// wrong.
func NewHybrid(a Account) (*Hybrid, error) {
	base, err := url.Parse(strings.TrimSuffix(a.URL, "/"))
	switch {
	case err != nil || base.Host == "" || base.User != nil || base.RawQuery != "" || base.Fragment != "",
		base.Scheme != "https" && (base.Scheme != "http" || !loopback(base.Hostname())):
		return nil, debt.E(debt.Invalid, "post_setting", debt.Args{"name": "QUITT_POST_URL"})
	case a.User == "":
		return nil, debt.E(debt.Invalid, "post_setting", debt.Args{"name": "QUITT_POST_USER"})
	case a.Key == "":
		return nil, debt.E(debt.Invalid, "post_setting", debt.Args{"name": "QUITT_POST_KEY"})
	case a.Mode != Test && a.Mode != Live:
		return nil, debt.E(debt.Invalid, "post_setting", debt.Args{"name": "QUITT_POST_MODE"})
	}
	h := &Hybrid{base: base, user: a.User, key: a.Key, mode: a.Mode, pause: pace}
	if base.Scheme == "http" {
		h.pause = 0 // a stand-in on this machine
	}
	h.client = &http.Client{
		Timeout: patience,
		// A proxy from the environment would read letters; a redirect would get the key.
		Transport:     &http.Transport{Proxy: nil, TLSHandshakeTimeout: 10 * time.Second, ResponseHeaderTimeout: patience, IdleConnTimeout: 30 * time.Second},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	return h, nil
}

func loopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// Format keeps the account out of logs under every verb.
func (h *Hybrid) Format(f fmt.State, _ rune) {
	_, _ = fmt.Fprintf(f, "hybrid mail, %s", string(h.mode))
}

// auth is spelt differently by the two services.
func (h *Hybrid) auth() map[string]string {
	if strings.Contains(h.base.Hostname(), "onlinebrief24") {
		return map[string]string{"apiKey": h.user.Reveal(), "apiSecret": h.key.Reveal(), "mode": string(h.mode)}
	}
	return map[string]string{"username": h.user.Reveal(), "apikey": h.key.Reveal(), "mode": string(h.mode)}
}

type specification struct {
	Color    string `json:"color"`
	Mode     string `json:"mode"`
	Shipping string `json:"shipping"`
}

type printJob struct {
	File          string        `json:"base64_file"`
	Checksum      string        `json:"base64_file_checksum"` // MD5 of the text above, not of the file
	Filename      string        `json:"filename_original"`
	Specification specification `json:"specification"`
	Notice        string        `json:"notice"`
}

// Send hands a letter over, in black and white, one page a sheet: a code must not shine
// through from behind.
func (h *Hybrid) Send(ctx context.Context, i Item) (string, error) {
	if len(i.PDF) > maxPDF {
		return "", debt.E(debt.Invalid, "post_refused", debt.Args{"reason": "50 MB"})
	}
	file := base64.StdEncoding.EncodeToString(i.PDF)
	sum := md5.Sum([]byte(file)) //nolint:gosec // see above
	job := printJob{File: file, Checksum: hex.EncodeToString(sum[:]), Filename: i.Key + extension, Notice: i.Key,
		Specification: specification{Color: "1", Mode: "simplex", Shipping: "national"}}
	if i.International {
		job.Specification.Shipping = "international"
	}
	var answer struct {
		Data jobAnswer `json:"data"`
	}
	if err := h.call(ctx, http.MethodPost, "/printjobs", job, &answer); err != nil {
		return "", err
	}
	if answer.Data.ID == "" {
		return "", unclear()
	}
	return string(answer.Data.ID), nil
}

// jobAnswer is a print job as the service tells of it.
type jobAnswer struct {
	ID       number `json:"id"`
	Status   Status `json:"status"`
	Filename string `json:"filename_original"`
	Notice   string `json:"notice"`
}

// number is an id that may come as a number or as text.
type number string

// UnmarshalJSON reads both forms.
func (n *number) UnmarshalJSON(b []byte) error {
	text := strings.Trim(string(b), `"`)
	if text == "null" || text == "0" || len(text) > 40 {
		text = ""
	}
	*n = number(text)
	return nil
}

// jobList is a page of print jobs: the list itself, or a list with the number of pages.
type jobList struct {
	jobs []jobAnswer
	last int
}

// UnmarshalJSON reads both forms.
func (l *jobList) UnmarshalJSON(b []byte) error {
	if bytes.HasPrefix(bytes.TrimSpace(b), []byte("[")) {
		l.last = 0
		return json.Unmarshal(b, &l.jobs)
	}
	var paged struct {
		Jobs []jobAnswer `json:"data"`
		Last int         `json:"last_page"`
	}
	err := json.Unmarshal(b, &paged)
	l.jobs, l.last = paged.Jobs, paged.Last
	return err
}

// Find reads the list of print jobs page by page. A job somebody has cancelled counts as
// handed over: it was on purpose.
func (h *Hybrid) Find(ctx context.Context, key string) (string, error) {
	first := number("")
	for page := 1; page <= maxPages; page++ {
		var answer struct {
			Data *jobList `json:"data"`
		}
		if err := h.call(ctx, http.MethodGet, "/printjobs?page="+strconv.Itoa(page), nil, &answer); err != nil {
			return "", err
		}
		if answer.Data == nil {
			return "", unclear()
		}
		for _, j := range answer.Data.jobs {
			if j.ID != "" && (j.Notice == key || j.Filename == key+extension) {
				return string(j.ID), nil
			}
		}
		jobs := answer.Data.jobs
		// A service that knows no pages answers with the same one again.
		if len(jobs) == 0 || answer.Data.last > 0 && page >= answer.Data.last || jobs[0].ID == first {
			return "", nil
		}
		first = jobs[0].ID
	}
	return "", unclear()
}

// Status asks for one print job.
func (h *Hybrid) Status(ctx context.Context, id string) (Status, error) {
	var answer struct {
		Data jobAnswer `json:"data"`
	}
	if err := h.call(ctx, http.MethodGet, "/printjobs/"+url.PathEscape(id), nil, &answer); err != nil {
		return "", err
	}
	if answer.Data.Status == "" {
		return "", unclear()
	}
	return answer.Data.Status, nil
}

// call sends one request; the service wants the credentials in the body, also with GET.
// Until there is a connection nothing can have been taken; afterwards only a clear answer
// says so.
func (h *Hybrid) call(ctx context.Context, method, path string, letter, into any) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(h.pause):
	}
	body := map[string]any{"auth": h.auth()}
	if letter != nil {
		body["letter"] = letter
	}
	text, err := json.Marshal(body)
	if err != nil {
		return err
	}
	connected := false
	ctx = httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{GotConn: func(httptrace.GotConnInfo) { connected = true }})
	req, err := http.NewRequestWithContext(ctx, method, h.base.String()+path, bytes.NewReader(text))
	if err != nil {
		return err
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Accept", "application/json")
	res, err := h.client.Do(req)
	if err != nil && !connected {
		return fmt.Errorf("%w: %w", unreachable(), err)
	}
	if err != nil {
		return fmt.Errorf("%w: %w", unclear(), err)
	}
	defer func() { _ = res.Body.Close() }()
	return h.answer(res, into)
}

// answer judges what came back.
func (h *Hybrid) answer(res *http.Response, into any) error {
	text, err := io.ReadAll(io.LimitReader(res.Body, maxAnswer+1))
	switch code := res.StatusCode; {
	case code == http.StatusTooManyRequests:
		return unreachable()
	case code == http.StatusRequestTimeout, code == http.StatusConflict:
		return unclear() // it may be there
	case code == http.StatusUnauthorized, code == http.StatusPaymentRequired, code == http.StatusForbidden, code == http.StatusNotFound, code >= 300 && code < 400:
		return debt.E(debt.Unavailable, "post_denied", debt.Args{"status": code})
	case code >= 400 && code < 500:
		return debt.E(debt.Invalid, "post_refused", debt.Args{"reason": h.reason(text)})
	case code != http.StatusOK && code != http.StatusCreated, err != nil, len(text) > maxAnswer:
		return unclear()
	}
	if err := json.Unmarshal(text, into); err != nil {
		return fmt.Errorf("%w: %w", unclear(), err)
	}
	return nil
}

// reason gives the service's own words for a refusal, shortened and without what an answer
// might repeat of the request.
func (h *Hybrid) reason(text []byte) string {
	var said struct {
		Message string `json:"message"`
	}
	if json.Unmarshal(text, &said) != nil || said.Message == "" {
		return "–"
	}
	words := strings.NewReplacer(h.user.Reveal(), "•••", h.key.Reveal(), "•••").Replace(said.Message)
	if r := []rune(words); len(r) > maxReasonSize {
		words = string(r[:maxReasonSize])
	}
	return words
}
