/** The gate's list while the line comes and goes: every check-in is kept on the device first, then sent. */
import { add, keepPage, send, waiting } from "web/outbox";

/** @param {HTMLElement} gate */
export function mount(gate) {
  const url = gate.dataset.arrivals ?? "";
  const said = /** @type {HTMLElement} */ (gate.querySelector("[data-gate-line]"));
  const token = JSON.parse(document.body.getAttribute("hx-headers") ?? "{}")["X-CSRFToken"] ?? "";

  /** @param {string} text */
  function say(text) {
    said.textContent = text;
    said.hidden = !text;
  }

  /** Send what is kept and say where it stands. */
  async function settle() {
    const outcome = await send(url, token);
    const left = (await waiting(url)).length;
    if (outcome.refused.length) say(outcome.refused.map((one) => one.message).join(" "));
    else if (outcome.why === "session") say(gate.dataset.session ?? "");
    else if (left) say((gate.dataset.waiting ?? "").replace("{n}", String(left)));
    else if (!navigator.onLine) say(gate.dataset.offline ?? "");
    else say("");
    if (outcome.sent && !outcome.refused.length) location.reload();
  }

  gate.addEventListener("submit", (event) => {
    const form = /** @type {HTMLFormElement} */ (event.target);
    if (!form.matches(".gate-arrive")) return;
    event.preventDefault();
    event.stopPropagation();
    const typed = new FormData(form);
    const line = {
      key: String(typed.get("key")),
      booking: Number(form.dataset.booking),
      at: new Date().toISOString(),
      people: Number(typed.get("people")),
    };
    void add(url, line).then(() => {
      form.replaceWith(gate.dataset.kept ?? "");
      return settle();
    });
  });
  window.addEventListener("online", () => void settle());
  window.addEventListener("offline", () => void settle());
  void settle();
  void keepPage().then(() => {
    gate.dataset.isKept = "";
  });
}
