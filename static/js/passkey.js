// Makes or uses a passkey: the form brings what to ask for, and takes the answer with it. A
// browser that cannot do this shows no button.
"use strict";
(() => {
  const form = document.querySelector("form[data-passkey]");
  const kind = window.PublicKeyCredential;
  if (!form || !kind?.parseRequestOptionsFromJSON || !kind.parseCreationOptionsFromJSON) return;
  const options = JSON.parse(form.dataset.options);
  const failed = document.getElementById("passkey-failed");
  const ask = () => form.dataset.passkey === "make"
    ? navigator.credentials.create({publicKey: kind.parseCreationOptionsFromJSON(options)})
    : navigator.credentials.get({publicKey: kind.parseRequestOptionsFromJSON(options)});
  form.hidden = false;
  form.addEventListener("submit", async (event) => {
    if (form.elements.answer.value !== "") return; // it is on its way
    event.preventDefault();
    failed.hidden = true;
    try {
      form.elements.answer.value = JSON.stringify((await ask()).toJSON());
      form.requestSubmit();
    } catch {
      failed.hidden = false; // given up, or there is none
    }
  });
})();
