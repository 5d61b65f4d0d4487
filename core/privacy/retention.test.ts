import { expect, it } from "vitest";
import { RETENTION_KINDS, RETENTION_MONTHS, retentionFault } from "./retention.ts";

it("lets each kind be kept within its limits, in whole months", () => {
  for (const kind of RETENTION_KINDS) {
    const { min, max } = RETENTION_MONTHS[kind];
    expect([min, max].map((months) => retentionFault(kind, months))).toEqual([null, null]);
    for (const months of [min - 1, max + 1, min + 0.5, Number.NaN])
      expect(retentionFault(kind, months), String(months)).toBe(`Choose from ${min} to ${max} months.`);
  }
});
