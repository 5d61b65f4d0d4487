/** Returns a number as texts show it: "1,234". */
export const count = (number: number): string => number.toLocaleString("en-US");

/** Returns a number with what it counts: `1 worker reaches`, `2 workers reach`. By default the plural has an "s". */
export const counted = (number: number, one: string, many = `${one}s`): string =>
  `${count(number)} ${number === 1 ? one : many}`;
