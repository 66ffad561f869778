// What a split leaves over follows while one types; the server says it too, and decides.
"use strict";
(() => {
  const form = document.querySelector("form[data-total]");
  const rest = document.getElementById("rest");
  if (!form || !rest) return;
  const euro = new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: "EUR" });
  const cents = (text) => {
    let t = text.replace(/[\s€]/g, "");
    if (/^\d{1,3}(\.\d{3})+,\d{1,2}$/.test(t)) t = t.replace(/\./g, "");
    if (!/^\d+([.,]\d{1,2})?$/.test(t)) return 0;
    const [whole, part] = t.split(/[.,]/);
    return Number(whole) * 100 + Number(((part || "") + "00").slice(0, 2));
  };
  const show = () => {
    let left = Number(form.dataset.total);
    for (const field of form.querySelectorAll("input[name^=betrag-]")) left -= cents(field.value);
    const amount = document.createElement("strong");
    amount.textContent = euro.format(left / 100);
    rest.replaceChildren(rest.dataset.rest + " ", amount);
  };
  form.addEventListener("input", show);
})();
