import fc from "fast-check";
import { describe, expect, it, test } from "vitest";
import type { MemberRole } from "../process/roles.ts";
import {
  answerLaunch,
  type CampaignCopy,
  canonicalCopy,
  copyDifferences,
  type Difference,
  decideFault,
  differenceWords,
  isLaunchedAlone,
  LAUNCHING_ROLES,
  launchAloneMax,
  repeatSentence,
} from "./approval.ts";

const fixed = (role: MemberRole["role"]): MemberRole => ({ role, customRole: null });
const custom = (id: string): MemberRole => ({
  role: "viewer",
  customRole: { id, name: "Writers", actions: ["campaigns.launch"] },
});

const COPY: CampaignCopy = {
  name: "Spring",
  body: "Acme: spring sale. Reply STOP to opt out.",
  audience: {
    kind: "saved",
    audienceId: "a",
    name: "Members",
    version: 2,
    definition: { match: "all", rules: [] },
  },
  senders: [{ id: "n1", number: "+61480001000", country: "AU" }],
  purpose: "marketing",
  topic: null,
  quietHours: null,
  smartEncoding: false,
  expiresAt: null,
  localTime: null,
  spreadMinutes: null,
  messagesPerMinute: null,
  launchAt: null,
  overrideReason: null,
};
const NOW = new Date("2026-11-30T00:00:00Z");
const hoursAgo = (hours: number) => new Date(NOW.getTime() - hours * 3_600_000);
const question = { recipients: 1_050, aloneMax: 500, now: NOW, copy: COPY };
const approval = { copy: COPY, recipients: 1_000, decidedAt: hoursAgo(1) };

describe("how many recipients a member may launch to alone", () => {
  it("is any number where no role has a limit", () => {
    expect(launchAloneMax(fixed("operator"), {})).toBeNull();
    expect(launchAloneMax(null, {})).toBeNull();
  });

  it("is the number of the fixed role, and any number for a role without one", () => {
    const limits = { operator: 500, approver: 0 };
    expect(LAUNCHING_ROLES.map((role) => launchAloneMax(fixed(role), limits))).toEqual([null, null, 500, 0]);
  });

  it("is a custom role's own number, else that of operators", () => {
    expect(launchAloneMax(custom("r"), { r: 20, operator: 500 })).toBe(20);
    expect(launchAloneMax(custom("other"), { r: 20, operator: 500 })).toBe(500);
    expect(launchAloneMax(custom("other"), { r: 20 })).toBeNull();
  });

  it("is nobody for a member who left, once any role has a limit", () => {
    expect(launchAloneMax(null, { operator: 500 })).toBe(0);
  });

  it("counts the limit itself as alone", () => {
    expect([499, 500, 501].map((recipients) => isLaunchedAlone(recipients, 500))).toEqual([
      true,
      true,
      false,
    ]);
    expect(isLaunchedAlone(1e9, null)).toBe(true);
  });
});

describe("a launch", () => {
  const sentence = (change: object) => {
    const answer = answerLaunch({ ...question, approval, ...change });
    return answer.kind === "ask" ? answer.sentence : answer.kind;
  };

  it("needs no approval up to the limit, whatever was approved", () => {
    expect(sentence({ recipients: 500, approval: null })).toBe("alone");
  });

  it("goes as approved, with an audience up to 5 % larger", () => {
    expect(sentence({})).toBe("approved");
    expect(sentence({ recipients: 1_051 })).toBe(
      "The audience grew from 1,000 recipients to 1,051 since it was approved. Ask for approval again.",
    );
    expect(sentence({ recipients: 501 })).toBe("approved");
  });

  it("asks for an approval where there is none", () => {
    expect(sentence({ approval: null })).toBe(
      "This goes to 1,050 recipients, and you may launch to 500 recipients alone. Ask somebody to approve it.",
    );
  });

  it("refuses what differs from the copy, by name", () => {
    expect(sentence({ copy: { ...COPY, body: "Other", topic: "Offers" } })).toBe(
      "Not as it was approved: the text, the purpose or topic changed. Ask for approval again.",
    );
  });

  it("by hand is valid for 72 hours after the decision; one at a set time has its time", () => {
    expect(sentence({ approval: { ...approval, decidedAt: hoursAgo(72) } })).toBe("approved");
    const old = { ...approval, decidedAt: hoursAgo(72.1) };
    expect(sentence({ approval: old })).toBe(
      "It was approved more than 72 hours ago. Ask for approval again.",
    );
    const copy = { ...COPY, launchAt: NOW.toISOString() };
    expect(sentence({ approval: { ...old, copy }, copy })).toBe("approved");
  });

  it("of a copy from before first parts differs from a campaign with one, and not from one without", () => {
    expect(sentence({ copy: { ...COPY, canary: null } })).toBe("approved");
    expect(sentence({ copy: { ...COPY, canary: { percent: 1, watchMinutes: 30 } } })).toContain(
      "the first part",
    );
  });
});

describe("what differs", () => {
  const CHANGES: Record<Difference, Partial<CampaignCopy>> = {
    name: { name: "Autumn" },
    text: { body: "Acme: other" },
    audience: { audience: { kind: "all" } },
    senders: { senders: [...COPY.senders, { id: "n2", number: "ACME", country: "AU" }] },
    purpose: { purpose: "service" },
    hours: { quietHours: [null, null, null, null, null, null, { open: "09:00", close: "10:00" }] },
    encoding: { smartEncoding: true },
    links: { shortenLinks: true },
    expiry: { expiresAt: "2026-12-01T00:00:00.000Z" },
    "first-part": { canary: { percent: 1, watchMinutes: 30 } },
    "ab-test": {
      abTest: {
        ...{ percent: 20, atLeast: 100, measure: "replies", waitMinutes: 60 },
        ...{ choice: "hand", unclear: "hold", defaultVariant: 1 },
      },
    },
    pace: { messagesPerMinute: 10 },
    time: { launchAt: "2026-12-01T00:00:00.000Z" },
    override: { overrideReason: "Everybody asked for it" },
  };

  test.each(Object.keys(CHANGES) as Difference[])(
    "%s: is found alone, both ways, and has words",
    (difference) => {
      const changed = { ...COPY, ...CHANGES[difference] };
      expect(copyDifferences(COPY, changed)).toEqual([difference]);
      expect(differenceWords([difference])).toMatch(/^(its|the) /);
      // A sender that is no longer used is no difference.
      expect(copyDifferences(changed, COPY)).toEqual(difference === "senders" ? [] : [difference]);
    },
  );

  it("is not the version of an audience whose conditions are the same", () => {
    const audience = { ...COPY.audience, version: 3, name: "All members" } as CampaignCopy["audience"];
    expect(copyDifferences(COPY, { ...COPY, audience })).toEqual([]);
    const definition = { match: "any" as const, rules: [] };
    const other = { ...audience, definition } as CampaignCopy["audience"];
    expect(copyDifferences(COPY, { ...COPY, audience: other })).toEqual(["audience"]);
  });

  it("does not depend on the order of keys, nor on keys without a value", () => {
    expect(canonicalCopy({ b: [1, null], a: { d: "x", c: undefined } })).toBe('{"a":{"d":"x"},"b":[1,null]}');
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (object) => {
        const reversed = Object.fromEntries(Object.entries(object).toReversed());
        expect(canonicalCopy(reversed)).toBe(canonicalCopy(object));
      }),
    );
  });

  it("has the same text only for equal copies", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (one, other) => {
        const isSame = canonicalCopy(one) === canonicalCopy(other);
        expect(isSame).toBe(canonicalCopy(JSON.parse(canonicalCopy(one))) === canonicalCopy(other));
        expect(JSON.parse(canonicalCopy(one))).toEqual(JSON.parse(JSON.stringify(one)));
      }),
    );
  });
});

test("neither who asked nor who changed it last decides", () => {
  const asked = { askedBy: "ann", editedBy: "bob" };
  expect(decideFault(asked, "ann")).toMatch(/^You asked for this approval/);
  expect(decideFault(asked, "bob")).toMatch(/^You changed this campaign last/);
  expect(decideFault(asked, "cleo")).toBeNull();
  expect(decideFault({ askedBy: "ann", editedBy: null }, "cleo")).toBeNull();
});

test("a repetition says how many, and what to do about this launch", () => {
  expect(repeatSentence(1_200, 500)).toBe(
    "This goes to 1,200 recipients, and its author may launch to 500 recipients alone. A repetition can't be approved in advance: ask for approval of this launch.",
  );
});
