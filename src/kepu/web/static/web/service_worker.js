/** Keeps the pages of the field (a gate, a judge's sheet) on the device, so that they open while the line is down.
 *
 * A page asks for it with a message; no other page is kept. Signing out forgets every kept page.
 */
const PAGES = "kepu-pages-1";
const FILES = "kepu-files-1";
const worker = /** @type {any} */ (self);

worker.addEventListener("install", () => worker.skipWaiting());
worker.addEventListener("activate", (/** @type {any} */ event) => event.waitUntil(worker.clients.claim()));

/** Store addresses that are not there yet.
 * @param {string} name
 * @param {string[]} addresses
 * @param {boolean} isAnew */
async function keep(name, addresses, isAnew) {
  const cache = await caches.open(name);
  for (const address of addresses) {
    if (!isAnew && (await cache.match(address, { ignoreVary: true }))) continue;
    const answer = await fetch(address, { credentials: "same-origin" });
    if (answer.ok && !answer.redirected) await cache.put(address, answer);
  }
}

worker.addEventListener("message", (/** @type {any} */ event) => {
  const { page, files, port } = event.data;
  event.waitUntil(
    Promise.all([keep(PAGES, [page], true), keep(FILES, files, false)]).then(() => event.ports[0]?.postMessage(port ?? "kept")),
  );
});

/** From the line; while that is down, the kept page.
 * @param {Request} request */
async function navigate(request) {
  try {
    return await fetch(request);
  } catch (problem) {
    const kept = await (await caches.open(PAGES)).match(request, { ignoreSearch: true, ignoreVary: true });
    if (kept) return kept;
    throw problem;
  }
}

worker.addEventListener("fetch", (/** @type {any} */ event) => {
  const request = /** @type {Request} */ (event.request);
  const address = new URL(request.url);
  if (address.origin !== worker.location.origin) return;
  if (request.method === "POST" && address.pathname.startsWith("/accounts/logout")) event.waitUntil(caches.delete(PAGES));
  if (request.method !== "GET") return;
  if (request.mode === "navigate") event.respondWith(navigate(request));
  else if (address.pathname.startsWith("/static/"))
    event.respondWith(caches.open(FILES).then((cache) => cache.match(request, { ignoreVary: true })).then((kept) => kept ?? fetch(request)));
});
