import fc from "fast-check";
import { describe, expect, test } from "vitest";
import auPlaces from "../data/au-places.json" with { type: "json" };
import countryZones from "../data/country-zones.json" with { type: "json" };
import nanp from "../data/nanp-area-codes.json" with { type: "json" };
import stateZones from "../data/state-zones.json" with { type: "json" };
import { DEFAULT_SCHEDULE, isOpen, isOpenEverywhere } from "./quiet-hours.ts";
import { isValidZone, isZoneOf, type ZoneClues, zoneFor, zonesOf } from "./time-zone.ts";

const MOBILE: ZoneClues = { e164: "+61491570006", country: "AU", lineType: "MOBILE" };
const AUSTRALIA = ["Sydney", "Brisbane", "Adelaide", "Darwin", "Perth"].map((city) => `Australia/${city}`);

describe("the most trusted clue names the source, and clues that disagree add their zones", () => {
  const all: ZoneClues = {
    e164: "+61892200000",
    country: "AU",
    lineType: "FIXED_LINE",
    stated: "Australia/Darwin",
    postcode: "7000",
    state: "QLD",
    tenantZone: "Australia/Sydney",
    tenantCountry: "AU",
    trustTenantZone: true,
  };
  test.each([
    ["stated", {}, ["Australia/Darwin", "Australia/Hobart", "Australia/Brisbane", "Australia/Perth"]],
    ["postcode", { stated: null }, ["Australia/Hobart", "Australia/Brisbane", "Australia/Perth"]],
    ["state", { stated: "", postcode: "" }, ["Australia/Brisbane", "Australia/Perth"]],
    ["area-code", { stated: null, postcode: null, state: null }, ["Australia/Perth"]],
    [
      "tenant-default",
      { stated: null, postcode: null, state: null, e164: MOBILE.e164 },
      ["Australia/Sydney"],
    ],
    [
      "unknown",
      { stated: null, postcode: null, state: null, e164: MOBILE.e164, trustTenantZone: false },
      AUSTRALIA,
    ],
  ])("%s", (source, without, zones) => {
    expect(zoneFor({ ...all, ...without })).toMatchObject({ source, zones });
  });

  test("an empty clue is skipped", () => {
    const clues = {
      ...MOBILE,
      stated: "Mars/Base",
      postcode: "99",
      state: "Atlantis",
      tenantZone: "Mars/Base",
    };
    expect(zoneFor({ ...clues, tenantCountry: "AU", trustTenantZone: true })).toEqual({
      source: "unknown",
      zones: AUSTRALIA,
      regions: [],
    });
    expect(zoneFor({ ...MOBILE, stated: " Australia/Perth " }).zones).toEqual(["Australia/Perth"]);
  });
});

describe("Australia", () => {
  test("a mobile number has no location", () => {
    expect(zoneFor(MOBILE)).toEqual({ source: "unknown", zones: AUSTRALIA, regions: [] });
    expect(zoneFor({ ...MOBILE, e164: "+61892200000" }).source).toBe("unknown");
  });

  test.each([
    ["+61261000000", "ACT", ["Australia/Sydney"]],
    ["+61362000000", "TAS", ["Australia/Hobart"]],
    ["+61390000000", "VIC", ["Australia/Melbourne"]],
    ["+61730000000", "QLD", ["Australia/Brisbane"]],
    ["+61755065000", "NSW", ["Australia/Sydney"]],
    ["+61889000000", "NT", ["Australia/Darwin"]],
    ["+61882000000", "SA", ["Australia/Adelaide"]],
    ["+61880000000", "NSW", ["Australia/Broken_Hill", "Australia/Sydney"]],
    ["+61265080000", "NSW", ["Australia/Lord_Howe"]],
    ["+61890393000", "WA", ["Australia/Perth", "Australia/Eucla"]],
  ])("the landline %s is in %s", (e164, region, zones) => {
    expect(zoneFor({ e164, country: "AU", lineType: "FIXED_LINE" })).toEqual({
      source: "area-code",
      regions: [{ country: "AU", region }],
      zones,
    });
  });

  test.each(["+61130000000", "+611300000000", "+611800000000"])("%s has no location", (e164) => {
    expect(zoneFor({ e164, country: "AU" }).source).toBe("unknown");
  });

  test.each([
    ["2000", "NSW", ["Australia/Sydney"]],
    ["2612", "ACT", ["Australia/Sydney"]],
    ["2880", "NSW", ["Australia/Broken_Hill", "Australia/Sydney"]],
    ["6000", "WA", ["Australia/Perth"]],
    ["6798", "CX", ["Indian/Christmas"]],
    ["0800", "NT", ["Australia/Darwin"]],
    ["800", "NT", ["Australia/Darwin"]],
    [" 5000 ", "SA", ["Australia/Adelaide"]],
  ])("postcode %j is in %s", (postcode, region, zones) => {
    expect(zoneFor({ ...MOBILE, postcode })).toEqual({
      source: "postcode",
      regions: [{ country: "AU", region }],
      zones,
    });
  });

  test.each(["0100", "12", "20000", "2OOO"])("postcode %j is none", (postcode) => {
    expect(zoneFor({ ...MOBILE, postcode }).source).toBe("unknown");
  });

  test("a state may be a code or a name; all of New South Wales includes Broken Hill", () => {
    const zones = ["Australia/Sydney", "Australia/Broken_Hill"];
    for (const state of ["NSW", " nsw ", "New South Wales"]) {
      expect(zoneFor({ ...MOBILE, state })).toEqual({
        source: "state",
        regions: [{ country: "AU", region: "NSW" }],
        zones,
      });
    }
  });
});

describe("North America", () => {
  const texan: ZoneClues = { e164: "+12145550123", country: "US", lineType: "FIXED_LINE_OR_MOBILE" };

  test("an area code gives the state, and every zone of it", () => {
    expect(zoneFor(texan)).toEqual({
      source: "area-code",
      regions: [{ country: "US", region: "TX" }],
      zones: ["America/Chicago"],
    });
    expect(zoneFor({ e164: "+18505550123", country: "US" })).toMatchObject({
      regions: [{ country: "US", region: "FL" }],
      zones: ["America/Chicago", "America/New_York"],
    });
  });

  test("a state and an area code that disagree both count, for zones and laws", () => {
    const regions = [
      { country: "US", region: "WA" },
      { country: "US", region: "TX" },
    ];
    expect(zoneFor({ ...texan, state: "Washington" })).toEqual({
      source: "state",
      regions,
      zones: ["America/Los_Angeles", "America/Chicago"],
    });
    expect(zoneFor({ ...texan, stated: "America/Denver" })).toMatchObject({
      source: "stated",
      regions: [{ country: "US", region: "TX" }],
      zones: ["America/Denver", "America/Chicago"],
    });
  });

  test("an address in another country counts beside the number", () => {
    expect(zoneFor({ ...MOBILE, state: "California" })).toEqual({
      source: "state",
      regions: [{ country: "US", region: "CA" }],
      zones: ["America/Los_Angeles", ...AUSTRALIA],
    });
    expect(zoneFor({ ...texan, state: "Victoria" })).toMatchObject({
      zones: ["Australia/Melbourne", "America/Chicago"],
    });
  });

  test("a code of the other country, or of none, does not count", () => {
    expect(zoneFor({ ...texan, country: "CA" }).source).toBe("unknown");
    expect(zoneFor({ e164: "+18005550123", country: "US" })).toMatchObject({
      source: "unknown",
      regions: [],
    });
    expect(zoneFor({ ...texan, country: null }).source).toBe("area-code");
  });

  test("a code of a country without states only gives its zone", () => {
    expect(zoneFor({ e164: "+12423591234", country: "BS" })).toEqual({
      source: "area-code",
      regions: [],
      zones: ["America/Nassau"],
    });
  });

  test("a Canadian postal code gives the province by its first letter", () => {
    const canadian: ZoneClues = { e164: "+18005550123", country: "CA" };
    expect(zoneFor({ ...canadian, postcode: "v6b 1a1" })).toMatchObject({
      source: "postcode",
      regions: [{ country: "CA", region: "BC" }],
    });
    expect(zoneFor({ ...canadian, postcode: "X0A 0H0" }).source).toBe("unknown");
    expect(zoneFor({ ...canadian, postcode: "123456" }).source).toBe("unknown");
  });
});

describe("the tenant's own zone", () => {
  const briton: ZoneClues = { e164: "+447700900123", country: "GB" };

  test("counts for its country if that has only one zone", () => {
    const tenant = { tenantZone: "Europe/London", tenantCountry: "GB" };
    expect(zoneFor({ ...briton, ...tenant }).source).toBe("tenant-default");
    expect(zoneFor({ ...briton, ...tenant, tenantCountry: "AU" })).toMatchObject({
      source: "unknown",
      zones: ["Europe/London"],
    });
    expect(zoneFor({ ...briton, ...tenant, tenantZone: "Asia/Tokyo" })).toMatchObject({
      zones: ["Europe/London"],
    });
  });

  test("counts in a country with several zones only if the tenant's settings say so", () => {
    const tenant = { ...MOBILE, tenantZone: "Australia/Perth", tenantCountry: "AU" };
    expect(zoneFor(tenant).zones).toEqual(AUSTRALIA);
    expect(zoneFor({ ...tenant, trustTenantZone: true })).toMatchObject({
      source: "tenant-default",
      zones: ["Australia/Perth"],
    });
    expect(zoneFor({ ...tenant, country: "NZ", trustTenantZone: true }).source).toBe("unknown");
  });
});

test("an unknown country has no zones, and is never open", () => {
  expect(zonesOf("ZZ")).toEqual([]);
  expect(zonesOf("constructor")).toEqual([]);
  expect(zoneFor({ e164: "+8835100000000", country: null, tenantZone: "UTC" })).toMatchObject({ zones: [] });
});

test("this runtime knows every zone in the data", () => {
  const zones = new Set([
    ...Object.values(countryZones.zones).flat(),
    ...Object.values(nanp.areaCodes).flatMap(({ zones }) => zones),
    ...Object.values(auPlaces.prefixes).flatMap(({ zones }) => zones),
    ...Object.values(auPlaces.postcodeExceptions).flatMap(({ zones }) => zones),
    ...Object.values(stateZones.states).flatMap((states) =>
      Object.values(states).flatMap(({ zones }) => zones),
    ),
  ]);
  expect([...zones].filter((zone) => !isValidZone(zone))).toEqual([]);
});

describe("a stated zone", () => {
  test.each([
    "UTC",
    "GMT",
    "Etc/UTC",
    "Etc/GMT-10",
    "etc/gmt+5",
    "EST5EDT",
    "Zulu",
    "+10:00",
    "Z",
    "0",
    "SystemV/PST8",
  ])("%s is not a location, and does not count", (stated) => {
    expect(zoneFor({ ...MOBILE, stated })).toEqual({ source: "unknown", zones: AUSTRALIA, regions: [] });
  });

  test("abroad counts beside the number's country", () => {
    expect(zoneFor({ ...MOBILE, stated: "Europe/London" }).zones).toEqual(["Europe/London", ...AUSTRALIA]);
  });

  test.each(["Australia/Melbourne", "Australia/Lord_Howe", "Indian/Christmas", "Antarctica/Macquarie"])(
    "%s at home stands alone",
    (stated) => {
      expect(zoneFor({ ...MOBILE, stated }).zones).toEqual([stated]);
    },
  );

  test("with the same clocks as the address adds nothing", () => {
    const clues = { ...MOBILE, stated: "Australia/Melbourne", state: "NSW" };
    expect(zoneFor(clues).zones).toEqual(["Australia/Melbourne"]);
  });

  test("is open only when the zones of all clues are open", () => {
    const zones = fc.constantFrom(...AUSTRALIA, "Europe/London", "America/New_York", "UTC", "");
    const states = fc.constantFrom("NSW", "WA", "California", "Texas", "");
    const instants = fc.date({
      min: new Date("2026-01-01"),
      max: new Date("2027-01-01"),
      noInvalidDate: true,
    });
    const open = (zone: string, at: Date) => isOpen(DEFAULT_SCHEDULE, zone, at);
    fc.assert(
      fc.property(zones, states, instants, (stated, state, at) => {
        const answer = zoneFor({ ...MOBILE, stated, state });
        if (!isOpenEverywhere([DEFAULT_SCHEDULE], answer.zones, at)) return;
        if (stated.includes("/")) expect(open(stated, at)).toBe(true);
        const alone = zoneFor({ ...MOBILE, state });
        expect(alone.zones.some((zone) => open(zone, at))).toBe(true);
        // The number is Australian: in some Australian zone it is day.
        expect(AUSTRALIA.some((zone) => open(zone, at))).toBe(true);
      }),
    );
  });
});

describe("two places at once", () => {
  const american = { country: "US", lineType: "FIXED_LINE_OR_MOBILE" };

  test.each<[string, Omit<ZoneClues, "country" | "lineType">, string[]]>([
    [
      "a ZIP of another state",
      { e164: "+14155550123", postcode: "10001" },
      ["America/New_York", "America/Los_Angeles"],
    ],
    [
      "a ZIP with four more digits",
      { e164: "+14155550123", postcode: "60601-1234" },
      ["America/Chicago", "America/Los_Angeles"],
    ],
    [
      "a ZIP that lost its zero",
      { e164: "+14155550123", postcode: "2101" },
      ["America/New_York", "America/Los_Angeles"],
    ],
    [
      "a ZIP of Puerto Rico",
      { e164: "+14155550123", postcode: "00901" },
      ["America/Puerto_Rico", "America/Los_Angeles"],
    ],
    [
      "a Canadian postcode",
      { e164: "+12125550123", postcode: "V6B 1A1" },
      ["America/Vancouver", "America/New_York"],
    ],
    ["a ZIP of the same state", { e164: "+14155550123", postcode: "94103" }, ["America/Los_Angeles"]],
  ])("%s: every zone counts", (_, clues, zones) => {
    const found = zoneFor({ ...american, ...clues });
    for (const zone of zones) expect(found.zones, zone).toContain(zone);
    expect(found.source).toBe("postcode");
    if (zones.length === 1) expect(found.zones).toEqual(zones);
  });

  test("an address in another country adds its zones, and its state is read there", () => {
    const abroad = zoneFor({ ...MOBILE, addressCountry: "US", state: "WA" });
    expect(abroad.zones).toEqual(["America/Los_Angeles", ...AUSTRALIA]);
    expect(abroad.regions).toEqual([{ country: "US", region: "WA" }]);
    expect(zoneFor({ ...MOBILE, addressCountry: "NZ" })).toEqual({
      source: "unknown",
      zones: [...AUSTRALIA, "Pacific/Auckland", "Pacific/Chatham"].filter((zone) =>
        [...AUSTRALIA, ...zonesOf("NZ")].includes(zone),
      ),
      regions: [],
    });
    const trusted = { tenantZone: "Australia/Perth", tenantCountry: "AU", trustTenantZone: true };
    expect(zoneFor({ ...MOBILE, ...trusted }).zones).toEqual(["Australia/Perth"]);
    expect(zoneFor({ ...MOBILE, ...trusted, addressCountry: "GB" }).zones).toContain("Europe/London");
    expect(zoneFor({ ...MOBILE, ...trusted, addressCountry: "AU" }).zones).toEqual(["Australia/Perth"]);
  });

  test("a stated zone of neither the number's country nor the address's adds both", () => {
    const { zones } = zoneFor({ ...MOBILE, stated: "Europe/Paris", addressCountry: "NZ" });
    for (const zone of ["Europe/Paris", "Australia/Perth", "Pacific/Auckland"]) expect(zones).toContain(zone);
  });

  test("a stated zone of another country is no statement, although its clocks show the same", () => {
    expect(zoneFor({ ...MOBILE, stated: "Asia/Singapore" }).zones).toEqual(["Asia/Singapore", ...AUSTRALIA]);
    for (const stated of ["Australia/West", "Australia/Perth", "Australia/Lord_Howe"])
      expect(zoneFor({ ...MOBILE, stated }).zones).toEqual([stated]);
    expect(zoneFor({ ...MOBILE, stated: "Asia/Singapore", addressCountry: "SG" }).zones).toContain(
      "Australia/Sydney",
    );
    const american = { ...MOBILE, country: "US", e164: "+18005550123" };
    expect(zoneFor({ ...american, stated: "US/Pacific" }).zones).toEqual(["US/Pacific"]);
    expect(zoneFor({ ...american, stated: "America/Tijuana" }).zones).toContain("America/New_York");
    expect(zoneFor({ ...MOBILE, country: null, stated: "Asia/Tokyo" }).zones).toEqual(["Asia/Tokyo"]);
  });

  test("a ZIP that no state has, or of the forces, says nothing", () => {
    for (const postcode of ["00000", "09012", "34012", "123456", "AB1"])
      expect(zoneFor({ ...american, e164: "+14155550123", postcode }).source).toBe("area-code");
  });
});

test("a postcode of a country that we have no places of says nothing", () => {
  expect(zoneFor({ e164: "+447700900123", country: "GB", postcode: "SW1A 1AA" }).source).toBe("unknown");
});

test("a zone is a country's by any of its names, and a country without zones has none", () => {
  expect(isZoneOf("AU", "Australia/Sydney")).toBe(true);
  expect(isZoneOf("AU", "Europe/Paris")).toBe(false);
  expect(isZoneOf("ZZ", "Europe/Paris")).toBe(false);
});
