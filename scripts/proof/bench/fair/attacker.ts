import { ATTACKS, type Target } from "./attacks.ts";

/** Attacks for some seconds and prints what was answered, as JSON. A program of its own, like a viewer's browsers. */
const { target, attacks, seconds } = JSON.parse(process.argv[2]!) as {
  target: Target;
  attacks: string[];
  seconds: number;
};
const answers: Record<string, Record<string, number>> = {};
const until = AbortSignal.timeout(seconds * 1_000);
await Promise.all(
  attacks.map((name) => {
    const counted: Record<string, number> = {};
    answers[name] = counted;
    return ATTACKS[name]!(target, until, (outcome) => {
      counted[outcome] = (counted[outcome] ?? 0) + 1;
    });
  }),
);
console.log(JSON.stringify(answers));
process.exit(0);
