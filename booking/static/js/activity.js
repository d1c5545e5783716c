// While an activity is written, the 72 hours and the hall's week follow (components/in_place.html); a tap on a free hour
// moves it there.

const form = document.querySelector("form.activity-form");
const beside = document.getElementById("beside");
const MINUTES = 60;

const minutes = (clock) => clock.split(":").reduce((sum, part) => sum * MINUTES + Number(part), 0);
const clock = (minute) =>
  `${String(Math.floor(minute / MINUTES)).padStart(2, "0")}:${String(minute % MINUTES).padStart(2, "0")}`;

/** Move it to another day and hour, as long as it was. */
function move({ day, start }) {
  const { starts, ends } = form.elements;
  const length = Math.max(minutes(ends.value) - minutes(starts.value), MINUTES) || MINUTES;
  form.elements.day.value = day;
  starts.value = start;
  ends.value = clock(Math.min(minutes(start) + length, 23 * MINUTES + 45));
  form.dispatchEvent(new Event("input", { bubbles: true }));
}

beside?.addEventListener("click", ({ target }) => {
  const hour = target.closest("button[data-start]");
  if (hour) move(hour.dataset);
});
