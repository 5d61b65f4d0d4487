import { setTimeout as sleep } from "node:timers/promises";

/** Keeps one processor busy for some seconds, in slices like a server's: a foreign program beside an idle API. */
const SLICE_MS = 20;
const endsAt = performance.now() + Number(process.argv[2]) * 1_000;
while (performance.now() < endsAt) {
  const sliceEndsAt = performance.now() + SLICE_MS;
  while (performance.now() < sliceEndsAt);
  await sleep(1);
}
console.log("{}");
