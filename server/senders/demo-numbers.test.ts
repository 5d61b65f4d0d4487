import { normalisePhone } from "@smscrm/core/contacts/phone";
import { describe, expect, it } from "vitest";
import { DEMO_NUMBERS } from "./demo-numbers.ts";

describe("the demo tenant's numbers", () => {
  it("are all different, and mobiles of their countries", () => {
    expect(new Set(DEMO_NUMBERS.map(({ phoneE164 }) => phoneE164)).size).toBe(DEMO_NUMBERS.length);
    // The library's data leaves out Ofcom's drama range on purpose; a short code is no telephone number.
    for (const { phoneE164, country } of DEMO_NUMBERS.filter(
      (each) => !["GB", "US"].includes(each.country),
    )) {
      expect(normalisePhone(phoneE164, country)).toMatchObject({
        ok: true,
        e164: phoneE164,
        country,
        lineType: "MOBILE",
      });
    }
  });

  it.each(["AU", "US"])("send a few hundred segments a second in %s", (country) => {
    const warm = DEMO_NUMBERS.filter((each) => each.country === country && !each.warmUpSchedule);
    expect(warm.reduce((sum, each) => sum + each.segmentsPerSecond, 0)).toBe(400);
  });

  it("include one in warm-up", () => {
    expect(DEMO_NUMBERS.filter((each) => each.warmUpSchedule)).toHaveLength(1);
  });
});
