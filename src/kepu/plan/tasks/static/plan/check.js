/** Source and findings side by side: a click, the arrows or Enter on one shows the other; selected words become a finding. */
import htmx from "htmx.org";
import { stepTo } from "plan/steps";

/** What stays while the page is swapped under the hand: who was being worked on, where both columns stood, which side a
 * phone shows, and forms that are still open. */
const kept = {
  key: "",
  source: 0,
  findings: 0,
  page: 0,
  side: "findings",
  isSwapping: false,
  /** @type {Map<string, Node[]>} */
  open: new Map(),
};

const NARROW = "(max-width: 59.99em)";

/** @param {HTMLElement} root */
export function mount(root) {
  const source = /** @type {HTMLElement | null} */ (root.querySelector("[data-source]"));
  const findings = /** @type {HTMLElement | null} */ (root.querySelector(".check-findings"));
  if (!source || !findings) return;
  const columns = { source, findings };
  const narrow = window.matchMedia(NARROW);

  /** @param {string} key */
  const places = (key) => [...columns.source.querySelectorAll(`[data-key="${CSS.escape(key)}"]`)];
  /** @param {string} key */
  const finding = (key) => columns.findings.querySelector(`#f-${CSS.escape(key)}`);
  /** @param {Element} element */
  const keyOf = (element) => element.closest("[data-key]")?.getAttribute("data-key") ?? "";
  /** @param {string} key */
  const cardOf = (key) => finding(key)?.closest(".finding, .finding-section") ?? finding(key);

  const sides = /** @type {HTMLElement | null} */ (root.querySelector("[data-sides]"));
  sides?.removeAttribute("hidden");

  /** On a phone one side is seen at a time.
   * @param {string} side */
  function turnTo(side) {
    kept.side = side;
    root.dataset.shows = side;
    for (const button of sides?.querySelectorAll("[data-side]") ?? []) {
      button.setAttribute("aria-pressed", String(button.getAttribute("data-side") === side));
    }
  }

  /** Bring an element into view inside its own column where that one scrolls, else on the page.
   * @param {Element} element @param {HTMLElement} column */
  function show(element, column) {
    if (narrow.matches) {
      element.scrollIntoView({ block: "center", behavior: "instant" });
      return;
    }
    const box = element.getBoundingClientRect();
    const frame = column.getBoundingClientRect();
    if (box.top < frame.top + 40 || box.bottom > frame.bottom - 40) {
      column.scrollTop += box.top - frame.top - frame.height / 3;
    }
  }

  /** @param {string} key @param {{ from?: "source" | "findings" }} [how] */
  function choose(key, how = {}) {
    for (const one of root.querySelectorAll(".is-chosen")) one.classList.remove("is-chosen");
    const marks = places(key);
    const card = cardOf(key);
    for (const one of marks) one.classList.add("is-chosen");
    card?.classList.add("is-chosen");
    if (how.from !== "source" && marks[0]) show(marks[0], columns.source);
    if (how.from !== "findings" && card) show(card, columns.findings);
    kept.key = key;
  }

  root.addEventListener("click", (event) => {
    const target = event.target instanceof Element ? event.target : null;
    if (!target) return;
    const side = target.closest("[data-side]")?.getAttribute("data-side");
    if (side) {
      turnTo(side);
      if (kept.key) choose(kept.key);
      return;
    }
    const slot = /** @type {HTMLElement | null} */ (target.closest(".edit-slot"));
    if (slot && target.closest("[data-close-edit]")) {
      event.preventDefault();
      closeEdit(slot);
      return;
    }
    const place = target.closest("a.source-place");
    if (place) {
      event.preventDefault();
      if (document.getSelection()?.isCollapsed === false) return; // words are being selected, not a link followed
      const key = keyOf(place);
      turnTo("findings");
      choose(key, { from: "source" });
      const card = /** @type {HTMLElement | null} */ (finding(key)?.closest("[tabindex]"));
      card?.focus({ preventScroll: true });
      return;
    }
    const link = target.closest("a[href^='#src-']");
    if (link) {
      event.preventDefault();
      turnTo("source");
      choose(link.getAttribute("href")?.slice("#src-".length) ?? "", narrow.matches ? { from: "findings" } : {});
      return;
    }
    if (!target.closest("a, button, input, select, textarea, summary, form, label") && target.closest("[data-key]")) {
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
      else /** @type {HTMLElement | null} */ (target.querySelector("a[href^='#src-']"))?.click();
    } else if (event.key === "Escape") {
      turnTo("source");
      /** @type {HTMLElement | undefined} */ (places(keyOf(target))[0])?.focus();
    }
  });

  columns.source.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu?.setAttribute("hidden", "");
    turnTo("findings");
    const card = /** @type {HTMLElement | null} */ (kept.key ? finding(kept.key)?.closest("[tabindex]") : null);
    card?.focus();
  });

  /** @param {HTMLElement} slot */
  function closeEdit(slot) {
    const card = /** @type {HTMLElement | null} */ (slot.closest("[tabindex][data-key]") ?? columns.source);
    slot.replaceChildren();
    card?.focus({ preventScroll: true });
  }

  root.addEventListener("htmx:afterSwap", (event) => {
    const slot = event.target instanceof HTMLElement ? event.target : null;
    if (!slot?.matches(".edit-slot")) return;
    turnTo("findings");
    const first =
      slot.querySelector("[aria-invalid='true'], .error-summary") ??
      slot.querySelector("input:not([type='hidden']), select, textarea");
    if (first instanceof HTMLElement) first.focus({ preventScroll: true });
    show(slot, columns.findings);
  });

  root.addEventListener("htmx:beforeRequest", (event) => {
    const element = event.target instanceof Element ? event.target : null;
    if (!element || element.matches(".saved")) return;
    const key = keyOf(element);
    if (key) kept.key = key;
  });

  root.addEventListener("htmx:beforeSwap", (event) => {
    const { target, elt } = /** @type {CustomEvent} */ (event).detail;
    if (target !== root) return;
    Object.assign(kept, {
      isSwapping: true,
      source: columns.source.scrollTop,
      findings: columns.findings.scrollTop,
      page: window.scrollY,
    });
    // Forms that somebody else's button leaves open keep what was typed.
    kept.open.clear();
    for (const slot of root.querySelectorAll(".edit-slot")) {
      if (slot.childElementCount && !slot.contains(elt)) kept.open.set(slot.id, [...slot.childNodes]);
    }
  });

  const menu = /** @type {HTMLElement | null} */ (root.querySelector("[data-selection]"));
  if (menu) mountSelection(root, source, menu);
  turnTo(kept.isSwapping ? kept.side : "findings");

  const at = root.dataset.at ?? "";
  const hash = /^#(f|src)-(.+)$/.exec(location.hash);
  if (kept.isSwapping) {
    kept.isSwapping = false;
    for (const [id, nodes] of kept.open) document.getElementById(id)?.replaceChildren(...nodes);
    window.scrollTo({ top: kept.page, behavior: "instant" });
    columns.source.scrollTop = kept.source;
    columns.findings.scrollTop = kept.findings;
    const key = at && cardOf(at) ? at : kept.key;
    const card = key ? finding(key)?.closest("[tabindex]") : null;
    if (card instanceof HTMLElement) {
      card.focus({ preventScroll: true });
      choose(key);
    } else {
      columns.findings.querySelector("[tabindex]")?.scrollIntoView({ block: "nearest" });
    }
  } else if (hash) {
    if (hash[1] === "src") turnTo("source");
    choose(hash[2] ?? "");
  } else if (!narrow.matches && columns.findings.matches("[class*='show-']")) {
    const first = [...columns.findings.querySelectorAll(":scope > [data-key]")].find(
      (card) => card instanceof HTMLElement && card.offsetParent !== null,
    );
    if (first) choose(first.getAttribute("data-key") ?? "", { from: "findings" });
    const mark = first && places(first.getAttribute("data-key") ?? "")[0];
    if (mark) show(mark, columns.source);
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

/** Offer to take selected words for a finding, or to put their place into the form that is open.
 * @param {HTMLElement} root @param {HTMLElement} source @param {HTMLElement} menu */
function mountSelection(root, source, menu) {
  /** @type {[number, number] | null} */
  let span = null;
  let waiting = 0;

  const openForm = () => {
    const starts = [...root.querySelectorAll(".edit-slot input[name='start']:not([type='hidden'])")];
    const field = /** @type {HTMLInputElement | undefined} */ (starts.at(-1));
    return field?.form ?? null;
  };

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
    const fill = menu.querySelector("[data-fill]");
    if (fill instanceof HTMLElement) fill.hidden = !openForm();
    const box = range.getBoundingClientRect();
    menu.hidden = false;
    const left = Math.min(Math.max(8, box.left), window.innerWidth - menu.offsetWidth - 8);
    const below = box.bottom + 8;
    const top = below + menu.offsetHeight > window.innerHeight ? box.top - menu.offsetHeight - 8 : below;
    menu.style.setProperty("--menu-left", `${left}px`);
    menu.style.setProperty("--menu-top", `${Math.max(8, top)}px`);
  }

  source.addEventListener("scroll", () => {
    if (!window.matchMedia(NARROW).matches) menu.hidden = true;
  });
  // A finger selects without a last pointer event, so the selection itself is listened to.
  const listen = () => {
    if (!source.isConnected) {
      document.removeEventListener("selectionchange", listen);
      return;
    }
    window.clearTimeout(waiting);
    waiting = window.setTimeout(offer, 180);
  };
  document.addEventListener("selectionchange", listen);
  menu.addEventListener("pointerdown", (event) => event.preventDefault()); // the selection stays
  menu.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("button") : null;
    if (!(button instanceof HTMLElement) || !span) return;
    menu.hidden = true;
    const form = openForm();
    if (button.matches("[data-fill]") && form) {
      for (const [index, name] of ["start", "end"].entries()) {
        const field = form.elements.namedItem(name);
        if (field instanceof HTMLInputElement) field.value = String(span[index]);
      }
      form.querySelector("input[name='end']")?.scrollIntoView({ block: "nearest" });
    } else if (button.dataset.href) {
      const address = new URL(button.dataset.href, location.href);
      address.searchParams.set("start", String(span[0]));
      address.searchParams.set("end", String(span[1]));
      void htmx.ajax("get", address.pathname + address.search, { target: "#edit-new", source: root });
    }
    document.getSelection()?.removeAllRanges();
  });
}
