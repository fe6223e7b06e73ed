/** A live stream (HLS) in its player. What cannot be played is said, and tried again, for a stream may begin late. */
import Hls from "hls.js";

const AGAIN = 10_000;

/** @param {HTMLElement} box with the player, and the words for when it has nothing to play */
export function mount(box) {
  const video = box.querySelector("video");
  const words = box.querySelector("[role=status]");
  const address = box.dataset.stream;
  if (!video || !words || !address) return;

  const show = (/** @type {boolean} */ isMissing) => {
    const said = isMissing ? (box.dataset.missing ?? "") : "";
    if (words.textContent !== said) words.textContent = said;
  };
  video.addEventListener("playing", () => show(false));

  if (!Hls.isSupported()) {
    video.addEventListener("error", () => show(true));
    video.src = address; // phones without Media Source Extensions play HLS themselves
    return;
  }
  play(video, address, show);
}

/** Load the list at once and the pictures when somebody presses play.
 * @param {HTMLVideoElement} video
 * @param {string} address
 * @param {(isMissing: boolean) => void} show */
function play(video, address, show) {
  const hls = new Hls({ enableWorker: false, autoStartLoad: false });
  const start = () => hls.startLoad();
  hls.on(Hls.Events.MANIFEST_PARSED, () => {
    show(false);
    if (!video.paused) start();
  });
  hls.on(Hls.Events.ERROR, (_name, problem) => {
    if (!problem.fatal) return;
    show(true);
    video.removeEventListener("play", start);
    hls.destroy();
    if (video.isConnected) setTimeout(() => play(video, address, show), AGAIN);
  });
  video.addEventListener("play", start);
  hls.loadSource(address);
  hls.attachMedia(video);
}
