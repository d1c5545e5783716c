// 我要: the kind is guessed as one types, until one chooses it; a large photograph is made smaller on its way.

const form = document.querySelector("form.need-form");
const card = form?.querySelector("[data-guess]");
const words = form?.querySelector("textarea");
let chosen = Boolean(form?.querySelector("[name=kind]:checked:not([value=guess])"));

/** As booking/needs/guess_kind.py does it: the first kind of which a word occurs, else a wish. */
function guess(text) {
  const said = text.toLowerCase();
  const found = Object.entries(JSON.parse(card.dataset.guess)).find(([, known]) => known.some((word) => said.includes(word)));
  return found ? found[0] : "wish";
}

words?.addEventListener("input", () => {
  if (chosen) return;
  const kind = words.value.trim() ? guess(words.value) : "guess";
  form.querySelector(`[name=kind][value=${kind}]`).checked = true;
});
form?.addEventListener("change", (event) => {
  if (event.target.name === "kind") chosen = event.target.value !== "guess";
});

const LONGEST = 1600;
const SMALL_ENOUGH = 1_000_000;

/** Redraw a photograph at 1600 pixels; what the browser cannot draw goes as it is, and is judged there. */
async function smaller(file) {
  const picture = await createImageBitmap(file);
  const scale = Math.min(1, LONGEST / Math.max(picture.width, picture.height));
  const canvas = document.createElement("canvas");
  canvas.width = Math.round(picture.width * scale);
  canvas.height = Math.round(picture.height * scale);
  canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
  const blob = await new Promise((done) => canvas.toBlob(done, "image/jpeg", 0.85));
  return new File([blob], "photo.jpg", { type: "image/jpeg" });
}

form?.querySelector("[type=file]").addEventListener("change", async (event) => {
  const field = event.target;
  const file = field.files[0];
  if (!file || file.size < SMALL_ENOUGH) return;
  try {
    const files = new DataTransfer();
    files.items.add(await smaller(file));
    if (field.files[0] === file) field.files = files.files;
  } catch {
    // It goes as it is.
  }
});
