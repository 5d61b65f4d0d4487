/** The many ways in which people and programs write one number. All of them are read as the same. */

const fullWidth = (text: string) =>
  text.replace(/[0-9]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0));

/** `national` is nine digits without the zero: 491570006. */
export const AU_SPELLINGS: readonly ((national: string) => string)[] = [
  (n) => `0${n.slice(0, 3)} ${n.slice(3, 6)} ${n.slice(6)}`,
  (n) => `0${n}`,
  (n) => n,
  (n) => `+61${n}`,
  (n) => `+61 ${n.slice(0, 3)} ${n.slice(3, 6)} ${n.slice(6)}`,
  (n) => `61${n}`,
  (n) => `61${n}.0`,
  (n) => `${n}.0`,
  (n) => `0011 61 ${n.slice(0, 3)} ${n.slice(3, 6)} ${n.slice(6)}`,
  (n) => `0${n.slice(0, 3)}-${n.slice(3, 6)}-${n.slice(6)}`,
  (n) => `0${n.slice(0, 3)}.${n.slice(3, 6)}.${n.slice(6)}`,
  (n) => `(0${n.slice(0, 1)}) ${n.slice(1, 5)} ${n.slice(5)}`,
  (n) => `+61 (0) ${n.slice(0, 3)} ${n.slice(3, 6)} ${n.slice(6)}`,
  (n) => `+610${n}`,
  (n) => `Mobile: 0${n}`,
  (n) => `m 0${n}`,
  (n) => `'0${n}`,
  (n) => `="0${n}"`,
  (n) => `  0${n}  `,
  (n) => `0${n.slice(0, 3)}\u00a0${n.slice(3, 6)}\u00a0${n.slice(6)}`,
  (n) => fullWidth(`0${n}`),
  (n) => `0${n} ext 5`,
];

/** `national` is ten digits: 2125550123. The tenant is Australian, so each includes the American country code. */
export const US_SPELLINGS: readonly ((national: string) => string)[] = [
  (n) => `+1${n}`,
  (n) => `+1 ${n.slice(0, 3)} ${n.slice(3, 6)} ${n.slice(6)}`,
  (n) => `+1 (${n.slice(0, 3)}) ${n.slice(3, 6)}-${n.slice(6)}`,
  (n) => `+1-${n.slice(0, 3)}-${n.slice(3, 6)}-${n.slice(6)}`,
  (n) => `+1.${n.slice(0, 3)}.${n.slice(3, 6)}.${n.slice(6)}`,
  (n) => `0011 1 ${n.slice(0, 3)} ${n.slice(3, 6)} ${n.slice(6)}`,
  (n) => `00111${n}`,
  (n) => `Mobile: +1 ${n.slice(0, 3)} ${n.slice(3)}`,
  (n) => `'+1${n}`,
  (n) => `="+1${n}"`,
  (n) => ` +1 ${n} `,
  (n) => `+1\u00a0${n.slice(0, 3)}\u00a0${n.slice(3)}`,
  (n) => `+${fullWidth(`1${n}`)}`,
  (n) => `+1${n} x12`,
];
