// Keeps the price in a booking form up to date while somebody chooses the times.

const box = document.querySelector(".booking-price[data-quote-url]");
const form = box?.closest("form");

/** Ask the server, which knows the tariff and the rules; the last question asked is the one shown. */
let asked = 0;
async function price() {
  const { day, starts, ends } = form.elements;
  if (!box.dataset.quoteUrl || !day.value || !starts?.value || !ends?.value) return;
  const mine = ++asked;
  const query = new URLSearchParams({
    space: box.dataset.space,
    start: `${day.value}T${starts.value}`,
    end: `${day.value}T${ends.value}`,
  });
  try {
    const answer = await fetch(`${box.dataset.quoteUrl}?${query}`, { headers: { Accept: "application/json" } });
    if (!answer.ok) return; // signed out meanwhile: sending the form keeps what was typed
    const quote = await answer.json();
    if (mine === asked) show(quote);
  } catch {
    // The price stays as it was; the form still works.
  }
}

function show({ text, detail, problem }) {
  box.querySelector("[data-price]").textContent = text || "—";
  box.querySelector("[data-detail]").textContent = detail || "";
  const trouble = box.querySelector("[data-problem]");
  trouble.textContent = problem || "";
  trouble.hidden = !problem;
}

form?.addEventListener("change", price);
