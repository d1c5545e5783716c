// While an activity is written, the 72 hours and the hall's week follow; a tap on a free hour moves it there.

const form = document.querySelector("form.activity-form");
const beside = document.getElementById("beside");
const PAUSE = 350;
const MINUTES = 60;
let waiting = 0;
let asked = 0;

async function follow() {
  const mine = ++asked;
  try {
    const answer = await fetch(beside.dataset.look, { method: "POST", body: new FormData(form) });
    const text = answer.ok ? await answer.text() : "";
    if (text && mine === asked) beside.innerHTML = text;
  } catch {
    // Without a network the last answer stays; saving will say what is wrong.
  }
}

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
  follow();
}

if (form && beside) {
  form.addEventListener("input", () => {
    clearTimeout(waiting);
    waiting = setTimeout(follow, PAUSE);
  });
  beside.addEventListener("click", ({ target }) => {
    const hour = target.closest("button[data-start]");
    if (hour) move(hour.dataset);
  });
}
