/** Source and findings side by side: a click, the arrows or Enter on one shows the other; selected words become a finding. */
import { stepTo } from "plan/steps";

/** What stays while the page is swapped under the hand: who was being worked on, and where both columns stood. */
const kept = { key: "", source: 0, findings: 0, page: 0, isSwapping: false };

/** @param {HTMLElement} root */
export function mount(root) {
  const source = /** @type {HTMLElement | null} */ (root.querySelector("[data-source]"));
  const findings = /** @type {HTMLElement | null} */ (root.querySelector(".check-findings"));
  if (!source || !findings) return;
  const columns = { source, findings };

  /** @param {string} key */
  const places = (key) => [...columns.source.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)];
  /** @param {string} key */
  const finding = (key) => columns.findings.querySelector(`#f-${CSS.escape(key)}`);

  /** Bring an element into view inside its own column where that one scrolls, else on the page.
   * @param {Element} element @param {HTMLElement} column */
  function show(element, column) {
    const scrolls = column.scrollHeight > column.clientHeight + 4 && getComputedStyle(column).overflowY !== "visible";
    if (!scrolls) {
      element.scrollIntoView({ block: "nearest" });
      return;
    }
    const box = element.getBoundingClientRect();
    const frame = column.getBoundingClientRect();
    if (box.top < frame.top + 40 || box.bottom > frame.bottom - 40) {
      column.scrollTop += box.top - frame.top - frame.height / 3;
    }
  }

  /** @param {string} key @param {{ from?: "source" | "findings" | "both" }} [how] */
  function choose(key, how = {}) {
    for (const one of root.querySelectorAll(".is-chosen")) one.classList.remove("is-chosen");
    const marks = places(key);
    const card = finding(key)?.closest(".finding, .finding-section") ?? finding(key);
    for (const one of marks) one.classList.add("is-chosen");
    card?.classList.add("is-chosen");
    if (how.from !== "source" && marks[0]) show(marks[0], columns.source);
    if (how.from !== "findings" && card) show(card, columns.findings);
    kept.key = key;
  }

  /** @param {Element} element */
  const keyOf = (element) => element.closest("[data-key]")?.getAttribute("data-key") ?? "";

  root.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    if (target.closest("[data-close-edit]") && target.closest(".edit-slot")) {
      event.preventDefault();
      closeEdit(/** @type {HTMLElement} */ (target.closest(".edit-slot")));
      return;
    }
    const place = target.closest("a.source-place");
    if (place) {
      event.preventDefault();
      const key = keyOf(place);
      choose(key, { from: "source" });
      const card = /** @type {HTMLElement | null} */ (finding(key)?.closest("[tabindex]"));
      card?.focus({ preventScroll: true });
      return;
    }
    const link = target.closest("a[href^='#src-']");
    if (link) {
      event.preventDefault();
      choose(link.getAttribute("href")?.slice("#src-".length) ?? "");
      return;
    }
    if (!target.closest("a, button, input, select, textarea, summary, form") && target.closest("[data-key]")) {
      choose(keyOf(target), { from: "findings" });
    }
  });

  columns.findings.addEventListener("focusin", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (target?.matches("[tabindex='-1'][data-key]")) choose(keyOf(target), { from: "findings" });
  });

  columns.findings.addEventListener("keydown", (event) => {
    const target = event.target instanceof HTMLElement ? event.target : null;
    if (!target) return;
    const slot = /** @type {HTMLElement | null} */ (target.closest(".edit-slot"));
    if (event.key === "Escape" && slot) {
      event.stopPropagation();
      closeEdit(slot);
      return;
    }
    if (target.closest("input, select, textarea, form") || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      const cards = [...columns.findings.querySelectorAll(":scope > [data-key]")].filter(
        (card) => card instanceof HTMLElement && card.offsetParent !== null,
      );
      const now = cards.findIndex((card) => card.contains(target));
      const next = /** @type {HTMLElement | undefined} */ (cards[stepTo(cards.length, now, event.key)]);
      if (!next) return;
      event.preventDefault();
      next.focus({ preventScroll: true });
      choose(next.dataset.key ?? "");
    } else if (event.key === "Enter" && target.matches("[data-key]")) {
      event.preventDefault();
      const act = /** @type {HTMLElement | null} */ (target.querySelector("[data-act='edit']"));
      if (act) act.click();
      else columns.source.focus();
    } else if (event.key === "Escape") {
      /** @type {HTMLElement | undefined} */ (places(keyOf(target))[0])?.focus();
    }
  });

  columns.source.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu?.setAttribute("hidden", "");
    const card = /** @type {HTMLElement | null} */ (kept.key ? finding(kept.key)?.closest("[tabindex]") : null);
    card?.focus();
  });

  /** @param {HTMLElement} slot */
  function closeEdit(slot) {
    const card = /** @type {HTMLElement | null} */ (slot.closest("[data-key]"));
    slot.replaceChildren();
    card?.focus();
  }

  root.addEventListener("htmx:afterSwap", (event) => {
    const target = event.target instanceof HTMLElement ? event.target : null;
    if (!target?.matches(".edit-slot")) return;
    const first =
      target.querySelector("[aria-invalid='true']") ??
      target.querySelector("input:not([type='hidden']), select, textarea");
    if (first instanceof HTMLElement) first.focus();
  });

  root.addEventListener("htmx:beforeRequest", (event) => {
    const element = event.target instanceof Element ? event.target : null;
    const asked = /** @type {CustomEvent} */ (event).detail?.requestConfig?.parameters;
    const key = (element && keyOf(element)) || (asked?.get?.("key") ?? asked?.key ?? "");
    if (key) kept.key = String(key).replace(".", "-");
    kept.source = columns.source.scrollTop;
    kept.findings = columns.findings.scrollTop;
    kept.page = window.scrollY;
  });

  root.addEventListener("htmx:beforeSwap", (event) => {
    kept.isSwapping = event.target === root;
  });

  const menu = /** @type {HTMLElement | null} */ (root.querySelector("[data-selection]"));
  if (menu) mountSelection(columns.source, menu, root.dataset.show ?? "");

  if (kept.isSwapping) {
    kept.isSwapping = false;
    window.scrollTo({ top: kept.page, behavior: "instant" });
    columns.source.scrollTop = kept.source;
    columns.findings.scrollTop = kept.findings;
    const card = kept.key ? finding(kept.key)?.closest("[tabindex]") : null;
    if (card instanceof HTMLElement) {
      card.focus({ preventScroll: true });
      choose(kept.key, { from: "findings" });
    }
  } else if (location.hash.startsWith("#f-") || location.hash.startsWith("#src-")) {
    choose(location.hash.replace(/^#(f|src)-/, ""));
  }
}

/** Where a point of the selection lies in the source: paragraphs say where their first character stands.
 * @param {Node} node @param {number} offset */
function placeOf(node, offset) {
  const element = node instanceof Element ? node : node.parentElement;
  const paragraph = element?.closest("[data-start]");
  if (!(paragraph instanceof HTMLElement)) return null;
  const range = document.createRange();
  range.setStart(paragraph, 0);
  range.setEnd(node, offset);
  // Code points, as the reading counts them, not UTF-16 units.
  return Number(paragraph.dataset.start) + [...range.toString()].length;
}

/** Offer to take selected words for a finding.
 * @param {HTMLElement} source @param {HTMLElement} menu @param {string} shown */
function mountSelection(source, menu, shown) {
  /** @type {[number, number] | null} */
  let span = null;

  function offer() {
    const selection = document.getSelection();
    if (!selection || selection.isCollapsed || !selection.anchorNode || !source.contains(selection.anchorNode)) {
      menu.hidden = true;
      return;
    }
    const range = selection.getRangeAt(0);
    const start = placeOf(range.startContainer, range.startOffset);
    const end = placeOf(range.endContainer, range.endOffset);
    if (start === null || end === null || end <= start) return;
    span = [start, end];
    const box = range.getBoundingClientRect();
    menu.hidden = false;
    const left = Math.min(Math.max(8, box.left), window.innerWidth - menu.offsetWidth - 8);
    const below = box.bottom + 8;
    const top = below + menu.offsetHeight > window.innerHeight ? box.top - menu.offsetHeight - 8 : below;
    menu.style.setProperty("left", `${left}px`);
    menu.style.setProperty("top", `${Math.max(8, top)}px`);
  }

  source.addEventListener("scroll", () => {
    menu.hidden = true;
  });
  source.addEventListener("pointerup", () => setTimeout(offer, 0));
  source.addEventListener("keyup", (event) => {
    if (event.shiftKey || event.key === "Shift") offer();
  });
  menu.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button[data-href]") : null;
    if (!(button instanceof HTMLElement) || !span) return;
    location.assign(`${button.dataset.href}?start=${span[0]}&end=${span[1]}&show=${shown}`);
  });
}

