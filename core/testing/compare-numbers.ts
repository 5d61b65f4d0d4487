const DECIMALS = 6;

/** Compares two numbers in stored form, exactly: less than 0, 0 or more than 0. */
export function compareNumbers(one: string, other: string): number {
  const [left, right] = [scaled(one), scaled(other)];
  return left < right ? -1 : left > right ? 1 : 0;
}

function scaled(value: string): bigint {
  const [whole = "", decimals = ""] = value.split(".");
  return BigInt(whole.replace("-", "") + decimals.padEnd(DECIMALS, "0")) * (value.startsWith("-") ? -1n : 1n);
}
