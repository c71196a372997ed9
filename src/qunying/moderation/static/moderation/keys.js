// Keys of the review pages. Rows: j, k, Enter. Buttons and links: the letter in data-key. Options: the digit in data-number.
(() => {
  const rows = [...document.querySelectorAll("[data-queue] [data-row]")];
  let place = -1;

  function go(step) {
    place = Math.min(Math.max(place + step, 0), rows.length - 1);
    rows.forEach((row, number) => row.toggleAttribute("aria-current", number === place));
    rows[place].querySelector("[data-open]").focus();
  }

  function explain(option) {
    const reason = option.form && option.form.querySelector("textarea[name=reason]");
    const texts = [...document.querySelectorAll("[data-reason]")].map((other) => other.dataset.reason);
    if (reason && option.dataset.reason && (reason.value.trim() === "" || texts.includes(reason.value.trim()))) reason.value = option.dataset.reason;
  }

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-reason]")) explain(event.target);
  });

  document.addEventListener("keydown", (event) => {
    const field = event.target;
    const typing = field.matches("textarea, select, input:not([type=radio], [type=checkbox])");
    if (event.key === "Escape" && typing) return field.blur();
    if (event.ctrlKey && event.key === "Enter" && field.form) return field.form.requestSubmit();
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (rows.length && (event.key === "j" || event.key === "k")) return go(event.key === "j" ? 1 : -1);
    const option = /^[0-9]$/.test(event.key)
      ? document.querySelector(`[data-number="${event.key}"]:not(:disabled)`)
      : document.querySelector(`[data-letter="${CSS.escape(event.key)}"]`);
    const button = document.querySelector(`[data-key="${CSS.escape(event.key)}"]`);
    if (!option && !button) return;
    event.preventDefault();
    if (option) {
      option.checked = option.type === "radio" || !option.checked;
      option.focus();
      explain(option);
    } else button.click();
  });
})();
