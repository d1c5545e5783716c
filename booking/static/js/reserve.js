// Keeps the price in a booking form true to what is typed: blank as soon as it changes, until the server says another.

const box = document.querySelector(".booking-price");
const form = box?.closest("form");
const inputs = ["space", "day", "starts", "ends", "until"].map((name) => form?.elements[name]).filter(Boolean);
const part = (name) => box.querySelector(`[data-${name}]`);
const PAUSE = 250; // a field for times changes with each key

let asked = 0; // the last question asked is the one shown
let timer;
let unknown = false; // the last question got no answer

function changed() {
  asked += 1;
  clearTimeout(timer);
  const missing = inputs.some((input) => input.name !== "until" && !input.value);
  show({ text: missing ? "—" : "…", detail: missing ? box.dataset.wordsMissing : box.dataset.wordsAsking });
  if (!missing) timer = setTimeout(ask, PAUSE);
}

/** Ask the server, which knows the tariff and the rules. */
async function ask() {
  const mine = ++asked;
  const query = new URLSearchParams(inputs.map((input) => [input.name, input.value]));
  if (box.dataset.moves) query.set("moves", box.dataset.moves);
  const answer = await answered(`${box.dataset.quoteUrl}?${query}`);
  if (mine === asked) show(answer);
}

async function answered(url) {
  try {
    const answer = await fetch(url, { headers: { Accept: "application/json" } });
    if (answer.status === 401) return { problem: box.dataset.wordsEnded, way: "sign-in" };
    return await answer.json();
  } catch {
    return { problem: box.dataset.wordsFailed, way: "again" };
  }
}

function show({ text, detail, when, problem, warning, quota, asks, way }) {
  form.querySelectorAll("[data-price]").forEach((one) => (one.textContent = text || "—"));
  part("when").textContent = when ? ` · ${when}` : "";
  part("detail").textContent = detail || "";
  part("quota").textContent = quota || "";
  part("asks").textContent = asks || "";
  part("asks").hidden = !asks;
  if (text && when) for (const label of form.querySelectorAll("[data-sends]")) label.hidden = (label.dataset.sends === "asks") !== Boolean(asks);
  part("problem").textContent = problem || "";
  part("problem").hidden = !problem;
  part("warning").textContent = warning || "";
  part("warning").hidden = !warning;
  part("ways").hidden = !way;
  part("sign-in").hidden = way !== "sign-in";
  part("again").hidden = way !== "again";
  unknown = Boolean(way);
}

if (box) {
  for (const event of ["input", "change"])
    form.addEventListener(event, ({ target }) => inputs.includes(target) && changed());
  part("again").addEventListener("click", changed);
  // Back from another page, where they may have signed in; and what the browser itself filled in again.
  document.addEventListener("visibilitychange", () => !document.hidden && unknown && changed());
  window.addEventListener("pageshow", () => inputs.some(differs) && changed());
}

function differs(input) {
  if (!input.options) return input.value !== input.defaultValue && input.type !== "hidden";
  return [...input.options].some((option) => option.selected !== option.defaultSelected);
}
