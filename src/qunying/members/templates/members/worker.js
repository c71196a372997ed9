// Keeps one page and the stylesheet for when there is no net; every other page always comes from the server.
const KEPT = ["{{ page }}", "{{ style }}"];
self.addEventListener("install", (event) => event.waitUntil(caches.open("offline").then((box) => box.addAll(KEPT))));
self.addEventListener("fetch", (event) => {
  if (event.request.mode === "navigate") {
    event.respondWith(fetch(event.request).catch(() => caches.match(KEPT[0])));
  } else if (new URL(event.request.url).pathname === KEPT[1]) {
    event.respondWith(fetch(event.request).catch(() => caches.match(KEPT[1])));
  }
});
