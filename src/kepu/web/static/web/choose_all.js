/** A button that chooses every proposal of the page at once; without script each is ticked by hand. */

/** @param {HTMLElement} form */
export function mount(form) {
  const button = form.querySelector("[data-choose-all]");
  if (!(button instanceof HTMLButtonElement)) return;
  /** @type {HTMLInputElement[]} */
  const boxes = [...form.querySelectorAll('input[name="notices"]')].filter((box) => box instanceof HTMLInputElement);
  button.hidden = !boxes.length;
  button.addEventListener("click", () => {
    for (const box of boxes) box.checked = true;
  });
}
