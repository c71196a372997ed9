// The frame's script writes the name of a chosen file into a text box beside the field. Our fields have none, and it would fail.
document.addEventListener("change", (event) => {
  if (event.target.matches(".q-page input[type=file]")) event.stopImmediatePropagation();
}, true);
