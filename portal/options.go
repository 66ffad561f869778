package portal

import (
	"errors"
	"net/netip"
	"net/url"
	"strings"

	"quitt/debt"
	"quitt/debt/operator"
)

// check names everything that is missing at once.
func (o Options) check() error {
	var errs []error
	if o.PublicURL == nil {
		errs = append(errs, debt.E(debt.Invalid, "public_url_invalid", nil))
	}
	errs = append(errs, CheckOperator(o.Pages.Kit.Operator))
	if len(o.AddressKey) < 16 {
		errs = append(errs, errors.New("portal: the address key has fewer than 16 bytes"))
	}
	for _, target := range o.FormTargets {
		u, err := url.Parse(target)
		if err != nil || origin(u) != target || strings.ContainsAny(target, " ;,'") {
			errs = append(errs, errors.New("portal: a form target is no origin"))
		}
	}
	return errors.Join(errs...)
}

// CheckOperator refuses a profile with which no page may be shown, naming all settings
// that are missing.
func CheckOperator(p operator.Profile) error {
	missing := p.Missing()
	if len(missing) == 0 {
		return nil
	}
	for i, name := range missing {
		missing[i] = "QUITT_OPERATOR_" + name
	}
	return debt.E(debt.Invalid, "operator_incomplete", debt.Args{"settings": missing})
}

// ParseProxies reads addresses and networks.
func ParseProxies(list []string) (out []netip.Prefix, err error) {
	for _, raw := range list {
		raw = strings.TrimSpace(raw)
		p, err := netip.ParsePrefix(raw)
		if err != nil {
			a, err := netip.ParseAddr(raw)
			if err != nil {
				return nil, debt.E(debt.Invalid, "proxies_invalid", debt.Args{"value": raw})
			}
			p = netip.PrefixFrom(a, a.BitLen())
		}
		out = append(out, p.Masked())
	}
	return out, nil
}

// origin is scheme and host, as browsers compare them.
func origin(u *url.URL) string { return u.Scheme + "://" + hostOf(u) }
