// The month page from the keyboard, as it stands on the wall: arrows turn the months and walk through the matters, D decides
// the one at hand, F shows the page alone, P opens its paper.

const typing = (target) => target.matches("input, textarea, select, [contenteditable]");
const follow = (selector) => document.querySelector(selector)?.click();

/** Put the focus on the matter before or after the one that has it. */
function walk(step) {
  const matters = [...document.querySelectorAll("[data-matter]")];
  if (!matters.length) return;
  const at = matters.findIndex((matter) => matter.contains(document.activeElement));
  const next = at < 0 ? (step > 0 ? 0 : matters.length - 1) : Math.min(Math.max(at + step, 0), matters.length - 1);
  matters[next].querySelector("a:not(.month-weight), summary").focus();
}

/** Open the form of the matter that has the focus, else of the first to be decided, and begin to write in it. */
function decide() {
  const held = document.activeElement.closest("[data-matter]")?.querySelector(".month-decide");
  const details = held ?? document.querySelector(".month-decide:has(.form-control)"); // not what became of an earlier one
  if (!details) return;
  details.open = true;
  const first = details.querySelector(".form-control, button");
  first.focus();
  first.select?.(); // what was proposed stays with Enter, and gives way to what is typed
}

/** Leave the form that is being written in, or else the projector. */
function leave() {
  const details = document.activeElement.closest(".month-decide[open]");
  if (!details) return follow("[data-plain]");
  details.open = false;
  details.querySelector("summary").focus();
}

const KEYS = {
  ArrowLeft: () => follow("[rel=prev]"),
  ArrowRight: () => follow("[rel=next]"),
  ArrowUp: () => walk(-1),
  ArrowDown: () => walk(1),
  f: () => follow("[data-projector]"),
  p: () => follow("[data-paper]"),
  d: decide,
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || document.querySelector("dialog[open]")) return;
  if (event.key === "Escape") return leave();
  if (typing(event.target)) return;
  const act = KEYS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
  if (!act) return;
  event.preventDefault();
  act();
});
