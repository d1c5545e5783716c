// Typing an amount ticks its line, and what will be taken back is summed below; without scripts all works by hand.

const form = document.querySelector("form[data-credit]");
const whole = form.querySelector("input[name=whole]");
const ticks = [...form.querySelectorAll("input[name^=line_]")];
const shown = form.querySelector("[data-sum]");

function fen(text) {
  const found = /^[¥￥]?(\d+)(?:\.(\d{1,2}))?$/.exec(text.normalize("NFKC").trim().replaceAll(",", ""));
  return found ? Number(found[1]) * 100 + Number((found[2] || "").padEnd(2, "0")) : 0;
}

function amountOf(tick) {
  return form.elements[tick.name.replace("line_", "amount_")];
}

function sum() {
  const amounts = ticks.filter((tick) => tick.checked).map((tick) => amountOf(tick));
  const total = amounts.filter(Boolean).reduce((so_far, field) => so_far + fen(field.value), 0);
  // Lines of discount have no field: what they take off, only the server counts.
  shown.hidden = !total || amounts.some((field) => !field);
  shown.querySelector("output").textContent = `¥${(total / 100).toLocaleString("zh-CN", { minimumFractionDigits: 2 })}`;
}

form.addEventListener("input", (event) => {
  const field = event.target;
  if (field === whole) {
    for (const tick of ticks) {
      tick.checked = whole.checked;
      const amount = amountOf(tick);
      if (whole.checked && amount) amount.value = amount.defaultValue;
    }
  } else if (field.name?.startsWith("amount_")) {
    form.elements[field.name.replace("amount_", "line_")].checked = true;
    whole.checked = false;
  } else if (field.name?.startsWith("line_") && !field.checked) {
    whole.checked = false;
  }
  sum();
});
sum();
