// The QR code carries the letter's token after "#", which no server and no log ever sees.
// Move it into the form, take it out of the address bar and the history, and hide the field
// for the printed code. Without script the printed code is typed.
"use strict";
(() => {
  const token = document.getElementById("token");
  const take = () => {
    const found = location.hash.slice(1).replace(/[\s-]/g, "");
    if (!token || !/^[0-9A-Za-z]{20,64}$/.test(found)) return;
    history.replaceState(null, "", location.pathname);
    token.value = found;
    document.getElementById("code-field").hidden = true;
    document.getElementById("code").required = false;
    document.getElementById("scanned").hidden = false;
  };
  take();
  addEventListener("hashchange", take); // a second scan while the page is open
})();
