import { spawn } from "node:child_process";
import { once } from "node:events";
import { expect, test } from "vitest";
import { projectFolder, runtimeProgram } from "../../start/runtime.ts";

/** A server whose database takes its time after the first piece: longer than a connection may be silent. */
const SERVER = `
  import { listen } from "./server/http/listen.ts";
  const { port } = await listen({ host: "127.0.0.1", port: 0, idleSeconds: 1 }, async (request) => {
    let bytes = 0;
    for await (const piece of request.body) {
      if (bytes === 0) await Bun.sleep(9_000);
      bytes += piece.length;
    }
    return new Response(String(bytes));
  });
  console.log(port);
`;

test("an upload is not cut off while the database is slow", { timeout: 60_000 }, async () => {
  const child = spawn(runtimeProgram("bun"), ["-e", SERVER], {
    cwd: projectFolder,
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    const [port] = await once(child.stdout, "data");
    const url = `http://127.0.0.1:${String(port).trim()}`;
    // More than the buffers between the two hold, so that nothing can be sent in the pause.
    const body = new Uint8Array(30_000_000);
    const put = async (path: string) => {
      const response = await fetch(`${url}${path}`, { method: "POST", body }).catch(() => null);
      return response && (await response.text());
    };
    const [upload, other] = await Promise.all([put("/uploads/suppression/x"), put("/trpc/x")]);
    expect(upload).toBe("30000000");
    expect(other).toBeNull();
  } finally {
    child.kill("SIGKILL");
  }
});
