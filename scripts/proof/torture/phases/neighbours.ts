import type { Environment } from "../environment/environment.ts";
import { ownerOf } from "../faults/files.ts";
import { killSwitch, setPaused } from "../faults/operators.ts";
import { pause, waitFor } from "../faults/processes.ts";
import { type Phase, tenantsOf } from "./phase.ts";

/** More than the connections of all APIs together. */
const SEARCHES = 60;
/** How long the searches wait. A pause that waits for one of their connections exceeds its limit. */
const LOCKED_MS = 6_000;
const BUSY_MS = 700;
/** Actions of one member that run in parallel, each with an entry in the audit log. */
const ACTIONS = 120;
const AT_ONCE = 12;

/** One tenant keeps every connection busy that it can get, while another one pauses. */
export const neighbours: Phase = {
  name: "neighbours",
  async run(environment) {
    const [tenant, neighbour] = tenantsOf(environment, "plain");
    await waitFor(
      async () => (await Promise.all(environment.apis.map((api) => api.healthy()))).every(Boolean),
      15_000,
    );
    const locked = holdContacts(environment);
    await pause(200);
    const api = ownerOf(environment, neighbour!);
    const searches = Array.from({ length: SEARCHES }, (_, at) =>
      api.contacts.list.query({ search: `person ${at}` }).catch(() => null),
    );
    await pause(BUSY_MS);
    const from = Date.now();
    const status = await killSwitch(environment, tenant!, "pause");
    environment.pauses.push({ tenant: tenant!, answeredMs: Date.now() - from, status });
    await locked;
    await Promise.all(searches);
    await setPaused(environment, tenant!, false);
  },
};

/** Locks the contacts for a while, so that every search is slow. Sending continues afterwards. */
function holdContacts(environment: Environment): Promise<unknown> {
  return environment.operator.run((sql) =>
    sql.begin(async (tx) => {
      await tx`lock table contacts in access exclusive mode`;
      await tx`select pg_sleep(${LOCKED_MS / 1_000})`;
    }),
  );
}

/** Many actions of one member at once: each is a link of the tenant's audit log. */
export const actions: Phase = {
  name: "actions",
  async run(environment) {
    const [, tenant] = tenantsOf(environment, "plain");
    const api = ownerOf(environment, tenant!);
    let next = 0;
    const writer = async () => {
      for (let at = next++; at < ACTIONS; at = next++) {
        // Numbers that no contact in this run has.
        const phone = `+61474${String(200_000 + at)}`;
        await api.doNotContact.add.mutate({ phone, note: "Action" }).catch(() => null);
      }
    };
    environment.note(`actions: ${ACTIONS} of ${tenant!.name}`);
    await Promise.all(Array.from({ length: AT_ONCE }, writer));
  },
};
