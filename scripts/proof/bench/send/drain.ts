import { Queue, Worker } from "bullmq";
import { Redis } from "ioredis";

export interface DrainOptions {
  redisUrl: string;
  queue: string;
  inFlight: number;
}

const PER_CALL = 1_000;

/**
 * Puts these jobs on a BullMQ queue, then lets a worker process each with `work`, a fixed number in parallel.
 * @returns the seconds from the worker's start to the last job's end
 */
export async function drain<T>(
  { redisUrl, queue: name, inFlight }: DrainOptions,
  jobs: T[],
  work: (job: T) => Promise<void>,
): Promise<number> {
  const connection = new Redis(redisUrl, { maxRetriesPerRequest: null });
  const queue = new Queue(name, { connection });
  for (let at = 0; at < jobs.length; at += PER_CALL) {
    const some = jobs.slice(at, at + PER_CALL);
    await queue.addBulk(some.map((data) => ({ name: "job", data, opts: { removeOnComplete: true } })));
  }
  const startedMs = performance.now();
  let left = jobs.length;
  const seconds = await new Promise<number>((resolve, reject) => {
    const worker = new Worker(name, (job) => work(job.data as T), { connection, concurrency: inFlight });
    worker.on("completed", () => {
      left -= 1;
      if (left > 0) return;
      resolve((performance.now() - startedMs) / 1_000);
      void worker.close();
    });
    worker.on("failed", (_, error) => reject(error));
    worker.on("error", reject);
  });
  await queue.close();
  connection.disconnect();
  return seconds;
}
