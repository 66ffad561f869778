// Lists by keyboard: / to search, j and k from row to row, x to tick, ? for help. Letters do
// nothing while one types, and nothing at all where they are switched off (WCAG 2.1.4).
"use strict";
(() => {
  const off = document.querySelector("[data-keys-off]");
  const help = document.querySelector(".keys");
  const stored = () => { try { return localStorage.getItem("keys-off") === "1"; } catch { return false; } };
  if (off) {
    off.checked = stored();
    off.addEventListener("change", () => { try { localStorage.setItem("keys-off", off.checked ? "1" : ""); } catch { /* then for this page */ } });
  }
  const rows = () => [...document.querySelectorAll("[data-rows] tbody tr")];
  const of = (row) => row.querySelector("th a") || row.querySelector("input");
  const move = (by) => {
    const list = rows();
    const at = list.findIndex((row) => row.contains(document.activeElement));
    const next = list[Math.min(list.length - 1, Math.max(0, at < 0 ? (by > 0 ? 0 : list.length - 1) : at + by))];
    const target = next && of(next);
    if (target) target.focus();
  };
  const keys = {
    "/": () => document.getElementById("search")?.focus(),
    j: () => move(1),
    k: () => move(-1),
    x: () => document.activeElement?.closest("tr")?.querySelector("input[type=checkbox]")?.click(),
    "?": () => { if (help) { help.open = !help.open; help.querySelector("summary").focus(); } },
  };
  document.addEventListener("keydown", (e) => {
    const typing = e.target.closest("input:not([type=checkbox]), select, textarea");
    if (typing || e.ctrlKey || e.metaKey || e.altKey || (off ? off.checked : stored()) || !keys[e.key]) return;
    e.preventDefault();
    keys[e.key]();
  });

  // Who comes back from a case finds the row it was opened from. What is kept is an address
  // of ours and ends with the tab.
  const keep = (name, value) => { try { sessionStorage.setItem(name, value); } catch { /* then one begins at the top */ } };
  const kept = (name) => { try { return sessionStorage.getItem(name) || ""; } catch { return ""; } };
  const here = location.pathname + location.search;
  document.addEventListener("click", (e) => {
    const row = e.target.closest("[data-rows] tbody th a");
    if (row) { keep("list", here); keep("row", row.getAttribute("href")); }
    if (e.target.closest("[data-back]")) keep("back", "1");
  });
  const back = document.querySelector("[data-back]");
  if (back && /^\/verwaltung(\/|\?|$)/.test(kept("list"))) back.href = kept("list");
  const returned = kept("back") || performance.getEntriesByType("navigation")[0]?.type === "back_forward";
  if (!back) keep("back", "");
  const find = () => {
    if (kept("list") === here) [...document.querySelectorAll("[data-rows] tbody th a")].find((a) => a.getAttribute("href") === kept("row"))?.focus();
  };
  if (returned) find();
  addEventListener("pageshow", (e) => { if (e.persisted) find(); }); // a page that was kept runs no script anew

  const all = document.querySelector("[data-all]");
  if (all) {
    all.hidden = false;
    all.addEventListener("change", () => {
      for (const one of document.querySelectorAll("input[name=akte]")) one.checked = all.checked;
    });
  }

  // Work that goes on is looked at again; when it has ended the page as a whole says what to do.
  const progress = document.querySelector("[data-progress]");
  const look = () => {
    const request = new XMLHttpRequest(); // it reads a page without a string becoming one
    request.open("GET", location.href);
    request.responseType = "document";
    request.onload = () => {
      const found = request.response && request.response.getElementById("progress");
      if (!found) return;
      progress.replaceChildren(...document.importNode(found, true).childNodes);
      if (found.hasAttribute("data-progress")) setTimeout(look, 2000);
      else location.reload();
    };
    request.send();
  };
  if (progress) setTimeout(look, 2000);
})();
