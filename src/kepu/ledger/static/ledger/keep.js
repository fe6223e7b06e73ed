/** Keeps what is typed into a form in this tab until it is stored, so that a reload or an ended session loses nothing.
 * The form's own number is kept too: sending the same form twice then stores one thing. */

/** @typedef {HTMLInputElement | HTMLSelectElement | HTMLTextAreaElement} Field */

/** @param {HTMLFormElement} form
 * @returns {Field[]} the fields a person fills in, and the form's own number */
function fieldsOf(form) {
  const fields = /** @type {NodeListOf<Field>} */ (form.querySelectorAll("input, select, textarea"));
  return [...fields].filter((field) => field.name === "key" || (field.name && field.type !== "hidden"));
}

/** @param {HTMLElement} element a form with data-keep, or a mark with data-forget on the page that says it is stored */
export function mount(element) {
  if (element.dataset.forget) sessionStorage.removeItem(element.dataset.forget);
  const name = element.dataset.keep;
  if (!(element instanceof HTMLFormElement) || !name) return;
  if (!element.querySelector(".error-summary") && !location.search) restore(element, name);
  for (const event of ["input", "change", "submit"]) element.addEventListener(event, () => keep(element, name));
}

/** @param {HTMLFormElement} form
 * @param {string} name */
function keep(form, name) {
  const values = Object.fromEntries(fieldsOf(form).map((field) => [field.name, field.value]));
  sessionStorage.setItem(name, JSON.stringify(values));
}

/** @param {HTMLFormElement} form
 * @param {string} name */
function restore(form, name) {
  const kept = sessionStorage.getItem(name);
  if (!kept) return;
  /** @type {Record<string, string>} */
  const values = JSON.parse(kept);
  for (const field of fieldsOf(form)) {
    const value = values[field.name];
    if (value !== undefined) field.value = value;
  }
  form.querySelector("select[hx-get]")?.dispatchEvent(new Event("change", { bubbles: true }));
}
