// While prices are typed, the worked example follows; without scripts a button does the same.

const form = document.querySelector("form[data-example]");
const example = document.getElementById("example");
const PAUSE = 350;
let waiting = 0;
let asked = 0;

async function follow() {
  const mine = ++asked;
  try {
    const answer = await fetch(form.dataset.example, { method: "POST", body: new FormData(form) });
    const text = answer.ok ? await answer.text() : "";
    if (text && mine === asked) example.innerHTML = text;
  } catch {
    // Without a network the last example stays; publishing will say what is wrong.
  }
}

form?.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(follow, PAUSE);
});
