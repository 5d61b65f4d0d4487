import type { Evidence } from "../evaluation/evidence.ts";
import type { Breach, Invariant } from "../evaluation/invariant.ts";

/** Checked by the expected result of each conversation, never by how the product read it. */
export const heard: Invariant = {
  name: "I11",
  says: "an opt-out holds, whatever is said or imported later; a machine gets at most one answer",
  async examine(evidence) {
    const breaches: Breach[] = [];
    const conversations = await examineConversations(evidence, breaches);
    const refused = examineFiles(evidence, breaches);
    return {
      tried: conversations + refused,
      cases: `${conversations} conversations, ${refused} people whom a file says not to text`,
      breaches,
    };
  },
};

async function examineConversations(
  { sql, environment, submissions, attempts, answers }: Evidence,
  breaches: Breach[],
) {
  const listed = new Set(
    (await sql<{ key: string }[]>`select tenant_id || ' ' || phone_e164 as key from do_not_contact`).map(
      ({ key }) => key,
    ),
  );
  const answered = Map.groupBy(
    submissions.filter(({ attemptId }) => answers.has(attempts.get(attemptId)?.campaignId ?? "")),
    ({ tenant, to }) => `${tenant?.id} ${to}`,
  );
  const taken = new Set(
    environment.typed
      .filter(({ http }) => http >= 200 && http < 300)
      .map(({ from, body }) => `${from} ${body}`),
  );
  let tried = 0;
  for (const { tenant, phone, conversation } of environment.conversations) {
    const [first] = conversation.texts;
    // In a storm the text may not have been accepted; then nothing is expected of it.
    if (!taken.has(`${phone} ${first}`)) continue;
    tried += 1;
    const key = `${tenant.id} ${phone}`;
    if (listed.has(key) !== conversation.listed)
      breaches.push({
        what: `${conversation.name}: its sender is ${conversation.listed ? "not " : ""}on the do-not-contact list`,
        to: phone,
      });
    // An answer is a campaign of one. A request that the carrier refused for now is repeated: that is one answer still.
    const times = new Set(answered.get(key)?.map(({ attemptId }) => attempts.get(attemptId)?.campaignId))
      .size;
    if (times > conversation.answersMax)
      breaches.push({ what: `${conversation.name} was answered ${times} times`, to: phone });
  }
  return tried;
}

function examineFiles({ environment, submissions }: Evidence, breaches: Breach[]): number {
  const refused = new Set(
    environment.tenants.flatMap(({ id, people }) =>
      people.filter((person) => person.refused).map(({ phone }) => `${id} ${phone}`),
    ),
  );
  for (const { tenant, to, attemptId } of submissions)
    if (tenant && refused.has(`${tenant.id} ${to}`))
      breaches.push({ what: "a person was texted who had said no before", attemptId, to });
  return refused.size;
}
