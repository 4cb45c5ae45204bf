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
})();
