import { runProgram } from "../program.ts";
import type { Contender } from "../rounds.ts";
import { WARM_UP } from "./audience.ts";
import { requireEachOnce, type SendSetting } from "./ours.ts";

/** The slow baseline sends only this share of the messages, because only its speed matters. */
const SHARE_OF_ONE_BY_ONE = 0.2;

export function bareLoop(name: string, setting: SendSetting): Contender {
  const { messages, inFlight, carrier } = setting;
  return {
    name,
    measure: async () => {
      const order = { port: carrier.port, messages, inFlight, warmUp: WARM_UP };
      const figures = await run("bare-loop", order);
      await requireEachOnce(setting);
      return { perSecond: messages / figures.seconds, ...figures };
    },
  };
}

export function jobPerMessage(name: string, { servers, inFlight, carrier, ...rest }: SendSetting): Contender {
  const messages = Math.floor(rest.messages * SHARE_OF_ONE_BY_ONE);
  return {
    name,
    measure: async () => {
      const database = await servers.copyOf("send");
      try {
        const order = {
          url: database.url,
          redisUrl: servers.redis.url,
          port: carrier.port,
          inFlight,
          messages,
        };
        const { seconds } = await run("job-per-message", order);
        await requireEachOnce({ carrier, messages });
        return { perSecond: messages / seconds, seconds };
      } finally {
        await database.drop();
      }
    },
  };
}

export function noOpDrain(name: string, { servers, messages, inFlight }: SendSetting): Contender {
  return {
    name,
    measure: async () => {
      const { seconds } = await run("no-op-drain", { redisUrl: servers.redis.url, messages, inFlight });
      return { perSecond: messages / seconds, seconds };
    },
  };
}

function run(program: string, order: object): Promise<{ seconds: number }> {
  return runProgram(`scripts/proof/bench/send/${program}.ts`, [JSON.stringify(order)]);
}
