/** What was done while the line was down: lines kept on the device, each sent until the site has it.
 *
 * Every line has a key of its own, by which the site takes it once however often it is sent. The site answers with
 * `{"new", "known", "refused": [{"key", "message"}]}`: what it names is settled, everything else is sent again.
 */
const NAME = "kepu-outbox";
const STORE = "lines";

/** @typedef {{key: string, url: string, line: Record<string, unknown>}} Kept */
/** @typedef {{sent: number, refused: {key: string, message: string}[], why: "" | "offline" | "session"}} Outcome */

/** @returns {Promise<IDBDatabase>} */
function open() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(STORE, { keyPath: "key" });
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = () => reject(asked.error);
  });
}

/** Do one thing with the store, and wait until it is on the device.
 * @template T
 * @param {IDBTransactionMode} mode
 * @param {(store: IDBObjectStore) => IDBRequest<T> | void} act
 * @returns {Promise<T | undefined>} */
async function within(mode, act) {
  const database = await open();
  try {
    return await new Promise((resolve, reject) => {
      const transaction = database.transaction(STORE, mode);
      const asked = act(transaction.objectStore(STORE));
      transaction.oncomplete = () => resolve(asked ? asked.result : undefined);
      transaction.onerror = () => reject(transaction.error);
    });
  } finally {
    database.close();
  }
}

/** Keep a line for an address; its key stands in it.
 * @param {string} url
 * @param {Record<string, unknown> & {key: string}} line */
export async function add(url, line) {
  await within("readwrite", (store) => store.put({ key: line.key, url, line }));
}

/** The lines for an address that the site has not taken yet.
 * @param {string} url
 * @returns {Promise<Kept[]>} */
export async function waiting(url) {
  const all = (await within("readonly", (store) => store.getAll())) ?? [];
  return all.filter((/** @type {Kept} */ one) => one.url === url);
}

/** Send what waits for an address.
 * @param {string} url
 * @param {string} token against forged requests
 * @returns {Promise<Outcome>} */
export async function send(url, token) {
  const lines = await waiting(url);
  if (!lines.length) return { sent: 0, refused: [], why: "" };
  let answer;
  try {
    const headers = { "Content-Type": "application/json", "X-CSRFToken": token };
    answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(lines.map((one) => one.line)) });
  } catch {
    return { sent: 0, refused: [], why: "offline" };
  }
  const isOurs = answer.ok && (answer.headers.get("Content-Type") ?? "").startsWith("application/json");
  if (!isOurs) return { sent: 0, refused: [], why: answer.status >= 500 ? "offline" : "session" };
  const { refused } = await answer.json();
  await within("readwrite", (store) => {
    for (const one of lines) store.delete(one.key);
  });
  return { sent: lines.length - refused.length, refused, why: "" };
}

/** Keep this page and everything it is made of on the device.
 * @returns {Promise<void>} */
export async function keepPage() {
  if (!("serviceWorker" in navigator)) return;
  const { active } = await navigator.serviceWorker.register("/service-worker.js").then(() => navigator.serviceWorker.ready);
  const names = performance.getEntriesByType("resource").map((one) => new URL(one.name));
  const files = names.filter((one) => one.pathname.startsWith("/static/")).map((one) => one.href);
  const { port1, port2 } = new MessageChannel();
  const kept = new Promise((resolve) => {
    port1.onmessage = resolve;
  });
  active?.postMessage({ page: location.href.split("?")[0], files: [...new Set(files)] }, [port2]);
  await kept;
}
