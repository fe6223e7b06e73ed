/** A box that takes a file: drag and drop, the size said before sending, and how far a long file is. */

const LONG_AFTER = 6000;

// A file that misses the box must not take the page away with it.
for (const name of ["dragover", "drop"]) window.addEventListener(name, (event) => event.preventDefault());

/** @param {HTMLElement} form */
export function mount(form) {
  const box = form.querySelector("[data-drop]");
  const input = form.querySelector("input[type='file']");
  const name = form.querySelector("[data-drop-name]");
  const told = form.querySelector("[data-progress-told]");
  const bar = form.querySelector("[data-progress]");
  if (!(form instanceof HTMLFormElement) || !(box instanceof HTMLElement) || !(input instanceof HTMLInputElement)) return;
  for (const one of form.querySelectorAll(".for-script")) one.removeAttribute("hidden");
  box.classList.add("has-script");
  const most = Number(form.dataset.most) || Infinity;
  let waiting = 0;

  /** What is chosen, and whether it may be sent. */
  function tell() {
    const file = input instanceof HTMLInputElement ? input.files?.[0] : undefined;
    const isTooLarge = Boolean(file && file.size > most);
    if (name) {
      name.textContent = isTooLarge ? (form.dataset.tooLarge ?? "") : file ? `${file.name} · ${sizeOf(file.size)}` : "";
      name.classList.toggle("error", isTooLarge);
    }
    if (input instanceof HTMLInputElement) input.toggleAttribute("aria-invalid", isTooLarge);
    return !isTooLarge;
  }

  /** @param {string} words @param {number | null} [share] */
  function progress(words, share = null) {
    if (told) told.textContent = words;
    if (!(bar instanceof HTMLProgressElement)) return;
    bar.hidden = !words;
    if (share === null) bar.removeAttribute("value");
    else bar.value = share;
  }

  /** @param {DragEvent} event */
  function over(event) {
    event.preventDefault();
    box?.classList.add("is-over");
  }
  box.addEventListener("dragenter", over);
  box.addEventListener("dragover", over);
  box.addEventListener("dragleave", () => box.classList.remove("is-over"));
  box.addEventListener("drop", (event) => {
    event.preventDefault();
    box.classList.remove("is-over");
    const file = event.dataTransfer?.files[0];
    if (!file) return;
    const carrier = new DataTransfer();
    carrier.items.add(file);
    input.files = carrier.files;
    if (tell()) form.requestSubmit();
  });
  input.addEventListener("change", tell);

  // A form that leaves the page says what it can until the next one comes.
  form.addEventListener("submit", (event) => {
    if (form.hasAttribute("hx-post")) return;
    if (tell()) {
      progress(form.dataset.sending ?? "");
      return;
    }
    event.preventDefault();
    input.focus();
  });
  form.addEventListener("htmx:beforeRequest", (event) => {
    if (event.target !== form) return;
    if (!tell()) {
      event.preventDefault();
      input.focus();
      return;
    }
    progress(form.dataset.reading ?? "");
    waiting = window.setTimeout(() => progress(form.dataset.long ?? ""), LONG_AFTER);
  });
  form.addEventListener("htmx:xhr:progress", (event) => {
    const { lengthComputable, loaded, total } = /** @type {CustomEvent} */ (event).detail;
    const share = shareOf(lengthComputable, loaded, total);
    if (share !== null && share < 100) progress(`${form.dataset.sending ?? ""} ${share}%`, share);
    else if (share === 100) progress(form.dataset.reading ?? "");
  });
  form.addEventListener("htmx:afterRequest", (event) => {
    if (event.target !== form) return;
    window.clearTimeout(waiting);
    progress("");
  });
  tell();
}

/** @param {number} bytes */
function sizeOf(bytes) {
  return bytes < 1024 * 1024 ? `${Math.max(1, Math.round(bytes / 1024))} KB` : `${(bytes / 1024 / 1024).toFixed(1)} MB`;
}

/** How much of a file is sent, in whole percent; nothing where the browser does not know the whole.
 * @param {boolean} isKnown @param {number} loaded @param {number} total */
function shareOf(isKnown, loaded, total) {
  return isKnown && total > 0 ? Math.min(100, Math.floor((100 * loaded) / total)) : null;
}
