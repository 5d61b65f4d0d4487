import { expect, test } from "vitest";
import { candidateColumnsFor } from "./candidates.ts";

test("every fact about a person is in the key of their class, or told apart there", () => {
  // A column that is new here must join classKey. Otherwise a preflight takes people for alike who are not.
  const names = [...candidateColumnsFor([]).matchAll(/as "(\w+)"|c\.(\w+)(?=,|\s*$)/gm)].map(
    ([, alias, column]) => alias ?? column,
  );
  const inKey = [
    ...[
      "phoneE164",
      "country",
      "lineType",
      "state",
      "postcode",
      "addressCountry",
      "timezone",
      "timezoneSource",
    ],
    ...["consentBasis", "consentExpiresAt", "consentSummary", "invalidReason", "doNotContactSince"],
    ...["suppressedBy", "recentSubmissions", "stickySenderId"],
  ];
  const ofTheText = ["firstName", "lastName", "email", "city"];
  const onlyNamed = ["contactId", "doNotContactSource"];
  expect(new Set(names)).toEqual(new Set([...inKey, ...ofTheText, ...onlyNamed]));
});
