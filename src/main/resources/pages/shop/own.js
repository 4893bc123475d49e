// Asks for what is the merchant's own.

/** As `desk.ask`, of the merchant whose account it is. */
export function own(desk, operation, {path = {}, ...how} = {}) {
  return desk.ask(operation, {...how, path: {merchantNo: desk.me.merchantNo, ...path}});
}
