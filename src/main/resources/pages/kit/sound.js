// Three sounds and a voice, so that a cashier need not look. Browsers keep silent until somebody has pressed
// something; `unlock` is called then.

let audio = null;

const TONES = {
  good: [[880, 0, 0.12], [1320, 0.12, 0.18]],
  ask: [[660, 0, 0.15]],
  bad: [[220, 0, 0.25], [180, 0.3, 0.35]],
};

/** To be called whenever somebody has pressed something: the first time counts. */
export function unlock() {
  if (audio === null && (navigator.userActivation?.hasBeenActive ?? true)) {
    audio = new AudioContext();
  }
}

/** Whether sounds can be heard. */
export function isHeard() {
  return audio?.state === 'running';
}

/** @param name good, ask or bad */
export function beep(name) {
  if (!isHeard()) {
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

/** Says it aloud, if this machine has a voice of that language of its own. */
export function say(text, lang) {
  const voice = globalThis.speechSynthesis
    ?.getVoices()
    .find((each) => each.localService && each.lang.replace('_', '-').startsWith(lang));
  if (voice !== undefined) {
    const words = new SpeechSynthesisUtterance(text);
    words.voice = voice;
    speechSynthesis.cancel();
    speechSynthesis.speak(words);
  }
}
