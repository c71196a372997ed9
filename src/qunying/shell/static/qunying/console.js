// The frame's script writes the name of a chosen file into a text box beside the field. Our fields have none, and it would fail.
document.addEventListener("change", (event) => {
  if (event.target.matches(".q-page input[type=file]")) event.stopImmediatePropagation();
}, true);

// The frame hides its menu in windows of up to 1280 px, which is what most laptops have; its stylesheet has room for it from there on.
document.addEventListener("alpine:init", () => {
  const frame = window.theme;
  const hasRoom = () => window.innerWidth >= 1280;
  const isWanted = () => hasRoom() && localStorage.getItem("sidebarOpen") !== "0";
  window.theme = (...words) => {
    const state = frame(...words);
    state.sidebarWidth = localStorage.getItem("sidebarWidth") || (window.innerWidth < 1366 ? 232 : 288);
    state.sidebarOpen = isWanted;
    state.sidebarToggle = function toggle() {
      this.sidebarOpen = !this.sidebarOpen;
      if (hasRoom()) localStorage.setItem("sidebarOpen", this.sidebarOpen ? "1" : "0");
    };
    state.themeBindings["x-resize.window"] = function resized() {
      this.sidebarOpen = isWanted();
    };
    return state;
  };
});
