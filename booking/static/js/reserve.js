// Keeps the price in a booking form true to what is typed: blank as soon as it changes, until the server says another.

const box = document.querySelector(".booking-price");
const form = box?.closest("form");
const names = box?.dataset.fields.split(" ") ?? []; // what a price depends on, as the form sends it
const inputs = [...(form?.elements ?? [])].filter((input) => names.includes(input.name));
const NEEDED = ["space", "kind", "day", "starts", "ends"];
const part = (name) => box.querySelector(`[data-${name}]`);
const PAUSE = 250; // a field for times changes with each key

let asked = 0; // the last question asked is the one shown
let timer;
let unknown = false; // the last question got no answer

function changed() {
  asked += 1;
  clearTimeout(timer);
  const missing = inputs.some((input) => NEEDED.includes(input.name) && !input.value);
  show({ text: missing ? "—" : "…", detail: missing ? box.dataset.wordsMissing : box.dataset.wordsAsking });
  if (!missing) timer = setTimeout(ask, PAUSE);
}

/** Ask the server, which knows the tariff and the rules. */
async function ask() {
  const mine = ++asked;
  const query = new URLSearchParams([...new FormData(form)].filter(([name]) => names.includes(name)));
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

function show({ text, detail, when, problem, warning, quota, asks, shared, settled, cancelling, provisional, way, asked_url: askedUrl, wait_url: waitUrl }) {
  form.querySelectorAll("[data-price]").forEach((one) => (one.textContent = text || "—"));
  part("when").textContent = when ? ` · ${when}` : "";
  part("detail").textContent = detail || "";
  part("quota").textContent = quota || "";
  part("cancelling").textContent = cancelling || "";
  part("provisional").textContent = provisional || "";
  if (settled) part("settled").textContent = settled;
  part("asks").textContent = asks || "";
  part("asks").hidden = !asks;
  if (text && when) for (const label of form.querySelectorAll("[data-sends]")) label.hidden = (label.dataset.sends === "asks") !== Boolean(asks);
  part("problem").textContent = problem || "";
  part("problem").hidden = !problem;
  part("asked").hidden = !askedUrl;
  if (askedUrl) part("asked-url").href = askedUrl;
  part("warning").textContent = warning || "";
  part("warning").hidden = !warning;
  showWhy(problem || (asks && box.dataset.wordsAsks) || warning || shared || "", waitUrl);
  part("ways").hidden = !way;
  part("sign-in").hidden = way !== "sign-in";
  part("again").hidden = way !== "again";
  unknown = Boolean(way);
}

/** What is in the way stands in one line beside the button, too, and leads to the waiting list where there is one. */
function showWhy(words, waitUrl) {
  const line = form.querySelector("[data-why-line]");
  line.querySelector("[data-why]").textContent = words;
  line.hidden = !words;
  for (const one of form.querySelectorAll("[data-wait]")) one.hidden = !waitUrl;
  if (!waitUrl) return;
  const url = new URL(waitUrl, location.href);
  for (const name of ["people", "purpose"]) if (form.elements[name]?.value) url.searchParams.set(name, form.elements[name].value);
  for (const one of form.querySelectorAll("[data-wait-url]")) one.href = url.href;
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
  if (input.type === "checkbox") return input.checked !== input.defaultChecked;
  if (!input.options) return input.value !== input.defaultValue && input.type !== "hidden";
  return [...input.options].some((option) => option.selected !== option.defaultSelected);
}
