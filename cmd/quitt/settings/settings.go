// Package settings reads what can be set from outside, checks it and shows it with its
// secrets masked.
package settings

import (
	"errors"
	"net"
	"net/url"
	"os"
	"slices"
	"strings"
	"time"

	"github.com/caarlos0/env/v11"

	"quitt/cases/signin"
	"quitt/cmd/quitt/feeds"
	"quitt/cmd/quitt/papers"
	"quitt/cmd/quitt/pay"
	"quitt/cmd/quitt/post"
	"quitt/cmd/quitt/statements"
	"quitt/debt"
	"quitt/debt/operator"
	hybrid "quitt/notifications/letter/post"
	"quitt/portal"
)

// Config is everything that can be set from outside. Nothing set starts a working demo.
type Config struct {
	// DatabaseURL is sqlite:FILE or postgres://…; as a secret also DATABASE_URL_FILE.
	DatabaseURL        string `env:"DATABASE_URL" envDefault:"sqlite:quitt.db"`
	DatabaseConns      int    `env:"QUITT_DB_CONNS" envDefault:"16"`
	DatabaseUnprepared bool   `env:"QUITT_DB_UNPREPARED" envDefault:"false"`
	Language           string `env:"QUITT_LANG" envDefault:"de"`
	// Pepper holds the keys of typed codes, "1:base64,2:base64".
	Pepper string `env:"QUITT_PEPPER"`

	Listen         string        `env:"QUITT_LISTEN" envDefault:"127.0.0.1:8080"`
	OperatorListen string        `env:"QUITT_OPERATOR_LISTEN" envDefault:"127.0.0.1:8081"` // "" is off
	PublicURL      string        `env:"QUITT_PUBLIC_URL"`                                  // where debtors reach the portal; letters print it
	TrustedProxies []string      `env:"QUITT_TRUSTED_PROXIES"`
	RedisURL       string        `env:"REDIS_URL"` // may hold a password; also REDIS_URL_FILE
	Drain          time.Duration `env:"QUITT_DRAIN" envDefault:"0s"`
	Operator       operator.Profile

	Post   post.Config
	Feeds  feeds.Settings
	Pay    pay.Settings
	Papers papers.Settings

	Statements statements.Settings

	// Hybrid mail; see hybrid.Account. The key also as QUITT_POST_KEY_FILE.
	PostURL  string `env:"QUITT_POST_URL"`
	PostUser string `env:"QUITT_POST_USER"`
	PostKey  string `env:"QUITT_POST_KEY"`
	PostMode string `env:"QUITT_POST_MODE" envDefault:"test"`
}

// Hybrid is the account at a hybrid mail service.
func (c Config) Hybrid() hybrid.Account {
	return hybrid.Account{URL: c.PostURL, User: debt.Personal(c.PostUser), Key: debt.Personal(c.PostKey), Mode: hybrid.Mode(c.PostMode)}
}

func (c Config) checkHybrid() error {
	if c.PostURL == "" {
		return nil
	}
	_, err := hybrid.NewHybrid(c.Hybrid())
	return err
}

// OperatorFields names the settings QUITT_OPERATOR_… of a profile.
func OperatorFields(p *operator.Profile) map[string]*string {
	return map[string]*string{
		"NAME": &p.Name, "STREET": &p.Street, "POSTCODE": &p.Postcode, "CITY": &p.City, "PHONE": &p.Phone,
		"PHONE_HOURS": &p.PhoneHours, "EMAIL": &p.Email, "REPRESENTED": &p.Represented, "COURT_REGISTER": &p.CourtRegister,
		"VAT_ID": &p.VATID, "RDG_NUMBER": &p.RDGNumber, "PRIVACY_CONTACT": &p.PrivacyContact,
		"SUPERVISOR_NAME": &p.Supervisor.Name, "SUPERVISOR_ADDRESS": &p.Supervisor.Address, "SUPERVISOR_CONTACT": &p.Supervisor.Contact,
		"ENFORCEMENT_NAME": &p.Enforcement.Name, "ENFORCEMENT_ADDRESS": &p.Enforcement.Address, "ENFORCEMENT_CONTACT": &p.Enforcement.Contact,
	}
}

// OperatorPrefix begins the names of the settings of OperatorFields.
const OperatorPrefix = "QUITT_OPERATOR_"

// secrets may also be given as the path of a file, in NAME_FILE.
var secrets = []string{"DATABASE_URL", "REDIS_URL", "QUITT_PEPPER", "QUITT_POST_KEY", "QUITT_SMTP_URL", "QUITT_SMS_KEY", "QUITT_STRIPE_KEY",
	"QUITT_DOCUMENTS_SECRET"}

// environment reads the surroundings, with the content of every NAME_FILE as NAME.
func environment(list []string) (map[string]string, error) {
	vars := map[string]string{}
	for _, kv := range list {
		if name, value, ok := strings.Cut(kv, "="); ok && value != "" {
			vars[name] = value
		}
	}
	var errs []error
	for _, name := range secrets {
		path := vars[name+"_FILE"]
		if path == "" {
			continue
		}
		b, err := os.ReadFile(path) //nolint:gosec // the operator names the file
		if err != nil {
			errs = append(errs, errors.New(name+"_FILE: "+err.Error()))
		}
		vars[name] = strings.TrimSpace(string(b))
	}
	return vars, errors.Join(errs...)
}

// Read takes the settings from an environment, "NAME=value" each. An error names everything
// that is wrong, in the words of the system.
func Read(environ []string) (Config, error) {
	var c Config
	vars, fileErr := environment(environ)
	if err := errors.Join(fileErr, env.ParseWithOptions(&c, env.Options{Environment: vars})); err != nil {
		return c, err
	}
	for name, field := range OperatorFields(&c.Operator) {
		*field = vars[OperatorPrefix+name]
	}
	if slices.Contains(environ, "QUITT_OPERATOR_LISTEN=") {
		c.OperatorListen = "" // set to nothing is off, unlike not set
	}
	return c, nil
}

// Public is where debtors reach the portal: as set, or where a loopback listener is.
func (c Config) Public(listener string) (*url.URL, error) {
	raw := c.PublicURL
	if raw == "" {
		host, _, err := net.SplitHostPort(listener)
		if ip := net.ParseIP(host); err != nil || host != "localhost" && !ip.IsLoopback() {
			return nil, debt.E(debt.Invalid, "public_url_missing", nil)
		}
		raw = "http://" + listener
	}
	return portal.ParsePublicURL(raw)
}

func (c Config) checkURL() error {
	if c.PublicURL == "" {
		return nil
	}
	_, err := portal.ParsePublicURL(c.PublicURL)
	return err
}

// CheckPepper refuses peppers nothing could be hashed with.
func (c Config) CheckPepper() error {
	if c.Pepper == "" {
		return nil
	}
	_, err := signin.ParsePeppers(c.Pepper)
	return err
}

// Check finds what is wrong with settings that only some commands use.
func (c Config) Check() []error {
	return []error{c.checkURL(), c.CheckPepper(), c.checkHybrid(), c.Post.CheckMail(), c.Post.CheckSMS(), c.Pay.CheckKey(), c.Pay.CheckURL(), c.Papers.Check()}
}

// Values are the settings in force by name, with secrets masked.
func (c Config) Values() map[string]any {
	values := map[string]any{
		"DATABASE_URL": maskedURL(c.DatabaseURL), "QUITT_DB_CONNS": c.DatabaseConns,
		"QUITT_DB_UNPREPARED": c.DatabaseUnprepared, "QUITT_LANG": c.Language,
		"QUITT_LISTEN": c.Listen, "QUITT_OPERATOR_LISTEN": c.OperatorListen, "QUITT_PUBLIC_URL": c.PublicURL,
		"QUITT_TRUSTED_PROXIES": strings.Join(c.TrustedProxies, ","), "QUITT_HOOK_ALLOW": strings.Join(c.Feeds.Allow, ","), "QUITT_DRAIN": c.Drain.String(),
		"REDIS_URL": maskedURL(c.RedisURL), "QUITT_PEPPER": debt.Personal(c.Pepper),
		"QUITT_POST_URL": c.PostURL, "QUITT_POST_USER": c.PostUser, "QUITT_POST_KEY": debt.Personal(c.PostKey), "QUITT_POST_MODE": c.PostMode,
		"QUITT_SMTP_URL": maskedURL(c.Post.SMTPURL), "QUITT_MAIL_FROM": c.Post.MailFrom, "QUITT_MAIL_HELO": c.Post.MailHelo,
		"QUITT_SMS_URL": maskedURL(c.Post.SMSURL), "QUITT_SMS_KEY": debt.Personal(c.Post.SMSKey), "QUITT_SMS_FROM": c.Post.SMSFrom,
		"QUITT_STRIPE_KEY": c.Pay.Key, "QUITT_STRIPE_URL": c.Pay.URL, "QUITT_SANDBOX_LISTEN": c.Pay.SandboxListen,
	}
	c.Papers.Values(values)
	c.Statements.Values(values)
	for name, field := range OperatorFields(&c.Operator) {
		values[OperatorPrefix+name] = *field
	}
	return values
}

// maskedURL hides the password of a database URL.
func maskedURL(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return "•••"
	}
	if u.User == nil {
		return raw
	}
	if _, has := u.User.Password(); has {
		u.User = url.UserPassword(u.User.Username(), "xxxxx")
	}
	return u.String()
}
