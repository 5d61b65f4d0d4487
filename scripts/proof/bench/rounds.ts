/** One measurement: how much per second, and other figures. */
export interface Sample {
  perSecond: number;
  [figure: string]: number;
}

/** One of the compared programs, by its name in the table. */
export interface Contender {
  name: string;
  measure(): Promise<Sample>;
}

export type Samples = ReadonlyMap<string, readonly Sample[]>;

/**
 * Measures all contenders in turn, round after round, so that other load on the machine affects them equally. Each
 * round starts with another one, because the first finds a cooler machine. A round is measured whole or not at all.
 */
export async function alternate(
  contenders: readonly Contender[],
  { rounds, seconds }: { rounds: number; seconds: number },
  say: (line: string) => void,
): Promise<Samples> {
  const samples = new Map<string, Sample[]>(contenders.map(({ name }) => [name, []]));
  const startedMs = performance.now();
  for (let round = 0; round < rounds; round += 1) {
    const spent = (performance.now() - startedMs) / 1_000;
    if (round > 0 && spent + spent / round > seconds) {
      say(`  no time for round ${round + 1}`);
      break;
    }
    for (let turn = 0; turn < contenders.length; turn += 1) {
      const { name, measure } = contenders[(turn + round) % contenders.length]!;
      const sample = await measure();
      samples.get(name)!.push(sample);
      say(`  round ${round + 1}/${rounds}  ${name}: ${Math.round(sample.perSecond)}/s`);
    }
  }
  return samples;
}

/** Returns the number of measured rounds. */
export function roundsOf(samples: Samples): number {
  return Math.min(...[...samples.values()].map((each) => each.length));
}

export interface Spread {
  median: number;
  least: number;
  most: number;
}

export function spreadOf(values: readonly number[]): Spread {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  const median = sorted.length % 2 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
  return { median, least: sorted[0]!, most: sorted.at(-1)! };
}

/** Returns a figure's spread over the rounds. */
export function figureOf(samples: Samples, name: string, figure = "perSecond"): Spread {
  return spreadOf(samples.get(name)!.map((sample) => sample[figure] ?? Number.NaN));
}

/** Returns one contender's speed over another's, computed within each round. */
export function ratioOf(samples: Samples, ours: string, theirs: string): Spread {
  const against = samples.get(theirs)!;
  return spreadOf(samples.get(ours)!.map((sample, round) => sample.perSecond / against[round]!.perSecond));
}
