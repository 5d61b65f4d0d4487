// BullMQ alone: jobs that do nothing. Takes one JSON argument and prints {"seconds"}.

import { drain } from "./drain.ts";

const { redisUrl, messages, inFlight } = JSON.parse(process.argv[2]!) as {
  redisUrl: string;
  messages: number;
  inFlight: number;
};
const jobs = (count: number) => Array.from({ length: count }, (_, at) => ({ at }));
const nothing = async () => {};
await drain({ redisUrl, queue: "bench-no-op-warm", inFlight }, jobs(2_000), nothing);
const seconds = await drain({ redisUrl, queue: "bench-no-op", inFlight }, jobs(messages), nothing);
console.log(JSON.stringify({ seconds }));
