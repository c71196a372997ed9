// The content calendar: posts are dragged to another day, or moved by keyboard. Either way the same form is sent.
(() => {
  const table = document.getElementById("calendar"), form = document.getElementById("move"), says = document.getElementById("calendar-says");
  if (!table || !form) return;
  const byWeek = table.dataset.view === "week";
  const cells = new Map([...table.querySelectorAll("td[data-day]")].map((cell) => [cell.dataset.day, cell]));
  // Wall-clock times are reckoned as if they were UTC, so that no zone of the browser gets in between.
  const parse = (text) => new Date(`${text}:00Z`), format = (time) => time.toISOString().slice(0, 16);
  let held = null, target = null;

  const mark = (day) => {
    cells.forEach((cell, key) => cell.toggleAttribute("data-target", key === day));
  };
  const send = (post, at) => {
    form.elements.placement.value = post.dataset.placement;
    form.elements.at.value = at;
    form.submit();
  };
  const release = (text) => {
    if (held) held.removeAttribute("data-held");
    held = target = null;
    mark(null);
    says.textContent = text || "";
  };
  const say = () => {
    says.textContent = table.dataset.picked.replace("{title}", held.dataset.title).replace("{time}", format(target).replace("T", " "));
  };

  table.addEventListener("dragstart", (event) => {
    const post = event.target.closest("[data-placement]");
    if (!post) return event.preventDefault();
    release();
    event.dataTransfer.setData("text/plain", post.dataset.placement);
    event.dataTransfer.effectAllowed = "move";
  });
  table.addEventListener("dragover", (event) => {
    const cell = event.target.closest("td[data-day]");
    if (!cell) return;
    event.preventDefault();
    mark(cell.dataset.day);
  });
  table.addEventListener("dragend", () => mark(null));
  table.addEventListener("drop", (event) => {
    const cell = event.target.closest("td[data-day]");
    const post = table.querySelector(`[data-placement="${CSS.escape(event.dataTransfer.getData("text/plain"))}"]`);
    if (!cell || !post) return;
    event.preventDefault();
    const at = `${cell.dataset.day}T${post.dataset.at.slice(11)}`;
    if (at === post.dataset.at) mark(null);
    else send(post, at);
  });

  const days = { ArrowLeft: -1, ArrowRight: 1, ...(byWeek ? {} : { ArrowUp: -7, ArrowDown: 7 }) };
  const hours = byWeek ? { ArrowUp: -1, ArrowDown: 1 } : {};
  table.addEventListener("keydown", (event) => {
    const post = event.target.closest("[data-placement]");
    if (!post) return;
    if (!held) {
      if (event.key !== " ") return;
      held = post;
      target = parse(post.dataset.at);
      post.setAttribute("data-held", "");
      mark(post.dataset.at.slice(0, 10));
      say();
    } else if (event.key === "Escape") release(table.dataset.left);
    else if (event.key === "Enter" || event.key === " ") {
      if (format(target) === held.dataset.at) release(table.dataset.left);
      else send(held, format(target));
    } else if (event.key in days || event.key in hours) {
      const next = new Date(target.getTime() + ((days[event.key] || 0) * 24 + (hours[event.key] || 0)) * 3_600_000);
      if (cells.has(format(next).slice(0, 10))) {
        target = next;
        mark(format(target).slice(0, 10));
        say();
      } else says.textContent = table.dataset.outside;
    } else return;
    event.preventDefault();
  });
  table.addEventListener("focusout", (event) => {
    if (held && !table.contains(event.relatedTarget)) release(table.dataset.left);
  });
  const moved = table.querySelector("[data-moved]");
  if (moved) moved.focus();
})();
