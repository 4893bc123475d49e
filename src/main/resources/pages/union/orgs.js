// The unions below this person's, by name: asked for once, by whatever screen is the first to need them.

const PAGE = 200;

let known = null;

async function all(ask) {
  const orgs = [];
  let page;
  do {
    page = (await ask('listOrgs', {query: orgs.length === 0 ? {} : {after: orgs.at(-1).code}})).orgs;
    orgs.push(...page);
  } while (page.length === PAGE);
  return orgs;
}

/** All of them: `{code, parent, kind, name, areaCode}`. */
export function orgsOf(ask) {
  known ??= all(ask).catch((error) => {
    known = null;
    throw error;
  });
  return known;
}

/** Gives the name of a code; the code of one that is not below this person's. */
export async function namesOf(ask) {
  const names = new Map((await orgsOf(ask)).map(({code, name}) => [code, name]));
  return (code) => names.get(code) ?? code;
}

/** One was added: they are asked for anew. */
export function forgetOrgs() {
  known = null;
}
