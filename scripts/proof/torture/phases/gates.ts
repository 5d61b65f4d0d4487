import type { Environment } from "../environment/environment.ts";
import {
  killSwitch,
  setCampaign,
  setPaused,
  stopNext,
  suppressNext,
  underWay,
  unsuppress,
} from "../faults/operators.ts";
import { noteFreeze, pause, revive, triggerFault } from "../faults/processes.ts";
import type { TestTenant } from "../plan/tenants.ts";
import { ensureLoad, type Phase, tenantsOf } from "./phase.ts";

/** Much longer than the limit for a closed gate, because on a busy machine little happens in a second. */
const CLOSED_MS = 1_300;

/** Closes gates at full speed: the kill switch, a campaign's pause, the list, a STOP. */
export const gates: Phase = {
  name: "gates",
  async run(environment) {
    const [tenant] = tenantsOf(environment, "plain");
    for (const close of CLOSINGS) {
      await ensureLoad(environment, tenant!, 400);
      await underWay(environment, tenant!, 30);
      const open = await close(environment, tenant!);
      await pause(CLOSED_MS);
      await open();
    }
  },
};

/** Closes gates while a frozen process holds a claim: it wakes after the gate has closed. */
export const frozenClaims: Phase = {
  name: "frozen-claims",
  async run(environment) {
    const [tenant] = tenantsOf(environment, "plain");
    const [worker, ...others] = environment.workers;
    for (const [at, close] of CLOSINGS.slice(0, 3).entries()) {
      await ensureLoad(environment, tenant!, 400);
      // The other workers are killed, so that the claims are its own.
      await Promise.all(others.map((other) => other.kill()));
      const from = environment.clock.now();
      const stands = await triggerFault(environment, worker!, {
        point: "claimed",
        passes: 2 + at,
        act: "freeze",
      });
      if (!stands) {
        revive(environment.workers);
        continue;
      }
      const open = await close(environment, tenant!);
      await pause(CLOSED_MS);
      worker!.thaw();
      noteFreeze(environment, worker!, from);
      await pause(CLOSED_MS);
      await open();
      revive(others);
    }
  },
};

type Close = (environment: Environment, tenant: TestTenant) => Promise<() => Promise<unknown>>;

const CLOSINGS: readonly Close[] = [
  async (environment, tenant) => {
    const status = await killSwitch(environment, tenant, "pause");
    if (status !== 200) await setPaused(environment, tenant, true);
    return () => setPaused(environment, tenant, false);
  },
  async (environment, tenant) => {
    const running = environment.campaigns.filter((campaign) => campaign.tenant === tenant).slice(-2);
    for (const { id } of running) await setCampaign(environment, id, "paused");
    return async () => {
      for (const { id } of running) await setCampaign(environment, id, "running");
    };
  },
  async (environment, tenant) => {
    await suppressNext(environment, tenant, 150);
    return () => unsuppress(environment, tenant);
  },
  async (environment, tenant) => {
    await stopNext(environment, tenant, 12);
    return async () => {};
  },
];
