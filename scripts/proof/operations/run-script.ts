import { spawn } from "node:child_process";
import { projectFolder } from "../../start/runtime.ts";

export interface ScriptRun {
  code: number | null;
  output: string;
}

/** Runs a program of the project to its end; returns both its output streams, in order. */
export function runScript(
  words: [string, ...string[]],
  { env, input = "" }: { env: Record<string, string | undefined>; input?: string },
): Promise<ScriptRun> {
  const [program, ...args] = words;
  const child = spawn(program, args, {
    cwd: projectFolder,
    env: { ...process.env, ...env } as NodeJS.ProcessEnv,
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (text) => {
      output += text;
    });
  }
  // The program may end without reading its input.
  child.stdin.on("error", () => {});
  child.stdin.end(input);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve({ code, output }));
  });
}
