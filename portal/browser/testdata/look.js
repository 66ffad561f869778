// An expression: functions that look at a page and give a list of findings, each a string
// that names the element. Run through the debugger, so the page's own policy is no bar.
(() => {
  // name tells people which element is meant.
  const name = (e) => {
    if (!e || e === document.body || e === document.documentElement) return 'the page';
    const text = (e.getAttribute('aria-label') || e.innerText || e.name || '').trim().replace(/\s+/g, ' ').slice(0, 40);
    const part = (e.id && '#' + e.id) || (e.name && `[name=${e.name}]`) || (e.classList[0] && '.' + e.classList[0]) || '';
    return `${e.localName}${part} "${text}"`;
  };
  // Closed details and hidden parts are not there; text for screen readers only is one
  // pixel wide.
  const seen = (e) => {
    const box = e.getBoundingClientRect();
    return e.checkVisibility({visibilityProperty: true}) && box.width > 1.5 && box.height > 1.5;
  };
  // A link for the keyboard alone may wait outside the page until it has the focus.
  const hiddenUntilFocused = (e) => {
    const box = e.getBoundingClientRect();
    return getComputedStyle(e).clipPath !== 'none' || box.bottom + scrollY <= 0 || box.right <= 0 || box.left >= innerWidth;
  };

  const tabbable = () => {
    const groups = new Set();
    return [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')].filter((e) => {
      if (e.disabled || e.type === 'hidden' || e.tabIndex < 0 || !e.checkVisibility({visibilityProperty: true})) return false;
      if (e.type !== 'radio' || !e.name) return true;
      const all = [...(e.form || document).querySelectorAll(`input[type=radio][name="${CSS.escape(e.name)}"]`)];
      const stop = all.find((r) => r.checked) || all[0];
      return e === stop && !groups.has(e.name) && groups.add(e.name);
    });
  };

  // around are the elements on which a focus mark may be drawn: choice cards mark the
  // label or the card, not the small circle.
  const around = (e) => [e, e.parentElement, e.nextElementSibling, e.closest('label'), ...(e.labels || [])].filter(Boolean);
  const mark = (e) => around(e).map((x) => {
    const s = getComputedStyle(x);
    const outline = s.outlineStyle === 'none' || parseFloat(s.outlineWidth) < 2 ? 'none' : s.outlineStyle + s.outlineWidth + s.outlineColor;
    return outline + '|' + s.boxShadow;
  }).join(' / ');

  // step says where the focus is after a press of the Tab key. It stays with the page: sending
  // all of this for every press would be most of the work.
  const step = (list, before) => {
    const e = document.activeElement;
    const box = e.getBoundingClientRect();
    const inside = box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
    // A field for a day has a stop for each of its parts.
    return {at: list.indexOf(e), name: name(e), marked: before.get(e) !== mark(e), inside, parts: e.type === 'date'};
  };

  return {
    // unfold opens everything that can be opened, so that it is looked at too.
    unfold() { for (const e of document.querySelectorAll('details')) e.open = true; return []; },

    // sideways finds what makes a page scroll sideways, or would be cut off by it.
    sideways() {
      const width = document.documentElement.clientWidth;
      const found = [];
      if (document.scrollingElement.scrollWidth > width) {
        found.push(`the page is ${document.scrollingElement.scrollWidth} px wide on a screen of ${width} px`);
      }
      const scrolls = (e) => e && e !== document.body && (/auto|scroll/.test(getComputedStyle(e).overflowX) || scrolls(e.parentElement));
      for (const e of document.body.querySelectorAll('*')) {
        const box = e.getBoundingClientRect();
        if (!seen(e) || hiddenUntilFocused(e) || scrolls(e)) continue;
        if (box.right > width + 1 || box.left < -1) found.push(`${name(e)} reaches from ${Math.round(box.left)} to ${Math.round(box.right)} px`);
        const s = getComputedStyle(e);
        if (/hidden|clip/.test(s.overflowX) && e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 2) found.push(`${name(e)} is cut off: ${e.scrollWidth} in ${e.clientWidth} px`);
      }
      return found;
    },

    // targets finds what is too small for a thumb: 44 by 44 px, except links within a
    // sentence, whose height is that of the line.
    targets() {
      const inSentence = (a) => getComputedStyle(a).display.startsWith('inline') && !/flex|block|grid/.test(getComputedStyle(a).display) &&
        [...a.parentElement.childNodes].some((n) => n !== a && n.nodeType === Node.TEXT_NODE && /[\p{L}\p{N}]/u.test(n.data));
      const found = [];
      for (const e of document.querySelectorAll('a[href], button, input, select, textarea, summary')) {
        if (e.type === 'hidden' || !e.checkVisibility({visibilityProperty: true}) || hiddenUntilFocused(e)) continue;
        if (e.localName === 'a' && inSentence(e)) continue;
        const boxes = [e, ...(/radio|checkbox/.test(e.type) ? [...(e.labels || [])] : [])].map((x) => x.getBoundingClientRect());
        const width = Math.max(...boxes.map((b) => b.width)), height = Math.max(...boxes.map((b) => b.height));
        if (width < 43.5 || height < 43.5) found.push(`${name(e)} is ${Math.round(width)} by ${Math.round(height)} px`);
      }
      return found;
    },

    // prepareWalk puts the focus before the first control and remembers what every control
    // looks like without it. It gives their names in the order of the document.
    prepareWalk() {
      document.activeElement?.blur();
      const list = tabbable();
      const before = new Map(list.map((e) => [e, mark(e)]));
      window.quittWalk = {list, step: () => step(list, before)};
      document.body.tabIndex = -1;
      document.body.focus();
      document.body.removeAttribute('tabindex');
      return list.map(name);
    },

    // upwards finds controls that come later but stand above.
    upwards() {
      const found = [];
      const list = tabbable().filter((e) => !hiddenUntilFocused(e));
      for (let i = 1; i < list.length; i++) {
        const before = list[i - 1].getBoundingClientRect(), after = list[i].getBoundingClientRect();
        if (after.bottom <= before.top + 1) found.push(`${name(list[i])} comes after ${name(list[i - 1])} but stands above it`);
      }
      return found;
    },

    active() { return name(document.activeElement); },

    async shift() {
      await document.fonts.ready;
      const all = [];
      const watch = new PerformanceObserver((l) => all.push(...l.getEntries()));
      watch.observe({type: 'layout-shift', buffered: true});
      all.push(...watch.takeRecords());
      return all.reduce((sum, e) => sum + e.value, 0);
    },

    // axe runs the accessibility rules, those for the size of targets with them, and gives
    // a line for every element a rule was broken by.
    axe() { return this.rules({rules: {'target-size': {enabled: true}}}); },

    // colours runs only what depends on them: nothing else changes with the scheme.
    colours() { return this.rules({runOnly: ['color-contrast', 'link-in-text-block']}); },

    async rules(options) {
      const result = await window.axe.run(document, {resultTypes: ['violations'], preload: false, ...options});
      return result.violations.flatMap((v) => v.nodes.map((n) =>
        `${v.id} (${v.impact}) ${n.target.join(' ')}: ${(n.any[0] || n.all[0] || n.none[0] || {}).message || v.help}`));
    },
  };
})()
