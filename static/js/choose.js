// The split of a typed amount follows while one types: the form is sent unseen, as its button
// does, and the part of the answer that shows the split is put in.
"use strict";
(() => {
  const field = document.getElementById("other");
  const here = document.getElementById("other-split");
  if (!field || !here) return;
  let newest = 0;
  const show = () => {
    const mine = ++newest;
    const data = new URLSearchParams(new FormData(field.form));
    data.set("amount", "other");
    data.set("do", "show");
    const request = new XMLHttpRequest(); // it reads a page without a string becoming one
    request.open("POST", field.form.action);
    request.responseType = "document";
    request.onload = () => {
      const found = request.response && request.response.getElementById("other-split");
      if (mine === newest && found) here.replaceChildren(...document.importNode(found, true).childNodes);
    };
    request.send(data);
  };
  let pause = 0;
  field.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(show, 400);
  });
})();
