// What every page gains when scripts run: one press sends a form once, and errors take the focus.

/** A second press on a form already on its way does nothing. */
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
});

/** Coming back by the browser's own button finds the forms usable again. */
window.addEventListener("pageshow", () => {
  document.querySelectorAll("form[data-sent]").forEach((form) => delete form.dataset.sent);
});

/** What a form was answered with comes into sight: the answer above it, else the first wrong field, else what
 *  is said above them all; where the
 *  address names a place on the page, that place. */
const answer = document.querySelector("[data-answer]");
if (answer && !location.hash) {
  describeByWhatStandsAbove(answer);
  answer.focus({ preventScroll: true });
  (answer.closest(".answer .alert") ?? answer.firstElementChild ?? answer).scrollIntoView({ block: "nearest" });
} else {
  const above = location.hash ? null : document.querySelector("[role=alert][tabindex]");
  (document.querySelector(".is-invalid") ?? above)?.focus();
}

/** Who hears the page begins at the answer: what was remarked above it is told with it. What was said as the page came
 *  speaks for itself. */
function describeByWhatStandsAbove(answer) {
  const above = [...document.querySelectorAll("main .alert")].filter((one) =>
    answer.compareDocumentPosition(one) === Node.DOCUMENT_POSITION_PRECEDING &&
    !one.closest(".flashes, [role=alert], [role=status]") && one.checkVisibility());
  above.forEach((one, at) => (one.id ||= `remark-${at}`));
  if (above.length) answer.setAttribute("aria-describedby", above.map((one) => one.id).join(" "));
}

/** What was said as the page came is put into its place anew: who hears the page hears only what comes into it later. */
window.addEventListener("load", () => setTimeout(() => {
  for (const place of document.querySelectorAll(".flashes, .undo-bar [role=status]")) {
    const heard = place.textContent.trim() && !place.contains(document.activeElement);
    if (heard) place.replaceChildren(...[...place.childNodes].map((one) => one.cloneNode(true)));
  }
}, 500));

/** What chooses a file says so in the page's words, and which one was chosen. */
function tellFile(field) {
  const name = field.querySelector(".file-name");
  const chosen = field.querySelector("input").files[0];
  name.textContent = chosen ? chosen.name : name.dataset.none;
  field.classList.toggle("has-file", Boolean(chosen));
}
const tellFiles = (within) => within.querySelectorAll(".file-field").forEach(tellFile);
document.querySelectorAll(".file-field").forEach((field) => {
  field.querySelector(".file-own").hidden = false;
  field.classList.add("is-ours");
});
document.addEventListener("change", (event) => {
  if (event.target.matches(".file-field input")) tellFile(event.target.closest(".file-field"));
});
document.addEventListener("reset", (event) => setTimeout(() => tellFiles(event.target)));
window.addEventListener("pageshow", () => tellFiles(document));

/** Selects marked so send their filter bar as soon as they change. */
document.addEventListener("change", (event) => {
  if (event.target.matches(".filters [data-send]")) event.target.form.requestSubmit();
});

/** What may be undone for a while says how long still, and when that is over says so where the button was. */
document.querySelectorAll("[data-undo]").forEach((bar) => {
  const over = performance.now() + bar.dataset.undo * 1000;
  const ticking = setInterval(() => {
    const seconds = Math.ceil((over - performance.now()) / 1000);
    if (seconds > 0) {
      bar.querySelector(".undo-left").textContent = `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;
      return;
    }
    clearInterval(ticking);
    if (bar.contains(document.activeElement)) document.querySelector("main").focus();
    bar.querySelectorAll("form, .undo-left").forEach((one) => one.remove());
    bar.querySelector("[role=status]").textContent = bar.dataset.over;
    bar.classList.add("is-over");
  }, 1000);
});

/** A question before something is lost (components/confirm.html) is a dialog while it is open: nothing behind it is in reach.
 *  Escape, a press beside it and its second button leave everything as it was, and lead back to what asked. */
function askOverThePage(box) {
  box.showModal();
  box.tabIndex = -1; // not what loses something has the focus, but the box, which is heard from its name on
  (box.querySelector(".is-invalid") ?? box).focus();
}
document.addEventListener("toggle", ({ target }) => {
  const box = target.matches(".confirm") && target.querySelector(".confirm-box");
  if (box && target.open !== box.open) target.open ? askOverThePage(box) : box.close();
}, true);
document.querySelectorAll(".confirm[open] > .confirm-box:not([open])").forEach(askOverThePage);
document.addEventListener("close", ({ target }) => {
  if (!target.matches(".confirm-box")) return;
  target.parentElement.open = false;
  target.parentElement.querySelector("summary").focus({ preventScroll: true });
}, true);
function isBeside(box, { clientX: x, clientY: y }) {
  const { left, right, top, bottom } = box.getBoundingClientRect();
  return x < left || x > right || y < top || y > bottom;
}
document.addEventListener("click", (event) => {
  const { target } = event;
  if (target.matches("[data-never-mind]") || (target.matches(".confirm-box") && isBeside(target, event)))
    target.closest(".confirm-box").close();
});

/** What was opened from the month on the wall leads back to it with Escape, unless one writes or has something open. */
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented) return;
  if (event.target.matches("input, textarea, select") || document.querySelector("dialog[open]")) return;
  document.querySelector("[data-wall]")?.click();
});

// Pages that change in place (components/in_place.html): what comes instead of a part of the page is a page of its own.

const keepsUp = ({ target, detail }) => (detail.ctx?.sourceElement ?? target).matches?.("[data-keeps-up]");
document.addEventListener("htmx:before:response", (event) => {
  const { request, response } = event.detail.ctx;
  if (response.raw.ok && !response.raw.redirected) return;
  event.preventDefault(); // what only follows a form stays as it was: sending the form will say what is wrong
  if (keepsUp(event)) return; // nobody asked for it
  if (response.raw.redirected) location.assign(response.raw.url);
  else if (request.method === "GET") location.assign(request.action);
});

const unreachable = (hidden) => document.querySelectorAll("[data-unreachable]").forEach((one) => (one.hidden = hidden));
document.addEventListener("htmx:error", () => unreachable(false));
document.addEventListener("htmx:before:request", (event) => keepsUp(event) || unreachable(true));

/** What others change comes into an open page about once a minute, at once when one comes back to it: only while it is
 *  looked at, and not while somebody chooses a stretch of it, writes in it or is asked something there. */
const A_MINUTE = 60_000;
let seenAt = performance.now();
let askedFor = "";
const rootOf = (asks) => document.querySelector(asks.dataset.hxTarget);
const isTouched = (one) => one === document.activeElement || one.value !== one.defaultValue || one.checked !== one.defaultChecked;
function isHalfDone(root) {
  if (document.querySelector(".tl-pick:not(.is-cursor), .tl-gap:focus, form[data-sent]")) return true;
  return !root || root.querySelector(".confirm[open]") || [...root.querySelectorAll("input:not([type=hidden]), textarea")].some(isTouched);
}
function catchUp() {
  const asks = document.querySelector("[data-keeps-up]");
  if (!asks || document.hidden || performance.now() - seenAt < A_MINUTE || isHalfDone(rootOf(asks))) return;
  seenAt = performance.now();
  askedFor = asks.dataset.hxGet;
  asks.dispatchEvent(new Event("catch-up"));
}
setInterval(catchUp, A_MINUTE / 12);
document.addEventListener("visibilitychange", catchUp);

/** What comes of it disturbs nothing: not where the page shows something else by now, or somebody began to write in it;
 *  the focus stays with what it was on, wherever that is now, and what is open stays open. */
const actionOf = (one) => [one.tagName, one.getAttribute("href") ?? one.form?.getAttribute("action"), one.value].join(" ");
let focused = "";
document.addEventListener("htmx:before:response", (event) => {
  if (!keepsUp(event) || event.defaultPrevented) return;
  const asks = document.querySelector("[data-keeps-up]");
  const root = asks && rootOf(asks);
  if (!asks || asks.dataset.hxGet !== askedFor || isHalfDone(root)) event.preventDefault();
  else focused = root.contains(document.activeElement) ? actionOf(document.activeElement) : "";
});
document.addEventListener("htmx:before:morph:attr", (event) => {
  if (event.detail.attrName === "open" && event.target.matches("details")) event.preventDefault();
});
document.addEventListener("htmx:after:swap", (event) => {
  seenAt = performance.now();
  unreachable(true);
  if (!keepsUp(event) || !focused || actionOf(document.activeElement) === focused) return;
  const there = rootOf(document.querySelector("[data-keeps-up]"))?.querySelectorAll("a[href], button") ?? [];
  [...there].find((one) => actionOf(one) === focused)?.focus({ preventScroll: true });
});

// A chip's sheet (components/sheet.html): opened, it has the focus at its first field; a link to a field within opens it.

document.addEventListener("toggle", ({ target, newState }) => {
  if (newState !== "open" || !target.matches("[popover]")) return;
  if (target.contains(document.activeElement)) return; // the word of it comes late: somebody may write in it by now
  target.querySelector("input:not([type=hidden]), select")?.focus({ preventScroll: true });
}, true);

/** Who tabs out of it has done with it; Escape closes it by itself, and goes back to its chip. */
document.addEventListener("focusin", ({ target }) => {
  for (const sheet of document.querySelectorAll("[popover]:popover-open")) {
    if (!sheet.contains(target) && target.getAttribute("popovertarget") !== sheet.id) sheet.hidePopover();
  }
});

function reveal(hash) {
  const field = hash.length > 1 && document.getElementById(decodeURIComponent(hash.slice(1)));
  const sheet = field && field.closest("[popover]");
  if (!sheet) return;
  sheet.showPopover?.();
  field.focus();
}
document.addEventListener("click", (event) => {
  const link = event.target.closest("a[href^='#']");
  if (link) setTimeout(() => reveal(link.hash));
});
reveal(location.hash);

/** The end follows the start: who begins at another time stays as long, until another end is chosen. */
const minutes = (text) => text.split(":").reduce((sum, part) => sum * 60 + Number(part), 0);
function timesAt({ target }) {
  const pair = target.closest("[data-length]");
  if (!pair) return {};
  const [starts, ends] = pair.querySelectorAll("input");
  return { pair, starts, ends };
}
function keepLength({ pair, starts, ends }) {
  const length = starts.value && ends.value ? minutes(ends.value) - minutes(starts.value) : 0;
  pair.dataset.length = length > 0 ? length : "";
}
document.addEventListener("focusin", (event) => {
  const times = timesAt(event);
  if (times.pair && !times.pair.contains(event.relatedTarget)) keepLength(times);
});
document.addEventListener("input", (event) => {
  const { pair, starts, ends } = timesAt(event);
  if (event.target === ends) keepLength({ pair, starts, ends });
  else if (event.target === starts && starts.value && pair.dataset.length) {
    const end = Math.min(minutes(starts.value) + Number(pair.dataset.length), 24 * 60 - 1);
    ends.value = `${String(Math.floor(end / 60)).padStart(2, "0")}:${String(end % 60).padStart(2, "0")}`;
  }
}, true);

/** Weekly on the day of the first date, monthly on its number: another date takes its tick, and its number, along. */
document.addEventListener("input", ({ target }) => {
  const form = target.name === "day" && target.value && target.closest(".series-form");
  if (!form) return;
  const box = (text) => form.querySelector(`[name="weekdays"][value="${(new Date(`${text}T12:00`).getDay() + 6) % 7}"]`);
  const [ticked, more] = form.querySelectorAll('[name="weekdays"]:checked');
  const before = target.dataset.before ?? target.defaultValue;
  if (ticked && !more && ticked === box(before)) {
    ticked.checked = false;
    box(target.value).checked = true;
  }
  const [was, is] = [before, target.value].map((text) => String(Number(text.slice(8))));
  const on = form.querySelector('[name="month_on"]');
  if (on?.value === was) on.value = is;
  target.dataset.before = target.value;
});

/** What is chosen of a strip of days or hours is in sight; what is in sight already stays where it is. */
function showChosen() {
  for (const strip of document.querySelectorAll(".tabs, .day-strip, .free-strip, .plan-times .choices, .plan-areas .choices")) {
    const chosen = strip.querySelector("[aria-current]");
    if (!chosen) continue;
    const [whole, one] = [strip, chosen].map((part) => part.getBoundingClientRect());
    const seen = one.left >= whole.left - 1 && one.right <= whole.right + 1;
    if (!seen) strip.scrollLeft += one.left + one.width / 2 - (whole.left + whole.width / 2);
  }
}
showChosen();
document.addEventListener("htmx:after:swap", (event) => keepsUp(event) || showChosen());

/** A strip of links is one stop of the Tab key: the chosen one, or where the focus was; arrows, Home and End move on it. */
const STRIPS = ".day-strip, .free-strip, .plan-times .choices, .plan-areas .choices";

function stopAt(strip, stop) {
  for (const link of strip.querySelectorAll("a")) link.tabIndex = link === stop ? 0 : -1;
}
function rove() {
  for (const strip of document.querySelectorAll(STRIPS)) {
    const at = document.activeElement;
    stopAt(strip, strip.contains(at) ? at : strip.querySelector("a[aria-current]") ?? strip.querySelector("a"));
    const keys = strip.querySelector("[data-keys]");
    if (keys) strip.setAttribute("aria-describedby", keys.id);
  }
}
rove();
document.addEventListener("htmx:after:swap", rove);
document.addEventListener("focusin", (event) => {
  const strip = event.target.closest(STRIPS);
  if (strip && event.target.matches("a")) stopAt(strip, event.target);
});
document.addEventListener("keydown", (event) => {
  const strip = event.target.matches("a") && event.target.closest(STRIPS);
  if (!strip || event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
  const links = [...strip.querySelectorAll("a")];
  const at = links.indexOf(event.target);
  const next = { ArrowLeft: links[at - 1], ArrowRight: links[at + 1], Home: links[0], End: links.at(-1) }[event.key];
  if (next) event.preventDefault();
  next?.focus();
});
