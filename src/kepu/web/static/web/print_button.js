/** A button that prints the page; without script it stays hidden and the browser's own menu does it. */

/** @param {HTMLElement} button */
export function mount(button) {
  button.hidden = false;
  button.addEventListener("click", () => window.print());
}
