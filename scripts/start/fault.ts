/** Why the product cannot start or go on: one sentence for a person that says what to do, and what was logged last. */
export class StartFault extends Error {
  readonly lastLines: string[];

  constructor(sentence: string, lastLines: string[] = []) {
    super(sentence);
    this.name = "StartFault";
    this.lastLines = lastLines;
  }
}

/** The person asked to stop while something was still starting. */
export class StopRequested extends Error {
  constructor() {
    super("Stopped while starting.");
    this.name = "StopRequested";
  }
}
