/** Starts every page: htmx with our rules, browser modules, notices that can be closed, menus that close again. */
import htmx from "htmx.org";

/** @type {WeakSet<Element>} */
const mounted = new WeakSet();

/** Mount the module of every element that names one, each once.
 * @param {Element | Document} root */
async function mountModules(root) {
  const named = [...root.querySelectorAll("[data-module]")];
  if (root instanceof HTMLElement && root.dataset.module) named.unshift(root);
  await Promise.all(
    named.map(async (element) => {
      if (!(element instanceof HTMLElement) || mounted.has(element)) return;
      mounted.add(element);
      const { mount } = await import(/** @type {string} */ (element.dataset.module));
      mount(element);
      element.dataset.mounted = ""; // tests wait for it
    }),
  );
}

/** Notices stay until somebody closes them; without script they simply stay.
 * @param {ParentNode} root */
function showCloseButtons(root) {
  for (const button of root.querySelectorAll("button[data-close]")) button.removeAttribute("hidden");
}

/** Show a notice that lies ready in the page.
 * @param {string} id */
function showNotice(id) {
  const ready = document.getElementById(id);
  const place = document.getElementById("notices");
  if (!(ready instanceof HTMLTemplateElement) || !place) return;
  const copy = /** @type {DocumentFragment} */ (ready.content.cloneNode(true));
  showCloseButtons(copy);
  place.replaceChildren(copy);
  place.scrollIntoView({ block: "nearest" });
}

document.addEventListener("click", (event) => {
  const target = event.target instanceof Element ? event.target : null;
  target?.closest("button[data-close]")?.closest(".notice")?.remove();
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!target || !menu.contains(target)) menu.removeAttribute("open");
  }
});

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    menu.removeAttribute("open");
    menu.querySelector("summary")?.focus();
  }
});

document.addEventListener("htmx:sendError", () => showNotice("notice-offline"));
document.addEventListener("htmx:responseError", () => showNotice("notice-failed"));
htmx.onLoad((node) => {
  const element = /** @type {Element} */ (node);
  showCloseButtons(element);
  void mountModules(element);
});
showCloseButtons(document);
void mountModules(document);
