import { z } from "zod";
import table from "../data/suppression-registers.json" with { type: "json" };

/** What overrides an entry by the register's own rule: see the table. */
const OVERRIDES = ["written", "express", "none"] as const;
type Override = (typeof OVERRIDES)[number];

const registerRow = z.strictObject({
  register: z.string().regex(/^[A-Z][A-Z-]{2,19}$/),
  /** ISO 3166-1 alpha-2; null: the list says which. */
  country: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .nullable(),
  state: z
    .string()
    .regex(/^[A-Z]{2}$/)
    .nullable(),
  name: z.string().min(3),
  covers: z.enum(["texts", "calls"]),
  validDays: z.int().min(1).max(366).nullable(),
  consent: z.enum(OVERRIDES),
  law: z.string().min(3),
  source: z.url({ protocol: /^https$/ }),
  format: z.string().min(3),
  checkedOn: z.iso.date(),
  confidence: z.enum(["high", "medium", "low"]),
  note: z.string().min(3).optional(),
});

/** A public register of people who want no marketing, with what its law says. */
export type Register = Readonly<z.output<typeof registerRow>>;

export const REGISTERS: readonly Register[] = table.rows.map((row) => registerRow.parse(row));

/** Returns a register by its key, or null. */
export function registerNamed(key: string): Register | null {
  return REGISTERS.find(({ register }) => register === key) ?? null;
}

/** Returns what overrides an entry on a list of this register. Nothing overrides one of a register that is not known. */
export function overrideOf(key: string): Override {
  return registerNamed(key)?.consent ?? "none";
}

const DAY_MS = 86_400_000;

/**
 * Returns from when on a list may not be relied on: the register's days after the beginning of the day of the download in
 * UTC, so never too late; or the day that the tenant states, if it is earlier. Null: never. Days are `YYYY-MM-DD`.
 */
export function listExpiry(key: string, downloadedOn: string, statedEnd: string | null): Date | null {
  const days = registerNamed(key)?.validDays ?? null;
  const byLaw = days === null ? null : Date.parse(`${downloadedOn}T00:00:00Z`) + days * DAY_MS;
  const stated = statedEnd === null ? null : Date.parse(`${statedEnd}T00:00:00Z`);
  const ends = [byLaw, stated].filter((end) => end !== null);
  return ends.length === 0 ? null : new Date(Math.min(...ends));
}
