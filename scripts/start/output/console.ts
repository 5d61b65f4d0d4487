/** What the person who started the product reads: one line for each step. */
export type Console = { say(line: string): void; sayFor(part: string, line: string): void };

const nameWidth = 9;

export function openConsole(out: NodeJS.WriteStream = process.stdout): Console {
  // The terminal may be gone before the product is. Stopping in order matters more than printing it.
  out.on("error", () => {});
  const dim =
    out.isTTY && !process.env.NO_COLOR ? (text: string) => `\x1b[2m${text}\x1b[22m` : (text: string) => text;
  const write = (name: string, line: string) => out.write(`${dim(name.padEnd(nameWidth))} ${line}\n`);
  return { say: (line) => write("smscrm", line), sayFor: write };
}
