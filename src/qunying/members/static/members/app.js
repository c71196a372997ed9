// The one script of member pages: without a net, the worker shows a page that says so.
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/app/worker.js", { scope: "/m/" });
