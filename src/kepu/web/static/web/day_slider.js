/** The slider and the date say the same; where a part of the page can be swapped, it follows by itself. */
import { dayAfter, daysBetween } from "web/days";

const PATIENCE = 350;

/** @param {HTMLElement} element the form of the slider */
export function mount(element) {
  const form = /** @type {HTMLFormElement} */ (element);
  const start = form.dataset.start ?? "";
  const range = /** @type {HTMLInputElement | null} */ (form.elements.namedItem("offset"));
  const day = /** @type {HTMLInputElement | null} */ (form.elements.namedItem("day"));
  if (!range || !day) return;
  let waiting = 0;

  const follow = () => {
    if (!form.hasAttribute("hx-get")) return;
    clearTimeout(waiting);
    waiting = window.setTimeout(() => form.requestSubmit(), PATIENCE);
  };
  range.addEventListener("input", () => {
    day.value = dayAfter(start, Number(range.value));
    range.setAttribute("aria-valuetext", day.value);
    follow();
  });
  form.addEventListener("htmx:configRequest", (event) => {
    // The date says it all; the two helpers are for visitors without script.
    const { parameters } = /** @type {CustomEvent<{ parameters: Record<string, string> }>} */ (event).detail;
    delete parameters["was"];
    delete parameters["offset"];
  });
  day.addEventListener("change", () => {
    if (!day.value) return;
    range.value = String(daysBetween(start, day.value));
    range.setAttribute("aria-valuetext", day.value);
    follow();
  });
}
