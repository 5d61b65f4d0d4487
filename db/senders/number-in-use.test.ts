import { REGISTRATIONS } from "@smscrm/core/campaigns/registration";
import { SENDER_RULES, senderFault } from "@smscrm/core/campaigns/sender-rules";
import { afterAll, beforeAll, expect, test } from "vitest";
import { openSendFixture } from "../testing/send-fixture.ts";
import { NUMBER_IN_USE } from "./number-in-use.ts";

let fixture: Awaited<ReturnType<typeof openSendFixture>>;
beforeAll(async () => {
  fixture = await openSendFixture();
});
afterAll(() => fixture.close());

const COUNTRIES = [...SENDER_RULES.map(({ country }) => country), "GB", "AU", "US", "CA", "HK", "FR"];
const SENDERS = [...new Set(COUNTRIES)].flatMap((country) => [
  ...["Acme", "#Acme", "info", "Info", "sms"].flatMap((name) =>
    REGISTRATIONS.map((registration) => ({
      ...{ country, kind: "alphanumeric", phoneE164: name, registration, carrierRegistration: null, days: 0 },
    })),
  ),
  ...["long-code", "toll-free", "short-code"].flatMap((kind) =>
    [null, "registered", "pending", "not-registered", "refused"].flatMap((carrierRegistration) =>
      [0, 8].map((days) => ({
        ...{ country, kind, phoneE164: "+1", registration: null, carrierRegistration, days },
      })),
    ),
  ),
]);

test("a sender is in use for SQL exactly where the rules of its country let it send some text", async () => {
  const rows = await fixture.sql<{ n: number; used: boolean }[]>`
    select n, ${fixture.sql.unsafe(NUMBER_IN_USE)} as used from (
      select n, 'active' as status, null::timestamptz as rested_until, s->>'country' as country, s->>'kind' as kind,
        s->>'phoneE164' as phone_e164, s->>'registration' as registration,
        s->>'carrierRegistration' as carrier_registration,
        now() - (s->>'days')::int * interval '1 day' as carrier_registration_read_at
      from jsonb_array_elements(${fixture.sql.json(SENDERS as never)}) with ordinality as given (s, n)
    ) sending_numbers order by n`;
  const text = { purpose: "transactional", offersOptOutMethod: true };
  const wrong = SENDERS.filter((sender, at) => {
    const known = sender.days > 7 ? null : sender.carrierRegistration;
    const fault = senderFault({ ...sender, carrierRegistration: known } as never, text, sender.country);
    return rows[at]!.used !== (fault === null);
  });
  expect(rows).toHaveLength(SENDERS.length);
  expect(wrong).toEqual([]);
  expect(new Set(rows.map(({ used }) => used)).size).toBe(2);
});
