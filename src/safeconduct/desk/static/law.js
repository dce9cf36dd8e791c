// The Law page: on to the next question after an answer; copy; print. It works without this, but slower.
"use strict";

let next = "";
document.addEventListener("htmx:before:request", (event) => {
  next = event.detail.ctx.sourceElement?.closest(".law-question")?.nextElementSibling?.id ?? "";
});
document.addEventListener("htmx:after:swap", (event) => {
  if (event.detail.ctx.sourceElement?.id === "refresh") return;
  const problem = document.getElementById("law-problem");
  for (const form of document.querySelectorAll("#law form")) if (!problem) form.reset();
  const here = document.activeElement;
  if (here && here !== document.body && here.checkVisibility()) return;
  // The answered question has gone to the answers. The next one as a whole is focused, not its button: a key
  // pressed twice must not answer it.
  const waiting = [document.getElementById(next), document.querySelector(".law-question")];
  (waiting.find((each) => each?.checkVisibility()) ?? document.getElementById("law-ask-title")).focus();
});
// A double click must not answer the question that comes to stand there.
document.addEventListener(
  "click",
  (event) => {
    if (event.detail > 1 && event.target.closest(".law-choices, .law-happened")) event.preventDefault();
  },
  true,
);

for (const each of document.querySelectorAll("[data-copy]"))
  each.addEventListener("click", async () => {
    const field = document.getElementById(each.dataset.copy);
    field.select();
    await navigator.clipboard.writeText(field.value);
    const line = document.getElementById("law-copied");
    line.textContent = line.dataset.words;
  });

document.addEventListener("click", (event) => {
  if (event.target.closest("[data-print]")) print();
});
addEventListener("beforeprint", () => {
  const paper = document.querySelector(".law-print-text");
  if (paper) paper.textContent = document.getElementById("law-text").value;
});
