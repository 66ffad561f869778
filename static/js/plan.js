// The plan follows while one types: the form is sent unseen, as its button does, and the parts of
// the answer that show the plan are put in.
"use strict";
(() => {
  const form = document.getElementById("wish");
  const parts = ["answer", "dates"];
  if (!form) return;
  let newest = 0;
  const show = () => {
    const mine = ++newest;
    const data = new URLSearchParams(new FormData(form));
    data.set("do", "live");
    const request = new XMLHttpRequest(); // it reads a page without a string becoming one
    request.open("POST", "/akte/raten/neu");
    request.responseType = "document";
    request.onload = () => {
      if (mine !== newest || !request.response) return;
      for (const id of parts) {
        const here = document.getElementById(id);
        const found = request.response.getElementById(id);
        if (here && found) here.replaceChildren(...document.importNode(found, true).childNodes);
      }
    };
    request.send(data);
  };
  let pause = 0;
  form.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(show, 400);
  });
})();
