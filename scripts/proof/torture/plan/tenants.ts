import { randomBytes, randomUUID } from "node:crypto";
import { ALL_DAY, type Hours, hoursAroundUtc, hoursAtClockChange, hoursAtTheirEdge } from "./hours.ts";

/** The role of a tenant in the run. */
export type Part =
  | "plain"
  | "edge"
  | "clock-change"
  | "tight"
  | "special"
  | "crowd"
  | "talkers"
  | "files"
  | "night-files";

export interface TestTenant {
  id: string;
  name: string;
  part: Part;
  /** Its sending number. */
  number: string;
  /** Its sending numbers for recipients in other countries. */
  abroad: readonly { phone: string; country: string }[];
  zone: string;
  hours: Hours;
  dailyBudgetCents: number;
  people: Person[];
  /** An owner's session, for the kill switch. */
  ownerId: string;
  sessionToken: string;
}

export interface Person {
  phone: string;
  zone: string;
  /** Whether the person is on the do-not-contact list from the start. */
  refused: boolean;
}

/** Returns all numbers that the tenant's texts may come from. */
export function numbersOf({ number, abroad }: TestTenant): string[] {
  return [number, ...abroad.map(({ phone }) => phone)];
}

export const PRICE_CENTS = 5.15;
const PLENTY_CENTS = 1e9;

const ABROAD = [
  { phone: "+64210000001", country: "NZ" },
  { phone: "+32470000001", country: "BE" },
];

/** Each person has one conversation in a run. */
const TALKERS = 400;

/** How many tenants of each kind there are, and how many contacts each has. */
export interface TenantSizes {
  plain: number;
  people: number;
  tightTenants: number;
  crowd: number;
}

/** The carrier's special numbers: the last six digits select the fault (infra/simulator/README.md). */
const ANSWERS = ["980104", "980105", "980429", "980500", "980501", "980502", "980503"] as const;
const CALLBACKS = ["980201", "980202", "980203", "980204"];
const REFUSALS = ["991211", "991610", "991614", "990003", "990005", "990007", "990008", "980200"];

/**
 * Returns the tenants of a run and their contacts. Pairs of tenants text the same people, because an opt-out to one
 * must not affect the other.
 */
export function makeTenants(size: TenantSizes, now: number, seconds: number): TestTenant[] {
  const tenants: TestTenant[] = [];
  const add = (part: Part, people: Person[], more: Partial<TestTenant> = {}) => {
    const at = tenants.length;
    tenants.push({
      id: randomUUID(),
      name: `${part} ${at}`,
      part,
      number: `+614800${String(10_000 + at)}`,
      abroad: [],
      zone: "Australia/Sydney",
      hours: ALL_DAY,
      dailyBudgetCents: PLENTY_CENTS,
      people,
      ownerId: randomUUID(),
      sessionToken: randomBytes(32).toString("base64url"),
      ...more,
    });
  };
  for (let at = 0; at < size.plain; at += 1) add("plain", ordinary(Math.floor(at / 2), size.people));
  const edge = hoursAtTheirEdge(now, 15_000 + seconds * 300, 20_000 + seconds * 300);
  const zones = Object.values(edge.zones);
  // It is always day where the tenant is. A program that used its clock instead of the recipient's would text people
  // at night.
  add("edge", ordinary(50, size.people, zones), { hours: edge.hours, zone: edge.zones.inside });
  const change = hoursAtClockChange(now, (seconds + 60) * 1_000);
  if (change) {
    const people = ordinary(51, Math.min(size.people, 400), [change.zone]);
    add("clock-change", people, { hours: change.closedByChange });
    add("clock-change", people, { hours: change.openedByChange });
  }
  for (let at = 0; at < size.tightTenants; at += 1)
    add("tight", ordinary(60 + at, 200), { dailyBudgetCents: Math.round(PRICE_CENTS * 40.5) });
  add("special", special());
  if (size.crowd > 0) add("crowd", crowd(size.crowd));
  add("talkers", ordinary(80, TALKERS));
  // Their contacts come with files during the run.
  add("files", [], { abroad: ABROAD });
  add("night-files", [], { hours: hoursAroundUtc(now) });
  return tenants;
}

function ordinary(group: number, count: number, zones: readonly string[] = ["Australia/Sydney"]): Person[] {
  return Array.from({ length: count }, (_, at) => ({
    phone: `+6141${String(group).padStart(2, "0")}${String(at + 1).padStart(5, "0")}`,
    zone: zones[at % zones.length]!,
    refused: false,
  }));
}

function special(): Person[] {
  const endings = [...ANSWERS, ...CALLBACKS, ...REFUSALS];
  return ["402", "403", "404", "405"].flatMap((prefix) =>
    endings.map((ending) => ({ phone: `+61${prefix}${ending}`, zone: "Australia/Sydney", refused: false })),
  );
}

/** Returns more people than one chunk of a launch. Nearly all of them must not be texted, so it is quickly done. */
function crowd(count: number): Person[] {
  return ordinary(70, count).map((person, at) => ({ ...person, refused: at % 200 !== 0 }));
}
