// The plan and the list beside it say the same: what is pointed at, or has the focus, in one is marked in the other.
const marked = "is-looked-at";

const both = (space) => document.querySelectorAll(`[data-space="${space}"]`);

const look = (event, on) => {
  const place = event.target.closest?.("[data-space]");
  if (place) both(place.dataset.space).forEach((one) => one.classList.toggle(marked, on));
};

for (const [begins, ends] of [["pointerover", "pointerout"], ["focusin", "focusout"]]) {
  document.addEventListener(begins, (event) => look(event, true));
  document.addEventListener(ends, (event) => look(event, false));
}
