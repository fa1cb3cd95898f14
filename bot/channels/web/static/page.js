// Leave at once, and keep the whole talk in one entry of the browser's history. Without this file all still works.
"use strict";
(() => {
  const PATIENCE = 30000; // milliseconds to wait for an answer
  const LOOK = 3000; // milliseconds between two looks for what a helper says
  const TWICE = 1500; // milliseconds between two presses of Escape
  const away = document.querySelector(".leave").dataset.to;
  let escaped = -TWICE;
  let busy = false;

  const leave = () => {
    document.body.textContent = "";
    location.replace(away);
  };

  const settle = (spot) => {
    spot.hidden = false;
    scrollTo(0, 0);
    spot.focus({ preventScroll: true });
  };

  const show = (html) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    if (!page.querySelector("main")) throw new Error();
    for (const name of ["lang", "dir"]) {
      document.documentElement.setAttribute(name, page.documentElement.getAttribute(name));
    }
    document.title = page.title;
    document.body = page.body;
    settle(document.querySelector("#notice") || document.querySelector("h1"));
  };

  const post = async (form, button) => {
    const body = new URLSearchParams(new FormData(form));
    if (button.name) body.append(button.name, button.value);
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const answer = await fetch(form.action, { method: "POST", body, signal: stop.signal });
      show(await answer.text());
    } catch {
      settle(document.querySelector("#trouble"));
    }
    clearTimeout(timer);
  };

  document.addEventListener("submit", async (event) => {
    if (!event.submitter) return; // an old browser sends the form by itself
    event.preventDefault();
    if (busy) return;
    busy = true;
    document.body.setAttribute("aria-busy", "true");
    await post(event.target, event.submitter);
    document.body.removeAttribute("aria-busy");
    busy = false;
  });

  // With a helper: look for what is new, and leave what is being typed alone.
  const look = async () => {
    const old = document.querySelector("[data-look]");
    if (!old || busy) return;
    const body = new URLSearchParams(new FormData(document.querySelector(".choices")));
    body.append("press", old.dataset.look);
    try {
      const html = await (await fetch(document.querySelector(".choices").action, { method: "POST", body })).text();
      const found = new DOMParser().parseFromString(html, "text/html").querySelector("[data-look]");
      if (busy || !old.isConnected) return;
      if (!found) show(html);
      else if (found.innerHTML !== old.innerHTML) old.replaceChildren(...found.childNodes);
    } catch {
      // the next look may work
    }
  };
  setInterval(look, LOOK);

  document.addEventListener("click", (event) => {
    if (!event.target.closest(".leave")) return;
    event.preventDefault();
    leave();
  });

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.repeat) return;
    if (event.timeStamp - escaped < TWICE) leave();
    escaped = event.timeStamp;
  });

  if (document.querySelector("#notice")) settle(document.querySelector("#notice"));
})();
