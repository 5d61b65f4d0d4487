import { advanceFlows } from "@smscrm/db/flows/advance";
import { enterByDates } from "@smscrm/db/flows/entries";
import { enterByAudiences } from "@smscrm/db/flows/joined";
import type { Pipeline } from "@smscrm/db/postgres/connection";
import type { Loop } from "../loop.ts";

const IDLE_MS = 500;

/** Brings people into flows whose date it is or whose audience they came into, and moves everybody who is due by one step. */
export function flowLoop(pipeline: Pipeline): Loop {
  return {
    name: "flows",
    run: async () => {
      const entered = await enterByDates(pipeline);
      const joined = await enterByAudiences(pipeline);
      const moved = await advanceFlows(pipeline);
      return joined !== null || entered + moved > 0 ? 0 : IDLE_MS;
    },
  };
}
