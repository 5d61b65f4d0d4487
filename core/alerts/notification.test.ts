import { describe, expect, test } from "vitest";
import { type AlertNotice, pagerDutyEvent, slackMessage } from "./notification.ts";
import { ALERT_RULE_NAMES } from "./rules.ts";

const notice = (change: Partial<AlertNotice> = {}): AlertNotice => ({
  id: "0199-a",
  rule: "delivery-rate-critical",
  severity: "critical",
  tenantId: "t1",
  tenantName: "Acme",
  object: "",
  summary: "84.2 % of 1,010 messages were delivered.",
  openedAt: new Date("2026-11-25T02:00:30Z"),
  resolvedAt: null,
  publicUrl: "https://texts.example.com",
  ...change,
});
const resolvedAt = new Date("2026-11-25T03:10:59Z");

describe("PagerDuty", () => {
  test("a trigger has everything that the paged person needs", () => {
    expect(pagerDutyEvent(notice(), "k".repeat(32))).toEqual({
      routing_key: "k".repeat(32),
      dedup_key: "smscrm/t1/delivery-rate-critical/0199-a",
      event_action: "trigger",
      payload: {
        summary: "Delivery rate below 90 % (Acme): 84.2 % of 1,010 messages were delivered.",
        source: "texts.example.com",
        severity: "critical",
        timestamp: "2026-11-25T02:00:30.000Z",
        component: "smscrm",
        group: "t1",
        class: "delivery-rate-critical",
        custom_details: {
          what_to_do: expect.stringContaining("pnpm run doctor"),
          runbook: 'docs/runbook.md, "Issue: High failure rate"',
          object: "",
        },
      },
      client: "smscrm",
      client_url: "https://texts.example.com/alerts#0199-a",
      links: [{ href: "https://texts.example.com/alerts#0199-a", text: "The alert in the dashboard" }],
    });
  });

  test("a resolve has the same key and nothing else", () => {
    expect(pagerDutyEvent(notice({ resolvedAt }), "k")).toEqual({
      routing_key: "k",
      dedup_key: pagerDutyEvent(notice(), "k").dedup_key,
      event_action: "resolve",
    });
  });

  test("about the whole system, and at most 1,024 characters", () => {
    const event = pagerDutyEvent(
      notice({ tenantId: null, tenantName: null, summary: "😀".repeat(2_000) }),
      "k",
    );
    const payload = event.payload as { summary: string; group: string };
    expect([...payload.summary]).toHaveLength(1_024);
    expect(payload.summary).toMatch(/^Delivery rate below 90 %: 😀.*😀…$/);
    expect(payload.group).toBe("system");
    expect(event.dedup_key).toBe("smscrm/system/delivery-rate-critical/0199-a");
  });

  test("no key is longer than 255 characters", () => {
    const uuid = "0".repeat(36);
    for (const rule of ALERT_RULE_NAMES) {
      const event = pagerDutyEvent(notice({ rule, id: uuid, tenantId: uuid }), "k");
      expect(String(event.dedup_key)).toMatch(/^smscrm.{50,240}$/);
    }
  });
});

describe("Slack", () => {
  test("says what, where, what to do and where to read", () => {
    expect(slackMessage(notice()).text.split("\n")).toEqual([
      "*Delivery rate below 90 %* · Acme",
      "84.2 % of 1,010 messages were delivered.",
      expect.stringMatching(/^What to do: Diagnose with pnpm run doctor/),
      'Runbook: docs/runbook.md, "Issue: High failure rate" · <https://texts.example.com/alerts#0199-a|the alert in the dashboard>',
    ]);
  });

  test("says that it is over, and how long it lasted", () => {
    expect(slackMessage(notice({ resolvedAt, tenantName: null })).text.split("\n")).toEqual([
      "Resolved: *Delivery rate below 90 %* · the whole system",
      "Since 2026-11-25 02:00 UTC, until 2026-11-25 03:10 UTC. Last: 84.2 % of 1,010 messages were delivered.",
    ]);
  });

  test("a name can't call the channel, and a text is never too long", () => {
    const { text } = slackMessage(notice({ tenantName: "A & <!channel>", summary: "<@U1> ".repeat(1_000) }));
    expect(text).toContain("A &amp; &lt;!channel&gt;");
    expect(text).not.toMatch(/<[!@]/);
    expect([...text]).toHaveLength(2_900);
    const over = slackMessage(notice({ resolvedAt, summary: "<!here>" })).text;
    expect(over).toContain("&lt;!here&gt;");
  });
});
