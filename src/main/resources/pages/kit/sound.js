// Three sounds and a voice, so that a cashier need not look. Browsers keep silent until somebody has pressed
// something; `unlock` is called then. What cannot be heard is told: nobody notices silence.

let audio = null;
let isMute = false; // the voice was asked to speak and failed
let told = () => {};

const TONES = {
  good: [[880, 0, 0.12], [1320, 0.12, 0.18]],
  ask: [[660, 0, 0.15]],
  bad: [[220, 0, 0.25], [180, 0.3, 0.35]],
};

/** A voice of this machine's own, of the common language: what is said goes to nobody, and sounds the same here as next door. */
function voice() {
  return globalThis.speechSynthesis
    ?.getVoices()
    .find((each) => each.localService && /^(zh.(hans.)?cn|cmn)/i.test(each.lang));
}

/** What can be heard now: `locked` nothing, until somebody presses something; `tones` no voice; `voice` all. */
export function heard() {
  return audio?.state !== 'running' ? 'locked' : isMute || voice() === undefined ? 'tones' : 'voice';
}

/** @param changed called when `heard` may give something else */
export function onHeard(changed) {
  told = changed;
  globalThis.speechSynthesis?.addEventListener('voiceschanged', changed); // voices come late, or never
}

/** To be called whenever somebody has pressed something. */
export function unlock() {
  if (audio === null && (navigator.userActivation?.hasBeenActive ?? true)) {
    audio = new AudioContext();
    audio.onstatechange = () => told();
    told();
  } else if (audio !== null && audio.state !== 'running') {
    audio.resume().catch(() => {}); // it stays locked, and that is told
  }
}

/** @param name good, ask or bad */
export function beep(name) {
  if (audio?.state !== 'running') {
    return;
  }
  for (const [hertz, after, seconds] of TONES[name]) {
    const tone = audio.createOscillator();
    const volume = audio.createGain();
    const from = audio.currentTime + after;
    tone.frequency.value = hertz;
    volume.gain.setValueAtTime(0.2, from);
    volume.gain.exponentialRampToValueAtTime(0.001, from + seconds);
    tone.connect(volume).connect(audio.destination);
    tone.start(from);
    tone.stop(from + seconds);
  }
}

/** Says it aloud in Chinese, if this machine has a voice. */
export function say(text) {
  const chosen = voice();
  if (chosen === undefined) {
    return;
  }
  const words = new SpeechSynthesisUtterance(text);
  words.voice = chosen;
  words.lang = chosen.lang;
  words.onstart = () => mute(false);
  words.onerror = ({error}) => ['canceled', 'interrupted'].includes(error) || mute(true);
  speechSynthesis.cancel();
  speechSynthesis.speak(words);
}

function mute(yes) {
  if (isMute !== yes) {
    isMute = yes;
    told();
  }
}
