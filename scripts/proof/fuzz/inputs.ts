import { randomUUID } from "node:crypto";

/** A part of JSON Schema: what zod says of a procedure's input. */
export interface Shape {
  type?: string | string[];
  properties?: Record<string, Shape>;
  items?: Shape | boolean;
  anyOf?: Shape[];
  oneOf?: Shape[];
  allOf?: Shape[];
  enum?: unknown[];
  const?: unknown;
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
}

/** Numbers from 0 to below 1 that a seed repeats (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const nested = (depth: number): unknown => (depth === 0 ? [] : [nested(depth - 1)]);

/** What no field expects. */
const JUNK: readonly unknown[] = [
  ...[null, true, 0, -1, 1e308, -0.5, 2 ** 53, "", " ", "0", "null", "\u0000", "\ud800", "a\u0000b"],
  ...[
    "%00",
    "'; drop table contacts; --",
    "../../etc/passwd",
    "file:///etc/passwd",
    "=1+1",
    "{{first_name}}",
  ],
  ...["\u202eevil", "😀".repeat(400), "x".repeat(70_000), "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z"],
  ...["Infinity", "[object Object]", [], [[]], {}, { length: 1e9 }, { constructor: null }, nested(60)],
  Array.from({ length: 3_000 }, (_, nth) => nth),
];
const TEXTS = ["Sale", "Hi {{first_name|there}}, 20% off. Reply STOP to opt out.", "Australia/Sydney", "AU"];

/** Makes inputs that mostly fit their shape, of the tenant's own values and of another's. */
export function inputsFrom(random: () => number, own: readonly string[], foreign: readonly string[]) {
  const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)]!;
  const isId = (value: string) => /^[0-9a-f-]{36}$/.test(value);
  const ids = { own: own.filter(isId), foreign: foreign.filter(isId) };
  const known = () => pick(random() < 0.55 ? own : foreign);
  const id = () => {
    const which = random();
    return which < 0.5 ? pick(ids.own) : which < 0.85 ? pick(ids.foreign) : randomUUID();
  };
  const moment = () => new Date(Date.now() + (random() - 0.3) * 40 * 86_400_000).toISOString();

  function text({ format, pattern }: Shape): string {
    if (format === "uuid" || /0-9a-f/i.test(pattern ?? "")) return id();
    if (format === "date-time") return moment();
    if (format === "email" || random() < 0.6) return known();
    return pick(TEXTS);
  }
  function number({ minimum = -10, maximum = 1_000_000, type }: Shape): number {
    const low = Math.max(minimum, -1e15);
    const value = low + random() ** 3 * (Math.min(maximum, 1e15) - low);
    return type === "integer" ? Math.round(value) : value;
  }
  function fitting(shape: Shape, depth: number): unknown {
    const one = shape.anyOf ?? shape.oneOf;
    if (one) return value(pick(one), depth);
    if (shape.allOf) return Object.assign({}, ...shape.allOf.map((part) => value(part, depth)));
    if ("const" in shape) return shape.const;
    if (shape.enum) return pick(shape.enum);
    const type = Array.isArray(shape.type) ? pick(shape.type) : shape.type;
    if (type === "object") {
      const fields = Object.entries(shape.properties ?? {}).filter(() => random() < 0.9);
      return Object.fromEntries(fields.map(([name, field]) => [name, value(field, depth + 1)]));
    }
    if (type === "array") {
      return Array.from({ length: Math.floor(random() * 4) }, () => value(shape.items ?? {}, depth + 1));
    }
    if (type === "string") return text(shape);
    if (type === "number" || type === "integer") return number({ ...shape, type });
    if (type === "boolean") return random() < 0.5;
    return type === "null" ? null : known();
  }
  /** At the top less junk: a whole input of junk tests no field. */
  function value(given: Shape | boolean, depth = 0): unknown {
    const shape = typeof given === "boolean" ? {} : given;
    return random() < (depth === 0 ? 0.03 : 0.07) ? pick(JUNK) : fitting(shape, depth);
  }
  return { value, known, id, pick, junk: () => pick(JUNK) };
}
