import { spawn } from "node:child_process";
import { once } from "node:events";

/** Runs a command to its end; returns its output if it failed. */
export async function runOnce(
  words: readonly string[],
  folder: string,
  env: Record<string, string>,
): Promise<void> {
  const [command, ...args] = words;
  const child = spawn(command!, args, { cwd: folder, env, stdio: ["ignore", "pipe", "pipe"] });
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream.on("data", (text) => {
      output += text;
    });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`${words.join(" ")} failed (${code}):\n${output.slice(-2_000)}`);
}
