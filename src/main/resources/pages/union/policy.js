// A standard of supervision as a form has it: in one row, with the contract's bounds, and which way is stricter.

/** Every number and switch in one row. */
export function flat({complaints, ...policy}) {
  return {...policy, ...complaints};
}

// name, least, most, and whether a higher number is the stricter one
const NUMBERS = [
  ['samplePayers', 3, 10_000, false], ['zMilli', 0, 5000, false], ['warnPermille', 1, 1000, false], ['rectifyPermille', 1, 1000, false],
  ['suspendPermille', 1, 1000, false], ['appealDays', 1, 90, true], ['sampleComplainants', 1, 1000, false], ['difficultWeight', 1, 1000, true],
  ['complexWeight', 1, 1000, true], ['warnWeight', 1, 100_000, false], ['rectifyWeight', 1, 100_000, false], ['suspendWeight', 1, 100_000, false],
];
const SWITCHES = ['autoRectify', 'autoSuspend', 'seriousCounts'];
const OF_COMPLAINTS = ['sampleComplainants', 'difficultWeight', 'complexWeight', 'warnWeight', 'rectifyWeight', 'suspendWeight', 'seriousCounts'];

/** @param policy in force, where the form begins */
export function fields(policy) {
  const values = flat(policy);
  return [
    ...NUMBERS.map(([name, min, max]) => ({name, kind: 'number', min, max, initial: String(values[name])})),
    ...SWITCHES.map((name) => ({name, kind: 'yes', initial: values[name] ? 'yes' : 'no'})),
  ];
}

/** Whether the new value of that name is stricter than the old one. */
export function isStricter(name, before, now) {
  return SWITCHES.includes(name) ? now : NUMBERS.find(([each]) => each === name)[3] ? now > before : now < before;
}

/** As the contract has it; the window is the topmost union's. */
export function policyOf(body, {windowDays}) {
  const part = (isOfComplaints) => Object.fromEntries(Object.entries(body).filter(([name]) => OF_COMPLAINTS.includes(name) === isOfComplaints));
  return {windowDays, ...part(false), complaints: part(true)};
}
