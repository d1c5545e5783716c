// A door's page: asks every few seconds what is on, goes on by what it was told where there is no network, and says so.

const ASKS = 10_000;
const STALE = 60_000;
const IDLE = 90_000;
const SHELF = "door";

function home(page) {
  // What a refused form is drawn by was sent: coming back to it must not ask whether to send it again, where no timer runs.
  history.replaceState(null, "", location.href);
  let leaving;
  const wait = () => {
    clearTimeout(leaving);
    leaving = setTimeout(() => location.replace(page.dataset.home), IDLE);
  };
  for (const act of ["input", "pointerdown", "keydown"]) document.addEventListener(act, wait);
  wait();
}

/** The device's clock may be wrong: what counts is the park's, as it was told last. */
let ahead = Number(localStorage.getItem("door-ahead")) || 0;
const now = () => Date.now() + ahead;

function put(page, name, words) {
  const place = page.querySelector(`[data-${name}]`);
  if (place && place.textContent !== words) place.textContent = words;
}

function list(page, lines) {
  const place = page.querySelector("[data-next]");
  if ([...place.children].map((one) => one.textContent).join("\n") === (lines.join("\n") || place.dataset.none)) return;
  place.replaceChildren(...(lines.length ? lines : [place.dataset.none]).map((line) => {
    const one = document.createElement("li");
    one.textContent = line;
    return one;
  }));
}

/** Write a moment's day in the park, as the park was told to call it. */
function dayOf(told, at) {
  const shape = { timeZone: told.zone, year: "numeric", month: "2-digit", day: "2-digit" };
  return told.days[new Intl.DateTimeFormat("en-CA", shape).format(at)] ?? "";
}

function show(page, told, clock) {
  const age = now() - Date.parse(told.now);
  const lost = now() > Date.parse(told.until);
  const moment = told.moments.findLast((one) => Date.parse(one.at) <= now()) ?? told.moments[0];
  const stale = page.querySelector("[data-stale]");
  page.dataset.look = lost ? "unknown" : moment.look;
  const today = dayOf(told, now());
  const since = dayOf(told, Date.parse(told.now));
  put(page, "clock", clock.format(now()));
  put(page, "today", today);
  put(page, "head", lost ? "–" : moment.head);
  put(page, "line", lost ? "" : moment.line);
  put(page, "hint", lost ? "" : moment.hint);
  list(page, lost ? [] : moment.following);
  put(page, "price", told.price);
  const price = page.querySelector("[data-price]");
  if (price) price.hidden = !told.price || !moment.half_hour || age > STALE;
  const code = page.querySelector("[data-code]");
  const drawn = told.codes[moment.code];
  if (code.querySelector("path").getAttribute("d") !== drawn.path) {
    code.setAttribute("viewBox", `0 0 ${drawn.size} ${drawn.size}`);
    code.querySelector("path").setAttribute("d", drawn.path);
  }
  stale.hidden = age <= STALE;
  const words = lost ? stale.dataset.lost : stale.dataset.words.replace("{time}", [since === today ? "" : since, clock.format(Date.parse(told.now))].join(" ").trim());
  if (!stale.hidden && stale.lastChild.textContent !== words) stale.lastChild.textContent = words;
  page.querySelectorAll("[data-online]").forEach((one) => { one.hidden = age > STALE; });
}

function door(page) {
  let told = JSON.parse(page.dataset.door);
  const shape = { timeZone: told.zone, hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  const clock = new Intl.DateTimeFormat(document.documentElement.lang, shape);
  const draw = () => show(page, told, clock);

  async function ask() {
    try {
      const answer = await fetch(page.dataset.url, { cache: "no-store" });
      if (answer.status === 404) location.reload();
      if (!answer.ok || answer.headers.has("X-Kept")) return;
      const said = await answer.json();
      ahead = Date.parse(said.now) - Date.now();
      localStorage.setItem("door-ahead", ahead);
      if (said.version !== told.version) location.reload();
      told = said;
      draw();
    } catch {
      draw();
    }
  }

  async function keep() {
    await navigator.serviceWorker.register(page.dataset.worker, { scope: "/door/" });
    await navigator.serviceWorker.ready;
    const parts = [...document.querySelectorAll("link[rel=stylesheet], link[rel=icon], script[src]")];
    const shelf = await caches.open(SHELF);
    await shelf.addAll([location.pathname, page.dataset.url, ...parts.map((one) => one.href || one.src)]);
    page.dataset.kept = "yes";
  }

  draw();
  ask();
  setInterval(draw, 1000);
  setInterval(ask, ASKS);
  window.addEventListener("online", ask);
  if ("serviceWorker" in navigator) keep().catch(() => {});
}

const page = document.querySelector("[data-door]");
if (page) door(page);
const leaves = document.querySelector("[data-home]");
if (leaves) home(leaves);
