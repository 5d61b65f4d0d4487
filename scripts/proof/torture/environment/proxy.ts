import { connect, createServer, type Socket } from "node:net";

/** A proxy before several API processes: each connection goes to the next one that answers. */
export interface ApiProxy {
  port: number;
  close(): void;
}

export function startProxy(port: number, backends: readonly number[]): Promise<ApiProxy> {
  let turn = 0;
  const open = new Set<Socket>();
  const server = createServer((client) => {
    open.add(client);
    client.on("close", () => open.delete(client));
    client.on("error", () => client.destroy());
    turn += 1;
    relay(
      client,
      backends.map((_, at) => backends[(turn + at) % backends.length]!),
    );
  });
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () =>
      resolve({
        port,
        close: () => {
          server.close();
          for (const socket of open) socket.destroy();
        },
      }),
    );
  });
}

/** Cuts the connection if no backend answers, like a proxy. */
function relay(client: Socket, [first, ...others]: number[]): void {
  if (first === undefined || client.destroyed) return void client.destroy();
  const backend = connect(first, "127.0.0.1");
  let connected = false;
  backend.once("connect", () => {
    connected = true;
    client.pipe(backend);
    backend.pipe(client);
  });
  backend.once("error", () => (connected ? client.destroy() : relay(client, others)));
  backend.once("close", () => connected && client.destroy());
  client.once("close", () => backend.destroy());
}
