// The plan and the list beside it say the same: what is pointed at, or has the focus, in one is marked in the other.
const marked = "is-looked-at";

const both = (space) => document.querySelectorAll(`[data-space="${space}"]`);

/** On the phone a plan is wider than its column: what somebody looks for is in sight. */
const showFound = () => {
  const plan = document.querySelector(".plan"), found = plan?.querySelector(".plan-place.is-found");
  if (!found) return;
  const [whole, one] = [plan, found].map((part) => part.getBoundingClientRect());
  plan.scrollLeft += one.left + one.width / 2 - (whole.left + whole.width / 2);
};
showFound();
document.addEventListener("htmx:after:swap", ({ target, detail }) => {
  const unasked = (detail.ctx?.sourceElement ?? target).matches?.("[data-keeps-up]");
  if (!unasked) showFound(); // what others change moves nothing
});

const look = (event, on) => {
  const place = event.target.closest?.("[data-space]");
  if (place) both(place.dataset.space).forEach((one) => one.classList.toggle(marked, on));
};

for (const [begins, ends] of [["pointerover", "pointerout"], ["focusin", "focusout"]]) {
  document.addEventListener(begins, (event) => look(event, true));
  document.addEventListener(ends, (event) => look(event, false));
}
