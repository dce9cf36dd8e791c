// An open desk: news without reloading, the lock in every tab, and the keyboard. Pages work without it, but slower.
"use strict";

const body = document.body;
const write = document.querySelector(".write");
const reply = document.getElementById("reply");
const note = document.getElementById("note");

// --- the draft: sealed as one types, and before anything else is done ---

const drafts = [["draft", reply], ["draft-note", note]].filter(([, field]) => field);
const kept = new Map(drafts.map(([name, field]) => [name, field.value]));
const sent = new WeakSet();

// Browsers refuse, all at once, more than 64 KiB of what may outlive its page.
const OUTLIVES_MOST_BYTES = 60000;
const outlives = (fields) => String(fields ?? "").length <= OUTLIVES_MOST_BYTES;

function draft(besides) {
  const fields = new URLSearchParams();
  for (const [name, field] of drafts)
    if (field.value !== kept.get(name) && field.form !== besides && !sent.has(field.form)) {
      fields.set("draft-of", write.dataset.ref);
      fields.set(name, field.value);
    }
  return fields;
}

// False if the desk cannot be reached: what stands in the fields is nowhere else.
async function keep(keepalive = false) {
  const fields = draft();
  if (!fields.size) return true;
  const answer = await use({ body: fields, keepalive });
  if (answer?.ok) for (const [name] of drafts) if (fields.has(name)) kept.set(name, fields.get(name));
  return Boolean(answer);
}

async function go(address) {
  if ((await keep()) && !blanked) location.assign(address);
}

document.addEventListener("formdata", (event) => {
  for (const [name, value] of draft(event.target)) event.formData.set(name, value);
});
document.addEventListener("htmx:after:request", (event) => {
  const { response, request, sourceElement } = event.detail.ctx;
  const [name] = drafts.find(([, field]) => field === sourceElement) ?? [];
  if (name && response.raw.ok) kept.set(name, request.body.get("text"));
});
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='/']");
  if (!link || event.button || event.ctrlKey || event.metaKey || event.shiftKey || !draft().size) return;
  event.preventDefault();
  go(link.getAttribute("href"));
});
addEventListener("beforeunload", () => {
  if (!blanked) keep();
});
addEventListener("pagehide", () => {
  // Only what was typed since the last autosave, in a text too long to outlive its page, hangs on the request above.
  if (!blanked && outlives(draft())) keep(true);
  if (locking) shut();
});

// --- the lock ---

const tabs = new BroadcastChannel("desk");

let blanked = false;
let locking = false;

function blank() {
  blanked = true;
  document.documentElement.replaceChildren();
}

function leave() {
  blank();
  location.replace("/");
}

async function shut(fields) {
  const init = { method: "POST", body: fields, redirect: "manual", keepalive: outlives(fields) };
  const answer = await fetch("/lock", init).catch(() => null);
  return answer?.type === "opaqueredirect" || answer?.status === 401;
}

async function lock() {
  if (blanked) return;
  locking = true;
  blank();
  tabs.postMessage("locking");
  const fields = draft();
  // The lock is worth more than the draft. Until it is certain nothing is shown: the desk may still be open.
  while (!((await shut(fields)) || (await shut()))) await new Promise((again) => setTimeout(again, 1000));
  locking = false;
  tabs.postMessage("locked");
  leave();
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
let asked = null;
let later = 0;

const asking = document.getElementById("refresh");

function refresh() {
  // One at a time: if news that come one upon another broke each other off, none would ever be shown.
  if (blanked || asked || newest <= shown || document.hidden) return;
  // What is asked of it before htmx has taken it up is lost, and the page would stay as it was.
  if (!asking.hasAttribute("data-htmx-powered")) return void setTimeout(refresh, 20);
  htmx.trigger("#refresh", "refresh");
}

document.addEventListener("htmx:before:request", (event) => {
  const { ctx } = event.detail;
  if (ctx.sourceElement === asking) asked = { ctx, version: newest };
});
document.addEventListener("htmx:finally:request", (event) => {
  const { ctx } = event.detail;
  if (asked?.ctx !== ctx) return;
  const answered = ctx.response?.raw.ok && ctx.status === "swapped";
  if (answered) shown = asked.version;
  asked = null;
  clearTimeout(later);
  if (answered) refresh();
  else later = setTimeout(refresh, 2000);
});

function hear(message) {
  if (message === "locked") return leave();
  if (message === "newest?" || blanked) return;
  if (message === "locking") {
    keep();
    return blank();
  }
  document.getElementById("away").hidden = message !== "away";
  if (typeof message === "number") {
    newest = Math.max(newest, message);
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
  if (event.detail.ctx.response.status === 401) leave();
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

async function use(init) {
  const answer = await fetch("/used", { method: "POST", ...init }).catch(() => null);
  if (answer?.status === 401) leave();
  return answer;
}

let told = 0;
for (const kind of ["keydown", "pointerdown", "wheel"])
  addEventListener(
    kind,
    () => {
      if (blanked || Date.now() - told < 30000) return;
      told = Date.now();
      use();
    },
    { passive: true },
  );

// A machine that slept may have kept the news of the lock from this tab. Looking at it is no use yet.
function look() {
  if (!blanked && !document.hidden) use({ method: "GET", headers: { "HX-Request": "true" } });
}
document.addEventListener("visibilitychange", look);
addEventListener("focus", look);

// --- writing ---

document.addEventListener("submit", (event) => {
  const form = event.target;
  // What another listener has taken over is not on its way to a new page.
  if (event.defaultPrevented || form.getAttribute("method") !== "post") return;
  if (sent.has(form)) event.preventDefault();
  sent.add(form);
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
  if (blanked) return;
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
