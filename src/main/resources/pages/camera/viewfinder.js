// A camera that looks for one code. Loaded when somebody opens it: no page needs it before.

import {html, nothing} from '../kit/view.js';
import {wordsOf} from '../kit/words.js';
import {reader} from './reader.js';

const FRAME_MS = 125;
const PAUSE_MS = 30; // for the page itself, where reading takes long
const CROP = {width: 800, height: 600};
const WANTED = {video: {facingMode: {ideal: 'environment'}, width: {ideal: 1280}, height: {ideal: 720}}, audio: false};

const PROBLEMS = {
  NotAllowedError: 'denied',
  SecurityError: 'denied',
  NotFoundError: 'none',
  OverconstrainedError: 'none',
  NotReadableError: 'busy',
  AbortError: 'busy',
};

/** Opens the camera at the back, if there are several. */
export class Viewfinder {
  #t;
  #found;
  #changed;
  #stream = null;
  #problem = null;
  #read = null;

  /**
   * @param found called once, with the text of the first code
   * @param changed called when what `view` gives is another
   */
  static async open(found, changed) {
    const opened = new Viewfinder(await wordsOf('camera'), found, changed);
    opened.look();
    return opened;
  }

  constructor(t, found, changed) {
    this.#t = t;
    this.#found = found;
    this.#changed = changed;
  }

  /** Tries to look, for the first time or again. */
  async look() {
    this.#tell(null);
    let stream;
    try {
      stream = await navigator.mediaDevices.getUserMedia(WANTED);
    } catch (error) {
      this.#tell(PROBLEMS[error.name] ?? 'insecure');
      return;
    }
    if (this.#changed === null) {
      stop(stream); // left meanwhile
      return;
    }
    this.#stream = stream;
    stream.getVideoTracks()[0].addEventListener('ended', () => this.#lost());
    this.#tell(null);
    try {
      this.#read ??= await reader();
    } catch {
      this.#lost('reader');
      return;
    }
    await this.#frames(stream);
  }

  /** Ends it; nothing is called any more. */
  close() {
    this.#changed = null;
    stop(this.#stream);
    this.#stream = null;
  }

  #tell(problem) {
    this.#problem = problem;
    this.#changed?.();
  }

  #lost(problem = 'unplugged') {
    if (this.#stream !== null) {
      stop(this.#stream);
      this.#stream = null;
      this.#tell(problem);
    }
  }

  async #frames(stream) {
    const canvas = document.createElement('canvas');
    const pen = canvas.getContext('2d', {willReadFrequently: true});
    for (let fineness = 1; this.#stream === stream; fineness = 1.5 - fineness) {
      const from = performance.now();
      const text = draw(document.querySelector('#viewfinder'), canvas, pen, fineness) ? await this.#read(canvas) : null;
      if (text !== null && this.#stream === stream) {
        this.close();
        this.#found(text);
        return;
      }
      await new Promise((done) => setTimeout(done, Math.max(PAUSE_MS, FRAME_MS - (performance.now() - from))));
    }
  }

  /** @param leave called by who does not want to look any more */
  view(leave) {
    const t = this.#t;
    return html`
      ${this.#problem === null ? nothing : html`<p class="problem" role="alert">${t(`problem.${this.#problem}`)}</p>`}
      ${this.#problem !== null ? nothing : html`
        <div class="viewfinder">
          <video id="viewfinder" autoplay playsinline .muted=${true} aria-label=${t('picture')} .srcObject=${this.#stream}></video>
        </div>
        <p class="hint" role="status">${t(this.#stream === null ? 'opening' : 'hold')}</p>`}
      <div class="doings">
        ${this.#problem === null ? nothing : html`<button type="button" class="primary" id="look" @click=${() => this.look()}>${t('again')}</button>`}
        <button type="button" id="leave" data-first @click=${() => {
          this.close();
          leave();
        }}>${t('leave')}</button>
      </div>`;
  }
}

function stop(stream) {
  stream?.getTracks().forEach((track) => track.stop());
}

/**
 * The middle of the picture, at most as large as is read in time; whether there was one.
 *
 * @param fineness 1, or 0.5 for half of it: bars need all that there is, and a large code is lost in the noise of
 *     its own areas
 */
function draw(video, canvas, pen, fineness) {
  if (video === null || video.videoWidth === 0) {
    return false;
  }
  const {videoWidth, videoHeight} = video;
  const scale = Math.max(1, Math.min(videoWidth / CROP.width, videoHeight / CROP.height) * 0.8);
  const width = Math.min(videoWidth, CROP.width * scale);
  const height = Math.min(videoHeight, CROP.height * scale);
  canvas.width = Math.round((width / scale) * fineness);
  canvas.height = Math.round((height / scale) * fineness);
  pen.drawImage(video, (videoWidth - width) / 2, (videoHeight - height) / 2, width, height, 0, 0, canvas.width, canvas.height);
  return true;
}
