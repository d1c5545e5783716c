// The timeline gets better with scripts: drag, two taps or the keyboard make a stretch, and its price
// appears beside it. Without them every free stretch is a link to the form (components/timeline.html).

const MINUTE = 60_000;
const HALF_AN_HOUR = 2; // columns

/** Local wall time (2026-11-03T08:00) moved by minutes; the server knows the zone, so none is needed here. */
const later = (wall, minutes) =>
  new Date(Date.parse(`${wall}Z`) + minutes * MINUTE).toISOString().slice(0, 16);

const clamp = (value, low, high) => Math.min(high, Math.max(low, value));
const number = (element, name) => Number(element.dataset[name]);

function make(tag, className, text = "") {
  const element = document.createElement(tag);
  element.className = className;
  element.textContent = text;
  return element;
}

class Timeline {
  constructor(root) {
    this.root = root;
    this.words = root.dataset;
    this.columns = number(root, "columns");
    this.unit = number(root, "unit");
    this.scroller = root.querySelector(".tl-scroll");
    this.chip = root.querySelector(".tl-chip");
    this.pick = make("div", "tl-pick");
    this.say = make("div", "visually-hidden");
    this.say.setAttribute("role", "status");
    root.append(this.say);
    this.chosen = null; // { gap, from, to, open }: columns; open while the end is still to be chosen
    this.cursor = null; // { gap, column }: where the keyboard is
    this.drag = null;
    this.openAtHours();
    this.rove();
    this.listen();
  }

  openAtHours() {
    const track = this.root.querySelector(".tl-track");
    if (!track) return;
    const { left, width } = track.getBoundingClientRect();
    const seen = this.scroller.getBoundingClientRect().right - left;
    const at = (column) => (column / this.columns) * width;
    const opens = number(this.root, "openAt");
    if (at(opens + HALF_AN_HOUR) <= seen / 2) return; // in sight as it is
    const whole = [...this.root.querySelectorAll(".tl-ruler span")].map((tick) => tick.getBoundingClientRect().left - left);
    this.scroller.scrollLeft = whole.findLast((tick) => tick <= at(Math.max(0, opens - HALF_AN_HOUR)) + 1) ?? 0;
  }

  /** One stop of the Tab key for all free stretches; arrows move among them. */
  rove() {
    const gaps = this.root.querySelectorAll(".tl-gap");
    const helped = gaps.length > 0 && this.help();
    gaps.forEach((gap, index) => {
      gap.tabIndex = index ? -1 : 0;
      if (helped) gap.setAttribute("aria-describedby", "tl-help");
      gap.draggable = false;
    });
  }

  /** Which keys do what: told only where they do something, to who hears the page read; a finger has none. */
  help() {
    if (!matchMedia("(hover: hover) and (pointer: fine)").matches) return false;
    if (this.root.querySelector("#tl-help")) return true;
    const help = make("p", "visually-hidden", this.words.wordsHelp);
    help.id = "tl-help";
    this.root.prepend(help);
    return true;
  }

  listen() {
    const { scroller } = this;
    scroller.addEventListener("pointerdown", (event) => this.pressed(event));
    scroller.addEventListener("pointermove", (event) => this.dragged(event));
    scroller.addEventListener("pointerup", (event) => this.released(event));
    scroller.addEventListener("pointercancel", () => (this.drag = null));
    scroller.addEventListener("click", (event) => this.tapped(event));
    scroller.addEventListener("keydown", (event) => this.typed(event));
    scroller.addEventListener("focusin", (event) => this.focused(event));
    scroller.addEventListener("scroll", () => this.chosen && this.placeChip(), { passive: true });
    document.addEventListener("keydown", (event) => event.key === "Escape" && this.chosen && this.cancel()); // a tap leaves no focus
    window.addEventListener("resize", () => this.chosen && this.placeChip());
  }

  // Mouse: press, drag, let go. Touch scrolls, so there a tap is a click.

  pressed(event) {
    const gap = event.target.closest(".tl-gap");
    if (!gap || event.button || event.pointerType === "touch" || event.metaKey || event.ctrlKey) return;
    event.preventDefault();
    this.drag = { gap, from: this.columnAt(gap, event.clientX), moved: false };
  }

  dragged(event) {
    if (!this.drag) return;
    const { gap, from } = this.drag;
    const column = this.columnAt(gap, event.clientX);
    if (column !== from) this.drag.moved = true;
    if (!this.drag.moved) return;
    this.chip.hidden = true;
    this.choose(gap, Math.min(from, column), Math.max(from, column) + this.step(gap), true);
  }

  released() {
    const drag = this.drag;
    this.drag = null;
    if (!drag?.moved) return;
    this.swallow = true; // the click that follows belongs to the drag
    setTimeout(() => (this.swallow = false), 50);
    this.finish();
  }

  tapped(event) {
    const gap = event.target.closest(".tl-gap");
    if (this.swallow && gap) event.preventDefault();
    const plain = event.detail && !event.metaKey && !event.ctrlKey && !event.shiftKey;
    if (!gap || this.swallow || !plain) return; // a screen reader's click follows the link
    event.preventDefault();
    const column = this.columnAt(gap, event.clientX);
    const { chosen } = this;
    if (chosen?.open && chosen.gap === gap && column >= chosen.from) {
      this.choose(gap, chosen.from, column + this.step(gap), false);
    } else {
      this.choose(gap, column, column + this.shortest(gap), true);
    }
    this.offer();
  }

  // Keyboard: arrows move by one step, Enter starts and ends, Escape gives up.

  focused(event) {
    const gap = event.target.closest(".tl-gap");
    if (!gap) return;
    this.root.querySelectorAll('.tl-gap[tabindex="0"]').forEach((other) => (other.tabIndex = -1));
    gap.tabIndex = 0;
    if (this.cursor?.gap === gap || this.chosen?.gap === gap) return;
    this.cursor = { gap, column: number(gap, "at") };
  }

  typed(event) {
    const gap = event.target.closest(".tl-gap");
    if (!gap || event.metaKey || event.ctrlKey || event.altKey) return;
    const keys = {
      ArrowLeft: () => this.stepBy(gap, -1),
      ArrowRight: () => this.stepBy(gap, 1),
      ArrowUp: () => this.rowBy(gap, -1),
      ArrowDown: () => this.rowBy(gap, 1),
      Enter: () => this.entered(gap),
    };
    if (!keys[event.key]) return;
    event.preventDefault();
    keys[event.key]();
  }

  stepBy(gap, direction) {
    const { chosen } = this;
    if (chosen?.open && chosen.gap === gap) {
      this.choose(gap, chosen.from, chosen.to + direction * this.step(gap), true);
      this.tell(chosen.gap, this.chosen.to);
      return;
    }
    const column = (this.cursor?.gap === gap ? this.cursor.column : number(gap, "at")) + direction * this.step(gap);
    const outside = column < number(gap, "at") || column >= number(gap, "at") + number(gap, "len");
    const next = outside ? this.neighbour(gap, direction) : gap;
    if (!next) return;
    this.moveTo(next, outside && direction < 0 ? number(next, "at") + number(next, "len") - 1 : column);
  }

  rowBy(gap, direction) {
    if (this.chosen?.open) return;
    const rows = [...this.root.querySelectorAll(".tl-track")].filter((track) => track.querySelector(".tl-gap"));
    const track = rows[rows.indexOf(gap.parentElement) + direction];
    if (!track) return;
    const column = this.cursor?.column ?? number(gap, "at");
    const gaps = [...track.querySelectorAll(".tl-gap")];
    const ends = (one) => number(one, "at") + number(one, "len");
    this.moveTo(gaps.find((one) => ends(one) > column) ?? gaps.at(-1), column);
  }

  neighbour(gap, direction) {
    const gaps = [...gap.parentElement.querySelectorAll(".tl-gap")];
    return gaps[gaps.indexOf(gap) + direction];
  }

  moveTo(gap, column) {
    const first = number(gap, "at");
    this.cursor = { gap, column: clamp(column, first, first + number(gap, "len") - 1) };
    this.chosen = null;
    this.chip.hidden = true;
    this.draw(gap, this.cursor.column, this.cursor.column + this.step(gap), true);
    gap.focus({ preventScroll: true });
    this.pick.scrollIntoView({ block: "nearest", inline: "nearest" });
    this.tell(gap, this.cursor.column);
  }

  entered(gap) {
    if (this.chosen?.open && this.chosen.gap === gap) {
      this.finish();
      this.chip.querySelector("a, button")?.focus();
      return;
    }
    const column = this.cursor?.gap === gap ? this.cursor.column : number(gap, "at");
    this.choose(gap, column, column + this.shortest(gap), true);
    this.say.textContent = `${this.clock(gap, this.chosen.from)} ${this.words.wordsStart}`;
  }

  cancel() {
    const gap = this.chosen?.gap;
    this.chosen = null;
    this.drag = null;
    this.chip.hidden = true;
    this.pick.remove();
    if (gap && this.root.contains(document.activeElement)) gap.focus({ preventScroll: true });
  }

  // The stretch

  step(gap) {
    return number(gap.parentElement, "step") || 1;
  }

  shortest(gap) {
    return Math.max(this.step(gap), number(gap.parentElement, "min") || 1);
  }

  columnAt(gap, x) {
    const box = gap.parentElement.getBoundingClientRect();
    const column = Math.floor(((x - box.left) / box.width) * this.columns);
    const first = number(gap, "at");
    const inside = clamp(column, first, first + number(gap, "len") - 1);
    return Math.max(first, inside - (inside % this.step(gap)));
  }

  /** Never shorter than one may book: where too little is left before what follows it begins earlier. */
  choose(gap, from, to, open) {
    const first = number(gap, "at");
    const last = first + number(gap, "len");
    const room = last - this.shortest(gap);
    const begins = from > room ? Math.max(first, room - (room % this.step(gap))) : from;
    this.chosen = { gap, from: begins, to: clamp(Math.max(to, begins + this.shortest(gap)), begins + 1, last), open };
    this.draw(gap, begins, this.chosen.to, false);
  }

  draw(gap, from, to, isCursor) {
    this.pick.className = `tl-pick at-${from} len-${to - from}${isCursor ? " is-cursor" : ""}`;
    if (this.pick.parentElement !== gap.parentElement) gap.parentElement.append(this.pick);
  }

  clock(gap, column) {
    const start = gap.parentElement.dataset.starts;
    const wall = later(start, column * this.unit);
    return wall.slice(11) === "00:00" && wall.slice(0, 10) !== start.slice(0, 10) ? "24:00" : wall.slice(11);
  }

  tell(gap, column) {
    this.say.textContent = this.clock(gap, column);
  }

  // The price

  finish() {
    if (!this.chosen) return;
    this.chosen.open = false;
    this.offer();
  }

  async offer() {
    const { gap, from, to } = this.chosen;
    const track = gap.parentElement;
    const query = new URLSearchParams({
      space: track.dataset.space,
      start: later(track.dataset.starts, from * this.unit),
      end: later(track.dataset.starts, to * this.unit),
    });
    this.showChip(query, `${this.clock(gap, from)}–${this.clock(gap, to)}`);
    this.asking?.abort();
    this.asking = new AbortController();
    const { signal } = this.asking;
    try {
      const answer = await fetch(join(this.words.quoteUrl, query), { signal, headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(String(answer.status));
      this.showPrice(await answer.json());
    } catch (error) {
      if (error.name !== "AbortError") this.showPrice({ text: "", detail: this.words.wordsFailed, problem: null });
    }
  }

  showChip(query, span) {
    const when = make("div", "tl-chip-when");
    const name = this.chosen.gap.closest(".tl-row").getAttribute("aria-label");
    when.append(make("span", "", name), make("span", "strong", span));
    this.price = make("div", "tl-chip-price", "…");
    this.detail = make("div", "tl-chip-detail", this.words.wordsBusy);
    const acts = make("div", "tl-chip-acts");
    this.go = make("a", "btn btn-primary", this.words.wordsReserve);
    this.go.href = join(this.words.reserveUrl, query);
    const stop = make("button", "btn btn-quiet", this.words.wordsCancel);
    stop.type = "button";
    stop.addEventListener("click", () => this.cancel());
    acts.append(this.go, stop);
    const hint = make("div", "tl-chip-detail", this.chosen.open ? this.words.wordsMore : "");
    this.chip.replaceChildren(when, this.price, this.detail, hint, acts);
    this.chip.hidden = false;
    this.placeChip();
  }

  showPrice({ text, detail, problem, asks }) {
    this.price.textContent = text ?? "";
    this.price.hidden = !text;
    this.detail.textContent = problem ?? (asks || detail || "");
    this.detail.className = problem ? "tl-chip-problem" : "tl-chip-detail";
    this.go.textContent = asks ? this.words.wordsAsk : this.words.wordsReserve;
    const left = problem && this.go === document.activeElement;
    this.go.hidden = Boolean(problem);
    if (left) this.chip.querySelector("button").focus(); // what goes away leaves the focus to what stays
    this.placeChip();
  }

  /** Beside the stretch: under it, or over it where the window ends; within the timeline's own width. */
  placeChip() {
    const frame = this.root.getBoundingClientRect();
    const box = this.pick.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = this.chip;
    const below = box.bottom + 8 + height < window.innerHeight;
    const top = (below ? box.bottom + 8 : box.top - 8 - height) - frame.top;
    this.chip.style.left = `${clamp(box.left - frame.left, 8, frame.width - width - 8)}px`;
    this.chip.style.top = `${top}px`;
  }
}

function join(url, query) {
  return `${url}${url.includes("?") ? "&" : "?"}${query}`;
}

const known = new WeakMap();
function begin() {
  for (const root of document.querySelectorAll(".tl")) {
    if (known.has(root)) known.get(root).rove();
    else known.set(root, new Timeline(root));
  }
}
begin();
document.addEventListener("htmx:after:swap", begin); // another day came in place, or what others booked meanwhile
