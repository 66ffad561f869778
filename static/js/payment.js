// A page that waits for a payment shows the new state as soon as there is one. Events say so;
// where none come, asking does. Now and then the page itself is asked for, unseen: that is
// when the provider is asked, should its notice be lost.
"use strict";
(() => {
  const page = document.getElementById("payment");
  if (!page) return;
  const changed = (state) => { if (state && state !== page.dataset.state) location.reload(); };
  const ask = async () => {
    try {
      const answer = await fetch(page.dataset.live, { headers: { Accept: "application/json" } });
      if (answer.ok) changed((await answer.json()).state);
    } catch { /* the line is gone; the next try may find it */ }
  };
  let asking = 0;
  const poll = () => { if (!asking) asking = setInterval(ask, 3000); };
  if (window.EventSource) {
    const events = new EventSource(page.dataset.live);
    events.onmessage = (event) => changed(event.data);
    events.onerror = () => { if (events.readyState === EventSource.CLOSED) poll(); };
  } else {
    poll();
  }
  let nudges = 12;
  const nudge = setInterval(() => {
    if (--nudges < 0) return clearInterval(nudge);
    fetch(location.href, { method: "HEAD" }).catch(() => {});
  }, 10000);
})();
