// An open desk: news without reloading, the lock in every tab, and the keyboard. Pages work without it, but slower.
"use strict";

const body = document.body;
const write = document.querySelector(".write");
const reply = document.getElementById("reply");
const note = document.getElementById("note");

// --- the draft: sealed as one types, and before anything else is done ---

const drafts = [["draft", reply], ["draft-note", note]].filter(([, field]) => field);
const kept = new Map(drafts.map(([name, field]) => [name, field.value]));

function draft() {
  const fields = new URLSearchParams();
  for (const [name, field] of drafts)
    if (field.value !== kept.get(name) && !field.form.dataset.sent) {
      fields.set("draft-of", write.dataset.ref);
      fields.set(name, field.value);
    }
  return fields;
}

async function keep() {
  const fields = draft();
  if (!fields.size) return;
  for (const [name, field] of drafts) kept.set(name, field.value);
  await fetch("/used", { method: "POST", body: fields, keepalive: true }).catch(() => {});
}

async function go(address) {
  await keep();
  location.assign(address);
}

document.addEventListener("formdata", (event) => {
  for (const [name, value] of draft()) event.formData.set(name, value);
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='/']");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || !draft().size) return;
  event.preventDefault();
  go(link.getAttribute("href"));
});
for (const end of ["beforeunload", "pagehide"]) addEventListener(end, keep);

// --- the lock ---

const tabs = new BroadcastChannel("desk");

let gone = false;

function blank() {
  if (gone) return;
  gone = true;
  document.documentElement.replaceChildren();
  location.replace("/");
}

async function lock() {
  if (gone) return;
  gone = true;
  tabs.postMessage("locked");
  document.documentElement.replaceChildren();
  try {
    await fetch("/lock", { method: "POST", body: draft(), redirect: "manual", keepalive: true });
  } finally {
    location.replace("/");
  }
}

document.getElementById("lock").addEventListener("submit", (event) => {
  event.preventDefault();
  lock();
});

addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});

// --- news: one tab listens for all of them ---

let shown = Number(body.dataset.version);
let newest = shown;

const asking = document.getElementById("refresh");

function refresh() {
  if (newest === shown || document.hidden) return;
  // What is asked of it before htmx has taken it up is lost, and the page would stay as it was.
  if (!asking.hasAttribute("data-htmx-powered")) return void setTimeout(refresh, 20);
  shown = newest;
  htmx.trigger("#refresh", "refresh");
}

function hear(message) {
  if (gone) return;
  if (message === "locked") return blank();
  if (message === "newest?") return;
  document.getElementById("away").hidden = message !== "away";
  if (typeof message === "number") {
    newest = message;
    refresh();
  }
}

function tell(message) {
  tabs.postMessage(message);
  hear(message);
}

tabs.addEventListener("message", (event) => {
  if (event.data === "newest?" && listening) tabs.postMessage(newest);
  hear(event.data);
});
document.addEventListener("visibilitychange", refresh);

let listening = false;
navigator.locks.request("desk-news", () => {
  listening = true;
  const news = new EventSource("/live");
  news.addEventListener("changed", (event) => tell(Number(event.data)));
  news.addEventListener("locked", () => tell("locked"));
  news.addEventListener("error", () => {
    // Closed for good: the answer was not a stream, so no cookie of this browser is good any more.
    if (news.readyState === EventSource.CLOSED) tell("locked");
    else tell("away");
  });
  addEventListener("pagehide", () => news.close());
  return new Promise(() => {});
});
tabs.postMessage("newest?");

document.addEventListener("htmx:after:request", (event) => {
  if (event.detail.ctx.response.status === 401) blank();
});

const known = () => new Set([...document.querySelectorAll("#rows > .row, #items > .item")].map((each) => each.id));
let before = known();
document.addEventListener("htmx:after:swap", (event) => {
  if (event.detail.ctx.sourceElement.id !== "refresh") return;
  const now = known();
  if ([...now].some((id) => !before.has(id))) {
    const line = document.getElementById("arrived");
    line.textContent = "";
    setTimeout(() => (line.textContent = line.dataset.words), 50);
  }
  before = now;
});

// --- use holds the lock off ---

let told = 0;
for (const kind of ["keydown", "pointerdown", "wheel"])
  addEventListener(
    kind,
    () => {
      if (Date.now() - told < 30000) return;
      told = Date.now();
      fetch("/used", { method: "POST" }).catch(() => {});
    },
    { passive: true },
  );

// --- writing ---

for (const form of document.querySelectorAll("form[data-once]"))
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) event.preventDefault();
    form.dataset.sent = "yes";
  });

function choose(which) {
  const both = document.querySelector("[data-write]");
  if (both) {
    document.getElementById("reply-form").hidden = which !== "reply";
    document.getElementById("note-form").hidden = which !== "note";
    for (const each of document.querySelectorAll("[data-write]"))
      each.setAttribute("aria-pressed", String(each.dataset.write === which));
    write.dataset.which = which;
  }
  (which === "note" ? note : (reply ?? document.getElementById("take")))?.focus();
}

for (const each of document.querySelectorAll("[data-write]"))
  each.addEventListener("click", () => choose(each.dataset.write));

for (const each of document.querySelectorAll("[data-put]"))
  each.addEventListener("click", () => {
    const words = document.getElementById(each.dataset.put).textContent;
    if (!reply.value.includes(words)) reply.value = [reply.value.trimEnd(), words].filter(Boolean).join("\n\n");
    choose("reply");
    reply.setSelectionRange(reply.value.length, reply.value.length);
    reply.dispatchEvent(new Event("input", { bubbles: true }));
  });

if (document.querySelector("[data-write]")) {
  document.getElementById("note-form").hidden = true;
  write.dataset.which = "reply";
}
const talk = document.querySelector(".talk");
if (talk) {
  const from = document.getElementById("from-here");
  if (from) from.scrollIntoView({ block: "start" });
  else talk.scrollTop = talk.scrollHeight;
}
document.querySelector(".rows [aria-current]")?.scrollIntoView({ block: "nearest" });
if (location.hash === "#reply") {
  choose("reply");
  reply?.setSelectionRange(reply.value.length, reply.value.length);
}

// --- keys: by their place, so that they work in a Russian layout too ---

function step(by) {
  const rows = [...document.querySelectorAll(".row-link")];
  const at = rows.indexOf(document.activeElement);
  const here = at >= 0 ? at : rows.findIndex((each) => each.ariaCurrent);
  const next = rows[here < 0 ? 0 : Math.min(Math.max(here + by, 0), rows.length - 1)];
  next?.focus();
}

function unfold(id) {
  const details = document.getElementById(id);
  if (!details) return;
  details.open = true;
  details.querySelector("input:not([type=hidden]), select")?.focus();
}

const dialog = document.getElementById("keys");
for (const each of document.querySelectorAll("[data-open]")) each.addEventListener("click", () => dialog.showModal());

const letters = {
  KeyN: () => go("/next"),
  KeyJ: () => step(1),
  KeyK: () => step(-1),
  KeyT: () => document.getElementById("take-form")?.requestSubmit(),
  KeyR: () => choose("reply"),
  KeyO: () => choose("note"),
  KeyX: () => unfold("aside"),
};
const after = { KeyQ: "/queue/new", KeyM: "/queue/mine", KeyL: "/law", KeyC: "/count" };
let going = false;

document.addEventListener("keydown", (event) => {
  const command = event.ctrlKey || event.metaKey;
  if (command && event.shiftKey && event.code === "KeyL") {
    event.preventDefault();
    return void lock();
  }
  if (event.target === reply && command && event.key === "Enter") {
    event.preventDefault();
    if (!event.repeat) reply.form.requestSubmit();
    return;
  }
  const field = event.target.closest("input, textarea, select");
  if (event.key === "Escape" && field && !dialog.open) return void field.blur();
  if (field || dialog.open || command || event.altKey || body.dataset.keys !== "on") return;
  if (event.key === "?" || (event.code === "Slash" && event.shiftKey)) return void dialog.showModal();
  if (event.shiftKey || event.repeat && event.code !== "KeyJ" && event.code !== "KeyK") return;
  const button = document.querySelector(`[data-code="${event.code}"]`);
  const act = going
    ? after[event.code] && (() => go(after[event.code]))
    : (letters[event.code] ?? (button && (() => button.click())));
  going = !going && event.code === "KeyG";
  if (!act) return;
  event.preventDefault();
  act();
});
