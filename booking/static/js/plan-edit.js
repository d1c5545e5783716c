// Lays rectangles on a plan by dragging and by keys. The numbers beside it are what is sent: this only writes them.
const form = document.querySelector("[data-plan-edit]");
const canvas = form.querySelector("[data-plan-canvas]");
const svg = canvas.querySelector("svg");
const said = canvas.querySelector(".plan-said");
const tools = form.querySelector("[data-plan-tools]");
const tray = form.querySelector("[data-plan-tray]");
const undoButton = tools.querySelector("[data-plan-undo]");
const cell = Number(form.dataset.cell);
const boxes = [...svg.querySelectorAll("[data-box]")];
const done = [];
const SIDES = ["x", "y", "width", "height"];

const fields = (name) => [...form.querySelectorAll(`input[name="${CSS.escape(name)}"]`)];
const side = (name) => Math.min(Math.max(Number(form.elements[name].value) || 4, 4), 80);
const size = () => ({ columns: side("columns"), rows: side("rows") });

const read = (group) => {
  const numbers = fields(group.dataset.box).map((input) => input.value.trim());
  return numbers.every((one) => /^\d+$/.test(one)) ? numbers.map(Number) : null;
};

const write = (group, box) => fields(group.dataset.box).forEach((input, at) => { input.value = box ? box[at] : ""; });
const isPlace = (group) => "code" in group.dataset;
const fill = (words, facts) => words.replace(/\{(\w+)\}/g, (_, name) => facts[name]);

const inside = ([x, y, width, height]) => {
  const { columns, rows } = size();
  return width > 0 && height > 0 && x + width <= columns && y + height <= rows;
};

const overlap = (one, other) =>
  one[0] < other[0] + other[2] && other[0] < one[0] + one[2] && one[1] < other[1] + other[3] && other[1] < one[1] + one[3];

const placed = () => boxes.filter(isPlace).map((group) => [group, read(group)]).filter(([, box]) => box);

const trouble = (group, box) => {
  if (!inside(box)) return tray.dataset.outside;
  const over = isPlace(group) && placed().find(([other, its]) => other !== group && overlap(box, its));
  return over ? fill(tray.dataset.over, { code: over[0].dataset.code }) : "";
};

/** What nobody gave words is called what it is: a room, a passage. */
const nameOf = (group) =>
  group.dataset.code ?? (form.elements[group.dataset.label].value || form.elements[group.dataset.kind].selectedOptions[0].text);

const describe = (group) => {
  const box = read(group);
  if (!box) return fill(tray.dataset.off, { code: nameOf(group) });
  const facts = { code: nameOf(group) };
  SIDES.forEach((name, at) => { facts[name] = box[at]; });
  return [fill(tray.dataset.at, facts), trouble(group, box)].filter(Boolean).join(tray.dataset.and);
};

const draw = (group) => {
  const box = read(group);
  group.toggleAttribute("hidden", !box);
  group.classList.toggle("is-away", !box);
  const put = tray.querySelector(`[data-put-box="${group.dataset.box}"]`);
  if (put) put.hidden = Boolean(box);
  if (!isPlace(group)) group.setAttribute("class", `plan-shape is-${form.elements[group.dataset.kind].value}${box ? "" : " is-away"}`);
  if (!box) return;
  const margin = isPlace(group) ? 2 : 0;
  const [x, y, width, height] = box.map((one) => one * cell);
  const rect = group.querySelector("rect");
  rect.setAttribute("x", x + margin);
  rect.setAttribute("y", y + margin);
  rect.setAttribute("width", Math.max(width - 2 * margin, 1));
  rect.setAttribute("height", Math.max(height - 2 * margin, 1));
  const text = group.querySelector("text");
  text.textContent = nameOf(group);
  text.setAttribute("x", x + width / 2);
  text.setAttribute("y", y + (group.classList.contains("is-room") ? 16 : height / 2 + 5));
  group.classList.toggle("is-wrong", Boolean(trouble(group, box)));
  group.setAttribute("aria-label", describe(group));
};

const movable = (group) => group && (isPlace(group) || tools.querySelector("[data-plan-shapes]").checked);

/** Who moves by keys or hears the page finds what can be moved, and nothing that only looks like it. */
const REACHED = { tabindex: "0", role: "button", "aria-describedby": "plan-help" };
const reach = () => {
  for (const group of boxes) {
    const moves = movable(group) && read(group);
    for (const [name, value] of Object.entries(REACHED)) {
      if (moves) group.setAttribute(name, value);
      else group.removeAttribute(name);
    }
    if (moves) group.removeAttribute("aria-hidden");
    else group.setAttribute("aria-hidden", "true");
  }
};

const drawAll = () => {
  const { columns, rows } = size();
  svg.setAttribute("viewBox", `0 0 ${columns * cell} ${rows * cell}`);
  for (const floor of svg.querySelectorAll("[data-plan-floor]")) {
    floor.setAttribute("width", columns * cell);
    floor.setAttribute("height", rows * cell);
  }
  boxes.forEach(draw);
  reach();
  undoButton.disabled = !done.length;
};

const snapshot = () => JSON.stringify(boxes.map((group) => fields(group.dataset.box).map((input) => input.value)));
const remember = (before) => { if (before !== snapshot()) done.push(before); };

const undo = () => {
  const before = done.pop();
  if (!before) return;
  const lay = boxes.map((group) => String(read(group)));
  JSON.parse(before).forEach((box, at) => write(boxes[at], box));
  const back = boxes.find((group, at) => String(read(group)) !== lay[at]);
  drawAll();
  if (!back) return;
  said.textContent = describe(back);
  const at = document.activeElement;
  if (at && at !== document.body && at.checkVisibility() && !at.disabled) return;
  (read(back) ? back : tray.querySelector(`[data-put-box="${back.dataset.box}"]`))?.focus();
};

const change = (group, box) => {
  const before = snapshot();
  write(group, box);
  remember(before);
  drawAll();
  said.textContent = describe(group);
};


const clamp = ([x, y, width, height]) => {
  const { columns, rows } = size();
  const wide = Math.min(Math.max(width, 1), columns);
  const high = Math.min(Math.max(height, 1), rows);
  return [Math.min(Math.max(x, 0), columns - wide), Math.min(Math.max(y, 0), rows - high), wide, high];
};

const toCells = (event) => {
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(svg.getScreenCTM().inverse());
  return [point.x / cell, point.y / cell];
};

let drag = null;

svg.addEventListener("pointerdown", (event) => {
  const group = event.target.closest("[data-box]");
  if (!movable(group) || event.button) return;
  const [x, y] = toCells(event);
  const box = read(group);
  const resize = x > box[0] + box[2] - 0.6 && y > box[1] + box[3] - 0.6;
  drag = { group, box, x, y, resize, before: snapshot() };
  svg.setPointerCapture(event.pointerId);
  group.focus();
  event.preventDefault();
});

svg.addEventListener("pointermove", (event) => {
  if (!drag) return;
  const [x, y] = toCells(event);
  const [right, down] = [Math.round(x - drag.x), Math.round(y - drag.y)];
  const [left, top, width, height] = drag.box;
  const box = drag.resize
    ? clamp([left, top, Math.max(width + right, 1), Math.max(height + down, 1)])
    : clamp([left + right, top + down, width, height]);
  write(drag.group, box);
  drawAll();
});

for (const ending of ["pointerup", "pointercancel"]) {
  svg.addEventListener(ending, () => {
    if (!drag) return;
    remember(drag.before);
    said.textContent = describe(drag.group);
    drag = null;
    drawAll();
  });
}

const STEPS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

svg.addEventListener("keydown", (event) => {
  const group = event.target.closest("[data-box]");
  const box = movable(group) && read(group);
  if (!box) return;
  const step = STEPS[event.key];
  if (step) {
    const [x, y, width, height] = box;
    const next = event.shiftKey ? [x, y, width + step[0], height + step[1]] : [x + step[0], y + step[1], width, height];
    change(group, clamp(next));
    event.preventDefault();
  } else if (event.key === "Delete" || event.key === "Backspace") {
    change(group, null);
    (tray.querySelector(`[data-put-box="${group.dataset.box}"]`) ?? undoButton).focus(); // of what is drawn only undoing is left
    event.preventDefault();
  }
});

form.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key === "z" && !event.target.matches("input")) {
    undo();
    event.preventDefault();
  }
});

const firstFree = (group, width, height) => {
  const { columns, rows } = size();
  for (let y = 1; y + height < rows; y += 1) {
    for (let x = 1; x + width < columns; x += 1) {
      if (!placed().some(([, its]) => overlap([x, y, width, height], its))) return [x, y, width, height];
    }
  }
  return clamp([0, 0, width, height]);
};

tray.addEventListener("click", (event) => {
  const put = event.target.closest("[data-put-box]");
  if (!put) return;
  const group = boxes.find((one) => one.dataset.box === put.dataset.putBox);
  change(group, firstFree(group, Number(put.dataset.width), Number(put.dataset.height)));
  group.focus();
});

undoButton.addEventListener("click", undo);

let typed = "";
form.addEventListener("focusin", () => { typed = snapshot(); });
form.addEventListener("change", () => { remember(typed); typed = snapshot(); drawAll(); });

/** Who leaves what is not saved is asked: nothing else of the house is laid by a dozen drags. */
const whole = () => JSON.stringify([...new FormData(form)]);
const saved = form.querySelector(".is-invalid") ? "" : whole();
let sent = false;
form.addEventListener("submit", () => { sent = true; });
window.addEventListener("beforeunload", (event) => { if (!sent && whole() !== saved) event.preventDefault(); });

tools.querySelector("[data-plan-shapes]").addEventListener("change", reach);
for (const hidden of [canvas, tools, tray]) hidden.hidden = false;
drawAll();
