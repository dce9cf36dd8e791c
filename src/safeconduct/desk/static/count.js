// The Count page: a file goes to this desk as it is; while something is counted, the page asks how far it is.
"use strict";

const said = document.getElementById("count-said");
const standing = () => document.getElementById("count-run");
const again = () => htmx.trigger("#refresh", "refresh");

function complain(sentence) {
  const problem = document.getElementById("count-problem");
  // What is said of the count before would seem to be said of this file.
  for (const earlier of document.querySelectorAll("#count-run > .problem, #count-run > .count-done")) earlier.remove();
  problem.hidden = false;
  problem.textContent = sentence;
  document.getElementById("count-file").focus();
}

document.addEventListener("submit", async (event) => {
  const form = event.target;
  if (form.id !== "count-file-form") return;
  event.preventDefault();
  const file = document.getElementById("count-file").files[0];
  if (!file || form.dataset.sent) return;
  const kind = file.name.toLowerCase().split(".").at(-1);
  if (!document.getElementById("count-file").accept.split(",").includes(`.${kind}`)) return complain(form.dataset.form);
  if (file.size > Number(form.dataset.most)) return complain(form.dataset.large);
  form.dataset.sent = "yes";
  try {
    const answer = await fetch(`/count/file/${kind}`, {
      method: "POST",
      body: file,
      headers: { "content-type": "application/octet-stream" },
    });
    if (answer.status === 401) return location.reload();
    if (answer.status === 413) return complain(form.dataset.large);
    if (!answer.ok && answer.status !== 409) return complain(form.dataset.broken);
    again();
  } catch {
    // It was moved or changed while it was read.
    complain(form.dataset.broken);
  } finally {
    delete form.dataset.sent;
  }
});

// --- how far it is: often for the eye, seldom for the ear ---

let state = standing().dataset.state;
let quarter = 0;

function notice() {
  const now = standing().dataset;
  const reached = now.state === "runs" ? Math.floor(Number(now.percent) / 25) : 0;
  if (now.state === "runs" && state !== "runs") said.textContent = said.dataset.begun;
  else if (reached > quarter) said.textContent = `${25 * reached} %`;
  quarter = reached;
  if (now.state === state) return;
  // What had the focus is gone, or it is the place where one waits.
  const lost = [null, document.body, standing()].includes(document.activeElement);
  state = now.state;
  if (state === "done") {
    said.textContent = said.dataset.done;
    if (lost) document.getElementById("count-last-title").focus();
  } else {
    if (state === "asks") said.textContent = said.dataset.asks;
    if (lost) (document.getElementById("count-cancel") ?? document.getElementById("count-run-title")).focus();
  }
}

document.addEventListener("htmx:after:swap", (event) => {
  if (event.detail.ctx.sourceElement?.id === "refresh") notice();
});
setInterval(() => {
  if (!document.hidden && standing()?.dataset.state === "runs") again();
}, 600);

// --- copying ---

document.addEventListener("click", async (event) => {
  const what = event.target.closest("[data-copy]")?.dataset.copy;
  if (!what) return;
  await navigator.clipboard.writeText(document.getElementById(what).textContent.trim());
  document.querySelector(`[data-copied="${what}"]`).textContent = said.dataset.copied;
});
