// biome-ignore-all lint/suspicious/noTemplateCurlyInString: what a patch looks for is source text.
import type { Mutant } from "./mutant.ts";

/** Gates that are skipped, asked too early, or obeyed too late. */
export const GATE_MUTANTS: readonly Mutant[] = [
  {
    name: "no-do-not-contact",
    does: "does not ask the do-not-contact gate",
    breaks: "I3",
    phases: ["gates"],
    patches: [
      {
        file: "core/gates/index.ts",
        find: '  { name: "do-not-contact", ask: doNotContact },\n',
        replace: "",
      },
    ],
  },
  {
    name: "no-kill-switch",
    does: "does not ask the kill switch at the claim: queued messages are still sent",
    breaks: "I3",
    phases: ["gates"],
    patches: [
      { file: "core/gates/index.ts", find: '  { name: "kill-switch", ask: killSwitch },\n', replace: "" },
    ],
  },
  {
    name: "no-local-time",
    does: "sends a campaign at a local time at once",
    breaks: "I13",
    phases: ["hours"],
    patches: [
      {
        file: "core/gates/times/send-time.ts",
        find: "return now >= at ? PASS : hold(",
        replace: "return now < at ? PASS : hold(",
      },
    ],
  },
  {
    name: "no-first-part",
    does: "lets the rest of a campaign go with its first part",
    breaks: "I14",
    phases: ["hours"],
    patches: [
      {
        file: "core/gates/times/first-part.ts",
        find: "(draw ?? DRAW_MAX) <= openDraws",
        replace: "(draw ?? DRAW_MAX) >= 0",
      },
      {
        file: "db/campaigns/first-part/step.ts",
        find: "releaseDraws(tx, part, part.openDraws ?? 0)",
        replace: "releaseDraws(tx, part, DRAW_MAX)",
      },
    ],
  },
  {
    name: "one-text",
    does: "sends the first text of an A/B test to everybody",
    breaks: "I14",
    phases: ["hours"],
    patches: [
      {
        file: "core/gates/message-facts.ts",
        find: "chosenText(campaign, { ...reader, variant: now })",
        replace: "chosenText(campaign, { ...reader, variant: now === null ? now : 1 })",
      },
    ],
  },
  {
    name: "no-campaign-speed",
    does: "leases a campaign's messages without asking for its own speed limit",
    breaks: "I13",
    phases: ["hours"],
    patches: [
      {
        file: "db/send/dispatch.ts",
        find: "Math.min(share, Math.floor(campaignTokens?.[id] ?? share))",
        replace: "share",
      },
      {
        file: "db/send/dispatch.ts",
        find: "(limited.tokens is null or limited.tokens >= 1) and exists (",
        replace: "exists (",
      },
    ],
  },
  {
    name: "paused-campaign",
    does: "treats a paused campaign as a running one",
    breaks: "I3",
    phases: ["gates"],
    patches: [
      {
        file: "db/send/claim/facts.ts",
        find: 'pausedAt: row.status === "running" ? null : (row.pausedAt ?? row.updatedAt),',
        replace: "pausedAt: null,",
      },
    ],
  },
  {
    name: "old-facts",
    does: "caches for two seconds whether a tenant is paused",
    breaks: "I3",
    phases: ["gates"],
    patches: [
      {
        file: "db/send/claim/facts.ts",
        find: "  if (!row) return undefined;\n",
        replace: `  if (!row) return undefined;
  const kept = (globalThis.kept ??= new Map());
  const known = kept.get(tenantId);
  if (known && Date.now() - known.at < 2_000) row.sendingPausedAt = known.pausedAt;
  else kept.set(tenantId, { at: Date.now(), pausedAt: row.sendingPausedAt });
`,
      },
    ],
  },
  {
    name: "no-limit",
    does: "submits a claimed message however old its claim is",
    breaks: "I3",
    phases: ["frozen-claims"],
    patches: [
      {
        file: "worker/send/process-ticket.ts",
        find: "const deadlineMs = startedMs + SUBMISSION_LIMIT_MS;",
        replace: "const deadlineMs = startedMs + 60_000;",
      },
    ],
  },
  {
    name: "wrong-zone",
    does: "compares quiet hours with the tenant's clock instead of the recipient's",
    breaks: "I5",
    phases: ["hours", "tickets"],
    patches: [
      {
        file: "core/gates/message-facts.ts",
        find: "zones: location.zones,",
        replace: "zones: [tenant.timezone],",
      },
    ],
  },
  {
    name: "no-quiet-hours",
    does: "does not ask the quiet hours",
    breaks: "I5",
    phases: ["hours", "tickets"],
    patches: [
      {
        file: "core/gates/index.ts",
        find: '  { name: "quiet-hours", ask: quietHours },\n  { name: "sender",',
        replace: '  { name: "sender",',
      },
    ],
  },
  {
    name: "no-validity",
    does: "lets the carrier try for ten hours, into the night",
    breaks: "I5",
    phases: ["hours", "tickets"],
    patches: [
      {
        file: "db/send/claim/write.ts",
        find: "return Math.max(1, Math.floor(Math.min(VALIDITY_SECONDS_MAX, leftSeconds)));",
        replace: "return 36_000;",
      },
    ],
  },
];
