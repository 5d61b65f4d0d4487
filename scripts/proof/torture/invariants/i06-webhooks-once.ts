import { mergeCarrierStatus, sendJobStatusFor } from "@smscrm/core/send/carrier-status";
import type { Evidence } from "../evaluation/evidence.ts";
import type { Breach, Invariant } from "../evaluation/invariant.ts";
import { FORGED_SID } from "../faults/forgeries.ts";

/** Checks each webhook that was answered 2xx, by the carrier's own list, and that forged ones left no trace. */
export const webhooksOnce: Invariant = {
  name: "I6",
  says: "every webhook answered 2xx is stored and merged exactly once, in any order",
  async examine(evidence) {
    const breaches: Breach[] = [];
    const { answered, repeated, overcounted } = await examineStatuses(evidence, breaches);
    const texts = await examineTexts(evidence, breaches);
    const forged = await examineForgeries(evidence, breaches);
    return {
      tried: answered + texts,
      cases:
        `${answered} callbacks and ${texts} texts answered 2xx, ${repeated} of them again and again (${overcounted} counted ` +
        `more often), ${forged} forged ones refused`,
      breaches,
    };
  },
};

/**
 * The share of repeated callbacks that may be counted more often than they came. If a commit's answer was lost, both
 * the database and the spool count the callback; it is merged once. In runs with many cuts up to half of them were. A
 * program that counts repeated callbacks twice does it with each.
 */
const COUNTED_AGAIN_SHARE = 0.8;
/** With fewer, one cut can affect most of them. */
const FEW = 50;

async function examineStatuses({ sql, submissions, attempts }: Evidence, breaches: Breach[]) {
  const events = new Map<string, { times: number; rows: number }>();
  const rows = sql<{ key: string; times: number; rows: number }[]>`
    select message_sid || ' ' || message_status as key, sum(times_received)::int as times, count(*)::int as rows
    from webhook_events where kind = 'status' and signature_valid group by 1`;
  await rows.cursor(5_000, (some) => {
    for (const row of some) events.set(row.key, row);
  });
  let [answered, repeated, overcounted] = [0, 0, 0];
  for (const { entry, attemptId, to } of submissions) {
    const posts = new Map<string, { answered: number; attempts: number }>();
    let heard: string | null = null;
    for (const { status, http, attempts: times } of entry.callbacks) {
      const post = posts.get(status) ?? { answered: 0, attempts: 0 };
      const taken = http >= 200 && http < 300;
      posts.set(status, { answered: post.answered + (taken ? 1 : 0), attempts: post.attempts + times });
      if (taken) heard = mergeCarrierStatus(heard as never, status as never);
    }
    for (const [status, post] of posts) {
      if (post.answered === 0) continue;
      answered += post.answered;
      const stored = events.get(`${entry.sid} ${status}`) ?? { times: 0, rows: 0 };
      if (post.answered > 1 && post.answered === post.attempts) {
        repeated += 1;
        overcounted += stored.times > post.answered ? 1 : 0;
      }
      if (stored.rows !== 1 || stored.times < post.answered)
        breaches.push({
          what: `${status}: ${post.answered} answered of ${post.attempts} posted, stored ${stored.times} times in ${stored.rows} rows`,
          attemptId,
          to,
        });
    }
    const attempt = attempts.get(attemptId);
    if (!heard || !attempt || !entry.sid) continue;
    if (mergeCarrierStatus(attempt.carrierStatus as never, heard as never) !== attempt.carrierStatus)
      breaches.push({
        what: `the carrier said ${heard}, the attempt has ${attempt.carrierStatus}`,
        attemptId,
        to,
      });
    const expected = sendJobStatusFor(attempt.carrierStatus as never);
    if (attempt.isLast && expected !== attempt.jobStatus)
      breaches.push({
        what: `${attempt.carrierStatus}, but the message is ${attempt.jobStatus}`,
        attemptId,
        to,
      });
  }
  if (overcounted > FEW && overcounted > repeated * COUNTED_AGAIN_SHARE)
    breaches.push({
      what: `${repeated} callbacks came again and again, and ${overcounted} of them are counted more often`,
    });
  return { answered, repeated, overcounted };
}

async function examineTexts({ sql, environment }: Evidence, breaches: Breach[]): Promise<number> {
  const answered = environment.typed.filter(({ http }) => http >= 200 && http < 300);
  const rows = await sql<
    { sid: string; tenantId: string; kind: string; consents: number; listed: boolean; mustAct: boolean }[]
  >`
    select m.message_sid as sid, m.tenant_id as "tenantId", m.kind,
      -- A text that the carrier's list brought late may be older than what counts by now. A START acts only on a STOP that
      -- came before it.
      not exists (select 1 from carrier_findings f where f.message_sid = m.message_sid)
        and (m.kind = 'opt-out' or (
          select e.kind = 'opt-out' from inbound_messages e
          where e.tenant_id = m.tenant_id and e.from_phone = m.from_phone and e.kind in ('opt-out', 'opt-in') and e.id < m.id
          order by e.id desc limit 1) is true) as "mustAct",
      (select count(*)::int from consents c where c.evidence ->> 'messageSid' = m.message_sid) as consents,
      exists (select 1 from torture.gates g where g.tenant_id = m.tenant_id and g.kind = 'do-not-contact'
        and g.subject = m.from_phone and g.closed) as listed
    from inbound_messages m`;
  const stored = Map.groupBy(rows, ({ sid }) => sid);
  for (const { sid, body, tenant, from } of answered) {
    const found = stored.get(sid) ?? [];
    const [message] = found;
    if (found.length !== 1 || !message) {
      breaches.push({ what: `a text (${body}) is stored ${found.length} times`, to: from });
      continue;
    }
    if (message.tenantId !== tenant.id)
      breaches.push({ what: `a text to ${tenant.name} is another tenant's`, to: from });
    const decides = message.kind === "opt-out" || message.kind === "opt-in";
    if (/^stop/i.test(body) && message.kind !== "opt-out")
      breaches.push({ what: `"${body}" was taken for ${message.kind}`, to: from });
    if (message.consents > (decides ? 1 : 0) || (decides && message.mustAct && message.consents === 0))
      breaches.push({ what: `"${body}" was acted on ${message.consents} times`, to: from });
    if (message.kind === "opt-out" && !message.listed)
      breaches.push({ what: `"${body}" did not put its sender on the list`, to: from });
  }
  return answered.length;
}

async function examineForgeries({ sql, environment }: Evidence, breaches: Breach[]): Promise<number> {
  for (const { path, status } of environment.forgeries)
    if (status !== 403 && status !== 0)
      breaches.push({ what: `a forged request to ${path} was answered ${status}` });
  const traces = await sql<{ sid: string }[]>`
    select message_sid as sid from inbound_messages where message_sid like 'SMf0f0f0f0%'
    union all select carrier_sid from send_attempts where carrier_sid like 'SMf0f0f0f0%'
    union all select message_sid from webhook_events where signature_valid and message_sid like 'SMf0f0f0f0%'`;
  for (const { sid } of traces)
    if (FORGED_SID.test(sid)) breaches.push({ what: `a forged request left ${sid} behind` });
  return environment.forgeries.filter(({ status }) => status === 403).length;
}
