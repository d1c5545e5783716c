// A button that copies a field's text, and says so for a moment; without scripts the field can be marked by hand.

document.querySelectorAll("[data-copy]").forEach((button) => {
  const field = document.getElementById(button.dataset.copy);
  const label = button.lastChild;
  const words = label.textContent;
  button.hidden = false;
  const said = document.createElement("span"); // a button's new words are not read aloud by themselves
  said.className = "visually-hidden";
  said.setAttribute("role", "status");
  button.after(said);
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      field.select();
      document.execCommand("copy");
    }
    label.textContent = said.textContent = button.dataset.copied;
    setTimeout(() => { label.textContent = words; said.textContent = ""; }, 2000);
  });
});
