// What is said, in Chinese or English. Words stand in ../words alone: a page has a file of its own there
// for each language, beside the one that all pages share.

const CHOSEN = 'ecard.language';
const LARGE = 'ecard.large';
const LANGUAGES = {zh: 'zh-CN', en: 'en'};

function kept(name) {
  try {
    return localStorage.getItem(name);
  } catch {
    return null; // storage is switched off: what was chosen holds until the page is left
  }
}

function keep(name, value) {
  try {
    localStorage.setItem(name, value);
  } catch {
    // as above
  }
}

/** zh or en. */
export const language = kept(CHOSEN) ?? (navigator.language.startsWith('zh') ? 'zh' : 'en');

document.documentElement.lang = LANGUAGES[language];
document.documentElement.classList.toggle('large', kept(LARGE) === 'yes');

/** Shows the page in the other language. */
export function changeLanguage() {
  keep(CHOSEN, language === 'zh' ? 'en' : 'zh');
  location.reload();
}

/** Whether everything is shown half as large again. */
export function isLarge() {
  return document.documentElement.classList.contains('large');
}

export function changeSize() {
  keep(LARGE, document.documentElement.classList.toggle('large') ? 'yes' : 'no');
}

const said = new Map();

/** By a file of words that came with the page, in both languages. */
export function say(file, words) {
  said.set(file, words[language]);
}

async function wordsIn(file) {
  return said.get(file) ?? (await import(`../words/${file}.${language}.js`)).default;
}

/**
 * The words of a page.
 *
 * @param names of its files in ../words; of two that have the same key, the later counts
 * @returns gives the text of a key; `{name}` in it is filled from the second argument
 */
export async function wordsOf(...names) {
  const words = Object.assign({}, ...(await Promise.all(['kit', ...names].map(wordsIn))));
  return (key, values = {}) => {
    const text = words[key];
    if (text === undefined) {
      throw new Error(`no words for ${key}`);
    }
    return text.replace(/\{(\w+)\}/g, (place, value) => values[value] ?? place);
  };
}
