// The slider on an enterprise's savings page tells its value as it moves, and reckons anew when it is let go.

const slider = document.querySelector(".what-if [type=range]");
slider?.addEventListener("input", () => {
  slider.form.querySelector("output").textContent = `${slider.value} m²`;
});
slider?.addEventListener("change", () => slider.form.requestSubmit());
