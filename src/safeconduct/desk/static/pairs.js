// Doubtful pairs: a table goes to this desk as it is.
"use strict";

document.getElementById("pairs-form")?.addEventListener("submit", async (event) => {
  const form = event.target;
  event.preventDefault();
  const file = document.getElementById("pairs-file").files[0];
  if (!file || form.dataset.sent) return;
  const complain = (sentence) => {
    const problem = document.getElementById("pairs-problem");
    problem.hidden = false;
    problem.textContent = sentence;
    document.getElementById("pairs-file").focus();
  };
  if (file.size > Number(form.dataset.most)) return complain(form.dataset.large);
  form.dataset.sent = "yes";
  try {
    const answer = await fetch(`/count/pairs/open/${document.getElementById("pairs-instead")?.checked ? "instead" : "new"}`, {
      method: "POST",
      body: file,
      headers: { "content-type": "application/octet-stream" },
    });
    if (answer.status === 401) return location.reload();
    if (answer.status === 413) return complain(form.dataset.large);
    if (answer.status === 409) return complain(`${await answer.text()} ${form.dataset.unchanged}`);
    if (!answer.ok) return complain(form.dataset.broken);
    location.assign("/count/pairs");
  } catch {
    // It was moved or changed while it was read.
    complain(form.dataset.broken);
  } finally {
    delete form.dataset.sent;
  }
});
