// Posts callbacks over kept-alive connections, each of which sends its next request after the answer to the last.
// Requests are prepared and answers hardly parsed, so that the sender leaves the machine to the server. Takes one
// JSON argument and prints {"seconds", "p50Ms", "p99Ms", "mostMs"}.

import { connect, type Socket } from "node:net";
import { openPipeline } from "@smscrm/db/postgres/connection";
import { callbackRequests } from "./callbacks.ts";
import { readTaken } from "./taken.ts";

const { url, port, publicUrl, connections, warmUp } = JSON.parse(process.argv[2]!) as {
  url: string;
  port: number;
  publicUrl: string;
  connections: number;
  /** Requests before the measurement. */
  warmUp: number;
};
const EXPECTED = Buffer.from("HTTP/1.1 204");
const sql = openPipeline(url, { name: "callbacks", max: 1 });
const requests = callbackRequests(await readTaken(sql), publicUrl);
await sql.end();

const sockets = await Promise.all(Array.from({ length: connections }, open));
await post(requests.slice(0, warmUp));
const measured = requests.slice(warmUp);
const startedMs = performance.now();
const latencies = (await post(measured)).sort((a, b) => a - b);
const seconds = (performance.now() - startedMs) / 1_000;
for (const socket of sockets) socket.destroy();
const at = (share: number) =>
  latencies[Math.min(latencies.length - 1, Math.floor(latencies.length * share))]!;
console.log(
  JSON.stringify({ seconds, requests: measured.length, p50Ms: at(0.5), p99Ms: at(0.99), mostMs: at(1) }),
);

function open(): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true }, () => resolve(socket));
    socket.once("error", reject);
  });
}

/**
 * Returns all latencies in milliseconds. An answer that is not 204 ends the run, because its speed would mean
 * nothing.
 */
function post(some: readonly Buffer[]): Promise<number[]> {
  const taken: number[] = [];
  let next = 0;
  return new Promise((resolve, reject) => {
    for (const socket of sockets) {
      let sentMs = 0;
      const send = () => {
        const request = some[next++];
        if (!request) return void (taken.length === some.length && resolve(taken));
        sentMs = performance.now();
        socket.write(request);
      };
      // A 204 has no body, so an answer ends with its head, which arrives in one piece.
      socket.removeAllListeners("data").on("data", (answer: Buffer) => {
        if (!answer.subarray(0, 12).equals(EXPECTED)) return reject(new Error(answer.toString("latin1")));
        taken.push(performance.now() - sentMs);
        send();
      });
      send();
    }
  });
}
