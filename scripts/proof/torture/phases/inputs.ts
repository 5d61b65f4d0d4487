import { runConversations } from "../faults/conversations.ts";
import { importNextFile } from "../faults/files.ts";
import { launch, setPaused } from "../faults/operators.ts";
import { pause } from "../faults/processes.ts";
import { type Phase, tenantsOf } from "./phase.ts";

/** Long enough for a wrong answer to be sent. */
const ANSWER_MS = 1_500;

/** Files that name strangers when they are misread, that say who must not be texted, and whose only zone is UTC. */
export const files: Phase = {
  name: "files",
  async run(environment) {
    const tenants = [...tenantsOf(environment, "files"), ...tenantsOf(environment, "night-files")];
    await Promise.all(tenants.map((tenant) => importNextFile(environment, tenant)));
    await pause(ANSWER_MS);
  },
};

/** Reactions, a yes after an opt-out, and machines that answer, also while the tenant is paused. */
export const conversations: Phase = {
  name: "conversations",
  async run(environment) {
    for (const tenant of tenantsOf(environment, "talkers")) {
      await launch(environment, tenant);
      for (let round = 0; round < 2; round += 1) await runConversations(environment, tenant);
      await pause(ANSWER_MS);
      await setPaused(environment, tenant, true);
      await runConversations(environment, tenant);
      await pause(ANSWER_MS);
      await setPaused(environment, tenant, false);
    }
  },
};
