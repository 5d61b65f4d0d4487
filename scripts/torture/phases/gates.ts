import {
  forgive,
  killSwitch,
  setCampaign,
  setPaused,
  stopNext,
  suppressNext,
  underWay,
} from "../faults/operators.ts";
import { letMeetFate, noteFreeze, pause, revive } from "../faults/processes.ts";
import type { CastTenant } from "../plan/cast.ts";
import type { World } from "../world/world.ts";
import { ensureLoad, type Phase, tenantsOf } from "./phase.ts";

/** Much longer than the limit within which a closed gate is in force: on a busy machine little happens in a second. */
const CLOSED_MS = 1_300;

/** Everything that closes a gate, at full speed: the kill switch, a campaign's pause, the list, a STOP. */
export const gates: Phase = {
  name: "gates",
  async run(world) {
    const [tenant] = tenantsOf(world, "plain");
    for (const close of CLOSINGS) {
      await ensureLoad(world, tenant!, 400);
      await underWay(world, tenant!, 30);
      const open = await close(world, tenant!);
      await pause(CLOSED_MS);
      await open();
    }
  },
};

/** The same while a claim is in the hands of a process that stands still: it wakes after the gate has closed. */
export const frozenClaims: Phase = {
  name: "frozen-claims",
  async run(world) {
    const [tenant] = tenantsOf(world, "plain");
    const [worker, ...others] = world.workers;
    for (const [at, close] of CLOSINGS.slice(0, 3).entries()) {
      await ensureLoad(world, tenant!, 400);
      // Alone, so that the claims are its own.
      await Promise.all(others.map((other) => other.kill()));
      const from = world.clock.now();
      const stands = await letMeetFate(world, worker!, { point: "claimed", passes: 2 + at, act: "freeze" });
      if (!stands) {
        revive(world.workers);
        continue;
      }
      const open = await close(world, tenant!);
      await pause(CLOSED_MS);
      worker!.thaw();
      noteFreeze(world, worker!, from);
      await pause(CLOSED_MS);
      await open();
      revive(others);
    }
  },
};

type Close = (world: World, tenant: CastTenant) => Promise<() => Promise<unknown>>;

const CLOSINGS: readonly Close[] = [
  async (world, tenant) => {
    const status = await killSwitch(world, tenant, "pause");
    if (status !== 200) await setPaused(world, tenant, true);
    return () => setPaused(world, tenant, false);
  },
  async (world, tenant) => {
    const running = world.campaigns.filter((campaign) => campaign.tenant === tenant).slice(-2);
    for (const { id } of running) await setCampaign(world, id, "paused");
    return async () => {
      for (const { id } of running) await setCampaign(world, id, "running");
    };
  },
  async (world, tenant) => {
    await suppressNext(world, tenant, 150);
    return () => forgive(world, tenant);
  },
  async (world, tenant) => {
    await stopNext(world, tenant, 12);
    return async () => {};
  },
];
