/** A box that takes a file: drag and drop, the size said before sending, and a word while it is read. */

/** @param {HTMLElement} form */
export function mount(form) {
  const box = form.querySelector("[data-drop]");
  const input = form.querySelector("input[type='file']");
  const name = form.querySelector("[data-drop-name]");
  const progress = form.querySelector("[data-progress]");
  if (!(form instanceof HTMLFormElement) || !(box instanceof HTMLElement) || !(input instanceof HTMLInputElement)) return;
  for (const one of form.querySelectorAll(".for-script")) one.removeAttribute("hidden");
  const most = Number(form.dataset.most) || Infinity;
  const words = {
    tooLarge: form.dataset.tooLarge ?? "",
    sending: form.dataset.sending ?? "",
    reading: form.dataset.reading ?? "",
  };

  function tell() {
    const file = input instanceof HTMLInputElement ? input.files?.[0] : undefined;
    if (!name) return true;
    if (!file) {
      name.textContent = "";
      return true;
    }
    const isTooLarge = file.size > most;
    name.textContent = isTooLarge ? words.tooLarge : `${file.name} · ${Math.max(1, Math.round(file.size / 1024))} KB`;
    name.classList.toggle("tone-danger", isTooLarge);
    return !isTooLarge;
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
  form.addEventListener("submit", (event) => {
    if (!tell()) {
      event.preventDefault();
      input.focus();
      return;
    }
    const file = input.files?.[0];
    if (progress) progress.textContent = file && file.size > 2 * 1024 * 1024 ? words.sending : words.reading;
  });
}
