// Leave at once, and keep the whole talk in one entry of the browser's history. Without this file all still works.
"use strict";
(() => {
  const PATIENCE = 30000; // milliseconds to wait for an answer
  const LOOK = 3000; // milliseconds between two looks for what a helper says
  const TWICE = 1500; // milliseconds between two presses of Escape
  const away = document.querySelector(".leave").dataset.to;
  let escaped = -TWICE;
  let busy = false;

  // Whoever goes away from a talk with a helper ends it, and is not waited for.
  const part = () => {
    const talk = document.querySelector("[data-stop]");
    if (talk) navigator.sendBeacon(document.querySelector(".words").action, filled(talk.dataset.stop));
  };

  const leave = () => {
    part();
    document.body.textContent = "";
    location.replace(away);
  };

  const filled = (press) => {
    const body = new URLSearchParams(new FormData(document.querySelector(".words")));
    body.delete("token");
    body.delete("words");
    body.set("press", press);
    return body;
  };

  const settle = (spot) => {
    spot.hidden = false;
    scrollTo(0, 0);
    spot.focus({ preventScroll: true });
  };

  // In a talk one goes on typing, below what was said.
  const attend = () => {
    const words = document.querySelector("#words");
    words.focus({ preventScroll: true });
    words.scrollIntoView({ block: "end" });
  };

  const show = (html, typed) => {
    const page = new DOMParser().parseFromString(html, "text/html");
    if (!page.querySelector("main")) throw new Error();
    for (const name of ["lang", "dir"]) {
      document.documentElement.setAttribute(name, page.documentElement.getAttribute(name));
    }
    document.title = page.title;
    document.body = page.body;
    const notice = document.querySelector("#notice");
    if (typed && !notice && document.querySelector("[data-look]")) attend();
    else settle(notice || document.querySelector("h1"));
  };

  const post = async (form, button) => {
    const body = new URLSearchParams(new FormData(form));
    if (button.name) body.append(button.name, button.value);
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), PATIENCE);
    try {
      const answer = await fetch(form.action, { method: "POST", body, signal: stop.signal });
      show(await answer.text(), form.matches(".words"));
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

  // Change only what has changed, so that nothing is read out twice.
  const merge = (old, found) => {
    const wanted = [...found.children];
    for (const [at, child] of wanted.entries()) {
      const kept = old.children[at];
      if (!kept) old.append(child);
      else if (kept.matches("ul") && child.matches("ul")) merge(kept, child);
      else if (!kept.isEqualNode(child)) kept.replaceWith(child);
    }
    while (old.children.length > wanted.length) old.lastElementChild.remove();
  };

  // With a helper: look for what is new, and leave what is being typed alone.
  const look = async () => {
    const old = document.querySelector("[data-look]");
    if (!old || busy) return;
    try {
      const { action } = document.querySelector(".words");
      const html = await (await fetch(action, { method: "POST", body: filled(old.dataset.look) })).text();
      const found = new DOMParser().parseFromString(html, "text/html").querySelector("[data-look]");
      if (busy || !old.isConnected) return;
      if (!found) return show(html);
      const before = old.innerText;
      merge(old, found);
      if (before !== old.innerText && document.activeElement.id === "words") attend();
    } catch {
      // the next look may work
    }
  };
  setInterval(look, LOOK);

  addEventListener("pagehide", part);

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
