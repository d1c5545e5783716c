// A page about work that goes on loads itself again while it is looked at; without scripts it has a link.

const seconds = Number(document.querySelector("[data-refresh]")?.dataset.refresh);

function again() {
  if (document.visibilityState === "visible") location.reload();
  else document.addEventListener("visibilitychange", again, { once: true });
}

if (seconds) setTimeout(again, seconds * 1000);
