// Files go one by one, so that each shows how far it is and one that fails is sent again alone:
// the same file twice is the same document. Without a script the button sends the whole form.
"use strict";
(() => {
  const box = document.getElementById("uploads");
  const list = document.getElementById("uploads-progress");
  const input = document.getElementById("files");
  if (!box || !list || !input) return;
  const field = (name) => box.querySelector(`[name="${name}"]`);
  const words = list.dataset;
  const row = (file) => {
    const li = document.createElement("li");
    const name = document.createElement("bdi");
    name.textContent = file.name;
    const bar = document.createElement("progress");
    bar.max = 100;
    bar.value = 0;
    bar.setAttribute("aria-label", file.name);
    const said = document.createElement("span");
    said.textContent = " " + words.waits;
    li.append(name, " ", bar, said);
    list.append(li);
    return { li, bar, say: (text) => { said.textContent = " " + text; } };
  };
  const held = () => { // what is here now, as the page itself would show it
    const look = new XMLHttpRequest();
    look.open("GET", field("back").value);
    look.responseType = "document";
    look.onload = () => {
      const found = look.response && look.response.getElementById("uploads-held");
      const here = document.getElementById("uploads-held");
      if (!found || !here) return;
      const without = new Set([...here.querySelectorAll("input:not(:checked)")].map((box) => box.value));
      here.replaceChildren(...document.importNode(found, true).childNodes);
      for (const box of here.querySelectorAll("input")) if (without.has(box.value)) box.checked = false;
    };
    look.send();
  };
  const send = (file, shown) => new Promise((done) => {
    const again = () => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "button small";
      button.textContent = words.again;
      button.addEventListener("click", () => {
        shown.li.tabIndex = -1;
        shown.li.focus(); // which goes with the button otherwise
        button.remove();
        shown.say(words.sending);
        send(file, shown).then(held);
      });
      shown.say(words.failed + " ");
      shown.li.append(button);
      done();
    };
    const data = new FormData();
    for (const name of ["csrf", "back"]) if (field(name)) data.append(name, field(name).value);
    data.append("files", file);
    const request = new XMLHttpRequest();
    request.open("POST", "/akte/anlagen");
    request.responseType = "document";
    request.upload.onprogress = (event) => {
      if (event.lengthComputable) shown.bar.value = 100 * event.loaded / event.total;
      shown.say(words.sending);
    };
    request.onerror = again;
    request.onload = () => {
      const told = request.response && request.response.querySelector("#results li");
      if (!told) return again();
      shown.bar.remove();
      shown.li.classList.toggle("bad", told.dataset.refused === "1");
      shown.li.replaceChildren(...document.importNode(told, true).childNodes);
      done();
    };
    request.send(data);
  });
  box.querySelector("button").addEventListener("click", async (event) => {
    if (!input.files.length) return; // the form says so
    event.preventDefault();
    for (const li of [...list.children]) if (!li.querySelector("progress")) li.remove(); // what is done
    const all = [...input.files].map((file) => ({ file, shown: row(file) }));
    input.value = "";
    for (const { file, shown } of all) {
      if (file.size > Number(words.most)) {
        shown.bar.remove();
        shown.li.classList.add("bad");
        shown.say(words.big);
      } else {
        await send(file, shown);
      }
    }
    held();
  });
})();
