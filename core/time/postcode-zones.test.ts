import { expect, test } from "vitest";
import data from "../data/postcode-zones.json" with { type: "json" };
import { zonesByPostcode } from "./postcode-zones.ts";
import { zoneFor, zonesOf } from "./time-zone.ts";

test.each([
  ["BR", "01310-100", ["America/Belem"]],
  ["BR", "53990-000", ["America/Noronha"]],
  ["BR", "69005040", ["America/Campo_Grande"]],
  ["BR", "69640", ["America/Campo_Grande", "America/Eirunepe"]],
  ["BR", "69.900-000", ["America/Eirunepe"]],
  ["BR", "78005-000", ["America/Campo_Grande"]],
  ["MX", "22000", ["America/Tijuana"]],
  ["MX", "32000", ["America/Mexico_City", "America/Ciudad_Juarez", "America/Matamoros"]],
  ["MX", "77500", ["America/Cancun"]],
  ["MX", "06000", ["America/Mexico_City"]],
  ["ID", "10110", ["Asia/Jakarta"]],
  ["ID", "80361", ["Asia/Makassar"]],
  ["ID", "99111", ["Asia/Makassar", "Asia/Jayapura"]],
  ["ES", "35001", ["Atlantic/Canary"]],
  ["ES", "28001", ["Europe/Madrid"]],
  ["PT", "9500-321", ["Atlantic/Azores"]],
  ["PT", "1000", ["Europe/Lisbon"]],
  ["NZ", "8942", ["Pacific/Chatham"]],
  ["NZ", " 6011 ", ["Pacific/Auckland"]],
] as const)("in %s the postcode %s is in %j", (country, postcode, zones) => {
  expect(zonesByPostcode(country, postcode)).toEqual(zones);
});

test.each([
  ["ES", "8001"],
  ["ES", "99001"],
  ["BR", "1310-100"],
  ["MX", "0600A"],
  ["MX", ""],
  ["FR", "75001"],
  [null, "75001"],
])("in %s the postcode %j says nothing", (country, postcode) => {
  expect(zonesByPostcode(country, postcode)).toBeNull();
});

test("all zones are ones of their country, and each of a country's can be found", () => {
  for (const [country, { ranges }] of Object.entries(data.countries)) {
    const found = new Set(ranges.flatMap(({ zones }) => zones));
    expect([...found].sort(), country).toEqual([...zonesOf(country)].sort());
  }
});

test("a person's postcode decides instead of every zone of the country", () => {
  const person = { e164: "+34612345678", country: "ES", lineType: "MOBILE" };
  expect(zoneFor(person).zones).toEqual(["Europe/Madrid", "Atlantic/Canary"]);
  expect(zoneFor({ ...person, postcode: "35001" })).toMatchObject({
    source: "postcode",
    zones: ["Atlantic/Canary"],
    regions: [],
  });
});
