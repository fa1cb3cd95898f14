// The desk: what the stream brings is put in its place, what is done is posted. Nothing is stored; what is over leaves the page.
"use strict";
(() => {
  const PATIENCE = 20000; // milliseconds to wait for an answer
  const ALIVE = 15000; // milliseconds without a sign of the stream until the page says so
  const HANDS = 60000; // milliseconds between two signs that somebody is at the page
  const page = document.body.dataset;
  const find = (selector, within = document) => within.querySelector(selector);
  const talks = find("#talks");
  let source, heard = Date.now(), moved = 0, known = null, sound = null, lost = false;

  const piece = (html) => {
    const made = document.createElement("template");
    made.innerHTML = html; // made and escaped by our own server
    return made.content;
  };

  // -- telling: a line for screen readers, a mark in the title, a tone
  const tone = () => {
    if (!page.sound || !sound) return;
    const pitch = sound.createOscillator(), loud = sound.createGain(), now = sound.currentTime;
    pitch.frequency.value = 660;
    loud.gain.setValueAtTime(0.0001, now);
    loud.gain.exponentialRampToValueAtTime(0.2, now + 0.02);
    loud.gain.exponentialRampToValueAtTime(0.0001, now + 0.4);
    pitch.connect(loud).connect(sound.destination);
    pitch.start();
    pitch.stop(now + 0.45);
  };

  const title = () => {
    const fresh = document.querySelectorAll(".talk.fresh").length;
    const waiting = document.querySelectorAll("#queue [data-act=take]").length;
    document.title = `${fresh ? "● " : ""}${waiting ? `(${waiting}) ` : ""}${page.title}`;
  };

  const tell = (line) => {
    find("#news").textContent = line;
    tone();
    title();
  };

  const alarm = (line) => {
    const shown = document.createElement("p");
    shown.className = "alert";
    shown.textContent = line;
    find("#alerts").replaceChildren(...(line ? [shown] : []));
  };

  const minutes = () => {
    for (const time of document.querySelectorAll("time[data-since]")) {
      const passed = Math.max(0, Math.floor((Date.now() / 1000 - time.dataset.since) / 60));
      time.textContent = page.minutes.replace("{minutes}", passed);
    }
  };

  // -- what the stream brings
  const talk = (name) => document.getElementById(`talk-${name}`);

  const early = new Set(); // numbers of messages that arrived before the page knew that they were sent

  const mark = (line) => { const state = find(".state", line); if (state) state.textContent = page.arrived; };

  const scroll = (log) => { log.scrollTop = log.scrollHeight; };

  const say = (name, html) => {
    const log = find(".log", talk(name));
    const bottom = log.scrollHeight - log.scrollTop - log.clientHeight < 60;
    for (const line of piece(html).querySelectorAll(".line")) {
      const twice = line.dataset.id && [...log.children].some((old) => old.dataset.id === line.dataset.id);
      if (!twice) log.append(line);
      if (early.delete(line.dataset.id)) mark(line);
    }
    if (bottom) scroll(log);
  };

  const brings = {
    begin: () => talks.replaceChildren(), // a new seat: what stood here belongs to one that was lost
    queue: ({ html, waiting, say: line }) => {
      const here = document.activeElement?.id, more = known && waiting.some((name) => !known.has(name));
      find("#queue").replaceChildren(piece(html));
      if (here && !document.activeElement?.id) document.getElementById(here)?.focus();
      known = known || new Set();
      const first = !find("#queue").dataset.met;
      find("#queue").dataset.met = "yes";
      if ((more || first) && waiting.length) tell(line); else title();
      known = new Set(waiting);
      minutes();
    },
    case: ({ case: name, html }) => {
      talk(name)?.remove();
      document.getElementById(`gone-${name}`)?.remove();
      talks.append(piece(html));
      if (talk(name).dataset.number && find("textarea", talk(name)) && wanted === name) find("textarea", talk(name)).focus();
      wanted = null;
      title();
    },
    facts: ({ case: name, html }) => talk(name) && find(".about", talk(name)).replaceChildren(piece(html)),
    words: ({ case: name, html }) => {
      const place = talk(name);
      if (!place) return;
      say(name, html);
      if (!document.hasFocus() || !place.contains(document.activeElement)) place.classList.add("fresh");
      tell(page.words.replace("{number}", place.dataset.number));
    },
    arrived: ({ case: name, id }) => {
      const line = talk(name) && [...find(".log", talk(name)).children].find((one) => one.dataset.id === id);
      if (line) mark(line); else early.add(id);
      if (early.size > 100) early.clear();
    },
    gone: ({ case: name, html }) => {
      const place = talk(name), inside = place?.contains(document.activeElement);
      place?.remove();
      talks.append(piece(html));
      if (inside) find(`#gone-${CSS.escape(name)}`).focus();
      title();
    },
    idle: () => { find("#idle").hidden = false; tone(); },
    quiet: () => { find("#idle").hidden = true; },
    end: () => leave(),
  };

  const GONE = 20000; // milliseconds that a seat outlives its line
  let away = 0;
  let wanted = null; // whom the helper has just taken

  const leave = () => {
    source?.close();
    document.body.replaceChildren();
    location.replace(`${page.root}/sign-in`);
  };

  const line = (there) => {
    if (there !== lost) return;
    lost = !there;
    clearTimeout(away);
    if (lost) away = setTimeout(() => talks.replaceChildren(), GONE); // by then the talks have broken off
    alarm(lost ? page.offline : "");
    if (!lost) tell(page.online);
  };

  const listen = () => {
    source = new EventSource(`${page.root}/stream?tab=${page.tab}`);
    source.onopen = () => { heard = Date.now(); line(true); };
    source.onerror = () => {
      line(false);
      if (source.readyState === EventSource.CLOSED) look();
    };
    for (const [name, bring] of Object.entries(brings)) {
      source.addEventListener(name, (event) => { heard = Date.now(); line(true); bring(JSON.parse(event.data)); });
    }
  };

  const look = async () => { // the stream was refused: are we still signed in?
    try {
      const answer = await post("here", new URLSearchParams());
      if (answer.status === 401) return leave();
    } catch { /* tried again below */ }
    setTimeout(listen, 2000);
  };

  // -- what is done
  const post = (act, body) => {
    const stop = AbortSignal.timeout(PATIENCE);
    body.set("tab", page.tab);
    return fetch(`${page.root}/${act}`, { method: "POST", body, headers: { "X-Desk-Stamp": page.stamp }, signal: stop });
  };

  const idents = new WeakMap(); // what is sent again after a failure is the same message

  const does = {
    tell: (form, html) => {
      find("textarea", form).value = "";
      say(form.elements.case.value, html);
      scroll(find(".log", form.closest(".talk")));
    },
    card: (form, html) => {
      const place = find(".card", form.closest(".talk"));
      place.replaceChildren(piece(html));
      find("button", place).focus();
    },
    send: (form, html) => {
      const place = form.closest(".talk");
      say(form.elements.case.value, html);
      scroll(find(".log", place));
      find(".card", place).replaceChildren();
      find("textarea", place).focus();
    },
    self: (form) => {
      const other = form.elements.reads.value !== document.documentElement.lang;
      if (other && !find(".talk")) return location.reload(); // in a talk, what was said would be lost
      page.sound = form.elements.sound.checked ? "yes" : "";
      hands();
      tone();
      for (const open of document.querySelectorAll("details.cards[open]")) shelf(open);
    },
    end: (form) => form.closest(".talk")?.setAttribute("aria-busy", "true"),
  };

  const act = async (form, button) => {
    const name = form.dataset.act, body = new URLSearchParams(new FormData(form));
    if (button?.name) body.set(button.name, button.value);
    if (name === "tell" && body.get("words").length > page.longest) return alarm(page.long);
    if (name === "tell" && !body.get("words").trim()) return;
    const same = `${name} ${body}`;
    if (idents.get(form)?.same !== same) idents.set(form, { same, ident: crypto.getRandomValues(new Uint32Array(4)).join("-").slice(0, 40) });
    body.set("ident", idents.get(form).ident);
    if (name === "take") wanted = body.get("case");
    try {
      const answer = await post(name, body), text = await answer.text();
      if (answer.status === 401) return leave();
      idents.delete(form);
      alarm(answer.ok ? "" : text);
      if (answer.ok && document.contains(form)) does[name]?.(form, text);
      else if (answer.ok && name === "self") does.self(form);
    } catch {
      alarm(page.failed);
    }
  };

  const shelf = async (open) => {
    try {
      const answer = await post("cards", new URLSearchParams({ case: open.dataset.cards }));
      if (answer.ok && document.contains(open)) find(".shelf", open).replaceChildren(piece(await answer.text()));
    } catch {
      alarm(page.failed);
    }
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.dataset.act) return;
    event.preventDefault();
    if (form.hasAttribute("aria-busy")) return;
    form.setAttribute("aria-busy", "true");
    await act(form, event.submitter);
    form.removeAttribute("aria-busy");
  });

  document.addEventListener("toggle", (event) => {
    if (event.target.matches?.("details.cards") && event.target.open) shelf(event.target);
  }, true);

  document.addEventListener("keydown", (event) => {
    const words = event.target.closest?.("textarea");
    if (!words || event.key !== "Enter" || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    words.form.requestSubmit();
  });

  document.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if ("close" in button.dataset) { button.closest(".gone").remove(); talks.focus(); }
    if ("drop" in button.dataset) button.closest(".card").replaceChildren();
    if ("here" in button.dataset) { moved = 0; hands(); find("#idle").hidden = true; }
  });

  document.addEventListener("focusin", (event) => {
    event.target.closest(".talk")?.classList.remove("fresh");
    title();
  });

  const hands = () => { // somebody is at the page
    if (page.sound && !sound && window.AudioContext && navigator.userActivation?.hasBeenActive !== false) sound = new AudioContext();
    if (sound?.state === "suspended") sound.resume();
    if (Date.now() - moved < HANDS) return;
    moved = Date.now();
    post("here", new URLSearchParams()).then((answer) => answer.status === 401 && leave(), () => {});
  };
  for (const kind of ["pointerdown", "keydown"]) document.addEventListener(kind, hands);

  addEventListener("pagehide", () => { // no copy of this page is kept for going back
    source?.close();
    document.body.replaceChildren();
  });
  addEventListener("pageshow", (event) => { if (event.persisted) location.reload(); });

  setInterval(() => { minutes(); if (Date.now() - heard > ALIVE) line(false); }, 5000);
  listen();
})();
