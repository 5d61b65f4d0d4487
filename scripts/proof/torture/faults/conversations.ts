import type { Environment } from "../environment/environment.ts";
import { CONVERSATIONS, type Conversation } from "../plan/conversations.ts";
import type { TestTenant } from "../plan/tenants.ts";
import { type } from "./operators.ts";

/** Runs one conversation with a person who has not written yet. A loop's texts come all at once, as from a machine. */
export async function runConversation(
  environment: Environment,
  tenant: TestTenant,
  conversation: Conversation,
): Promise<void> {
  const person = tenant.people[environment.conversations.filter((each) => each.tenant === tenant).length];
  if (!person) return;
  const { phone } = person;
  environment.conversations.push({ tenant, phone, conversation });
  if (conversation.atOnce) {
    await Promise.all(conversation.texts.map((text) => type(environment, tenant, phone, text)));
    return;
  }
  for (const text of conversation.texts) await type(environment, tenant, phone, text);
}

/** Runs every kind of conversation once, each with its own person. */
export function runConversations(environment: Environment, tenant: TestTenant): Promise<unknown> {
  return Promise.all(CONVERSATIONS.map((conversation) => runConversation(environment, tenant, conversation)));
}
