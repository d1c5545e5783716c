// A button that copies a field's text, and says so for a moment; without scripts the field can be marked by hand.

document.querySelectorAll("[data-copy]").forEach((button) => {
  const field = document.getElementById(button.dataset.copy);
  const label = button.lastChild;
  const words = label.textContent;
  button.hidden = false;
  button.addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(field.value);
    } catch {
      field.select();
      document.execCommand("copy");
    }
    label.textContent = button.dataset.copied;
    setTimeout(() => { label.textContent = words; }, 2000);
  });
});
