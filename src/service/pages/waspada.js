// What a page does better with a script. Nothing depends on it: without it each page works as it stands.
"use strict";
(() => {
  // A button that copies, and one that shares where the device can, beside each message.
  for (const area of document.querySelectorAll("textarea[data-copy]")) {
    const row = document.createElement("p");
    const said = document.createElement("span");
    said.setAttribute("role", "status");
    const tool = (name, act) => {
      const button = document.createElement("button");
      button.type = "button";
      button.className = "tool";
      button.textContent = name;
      button.addEventListener("click", act);
      row.append(button);
    };
    tool(area.dataset.copy, async () => {
      try {
        await navigator.clipboard.writeText(area.value);
      } catch {
        area.select();
        document.execCommand("copy");
      }
      said.textContent = area.dataset.copied;
    });
    if (navigator.share) {
      tool(area.dataset.share, () => navigator.share({ text: area.value }).catch(() => {}));
    }
    row.append(said);
    area.after(row);
    area.style.height = "auto";
    area.style.height = `${area.scrollHeight + 4}px`;
  }

  // A reason that is jumped to from the post is read out, too.
  addEventListener("hashchange", () => {
    const target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.id.startsWith("sign-")) {
      target.tabIndex = -1;
      target.focus({ preventScroll: true });
    }
  });

  // Progress in the training, kept on this device and nowhere else.
  const KEY = "waspada.learn";
  const load = () => {
    try {
      return { signs: {}, lessons: {}, ...JSON.parse(localStorage.getItem(KEY)) };
    } catch {
      return { signs: {}, lessons: {} };
    }
  };
  const save = (progress) => {
    try {
      localStorage.setItem(KEY, JSON.stringify(progress));
    } catch {
      // A browser that keeps nothing: then nothing is kept.
    }
  };
  const progress = load();
  const done = document.querySelector("[data-done]");
  const answers = document.querySelectorAll("[data-round][data-signs]");
  for (const answer of answers) {
    for (const entry of answer.dataset.signs.split(",").filter(Boolean)) {
      const [id, right, seen] = entry.split(":");
      const [before, all] = progress.signs[id] ?? [0, 0];
      progress.signs[id] = [before + Number(right), all + Number(seen)];
    }
  }
  if (done) progress.lessons[done.dataset.done] = 1;
  // A page that is loaded again is no second answer.
  const [visit] = performance.getEntriesByType("navigation");
  if ((done || answers.length) && visit?.type === "navigate") save(progress);

  for (const lesson of document.querySelectorAll("[data-lesson]")) {
    if (progress.lessons[lesson.dataset.lesson]) lesson.classList.add("done");
  }
  const shown = document.getElementById("progress");
  if (shown && (Object.keys(progress.signs).length || Object.keys(progress.lessons).length)) {
    const rows = shown.querySelector("tbody");
    for (const pair of shown.dataset.names.split("|")) {
      const [id, name] = pair.split("=");
      if (!progress.signs[id]) continue;
      const [right, seen] = progress.signs[id];
      const row = rows.insertRow();
      const head = document.createElement("th");
      head.scope = "row";
      head.textContent = name;
      const meter = document.createElement("meter");
      meter.max = seen;
      meter.value = right;
      meter.setAttribute("aria-label", `${name}: ${right} ${shown.dataset.of} ${seen}`);
      row.append(head);
      row.insertCell().append(meter, ` ${right} ${shown.dataset.of} ${seen}`);
    }
    shown.hidden = false;
    document.getElementById("erase").addEventListener("click", () => {
      localStorage.removeItem(KEY);
      location.reload();
    });
  }

  // The certificate: today's date, and a button that prints.
  for (const day of document.querySelectorAll("[data-today]")) {
    day.textContent = new Date().toLocaleDateString(document.documentElement.lang, { dateStyle: "long" });
  }
  for (const place of document.querySelectorAll("[data-print]")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "tool";
    button.textContent = place.dataset.print;
    button.addEventListener("click", () => print());
    place.prepend(button, " ");
  }
})();
