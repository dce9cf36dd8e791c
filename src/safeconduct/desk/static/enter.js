// Before the desk is open: bring the token of the address to the desk, and say that the passphrase is being tried.
"use strict";

const token = location.hash.slice(1);
const form = document.querySelector("form.unlock");

if (token) {
  // Out of the address bar at once, used or not.
  history.replaceState(null, "", location.pathname);
  if (!form) {
    fetch("/enter", { method: "POST", body: new URLSearchParams({ token }) }).then((answer) => {
      if (answer.ok) location.replace("/");
      else document.getElementById("enter-problem").hidden = false;
    });
  }
}

form?.addEventListener("submit", () => {
  const button = form.querySelector("button");
  button.textContent = form.dataset.busy;
  button.disabled = true;
});

addEventListener("pageshow", (event) => {
  if (event.persisted) location.reload();
});
